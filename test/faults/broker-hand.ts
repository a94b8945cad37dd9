import { randomUUID } from 'node:crypto';
import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib';

/** The wire's names, written out once more: a test that took them from the bus would agree with any mistake in them. */
const EXCHANGE = 'tietovirta.messages';
const TICKET = { type: 'fivaldi.lane-ticket.v1', queue: 'fivaldi.lane-tickets' } as const;
const CHANGES = 'fivaldi.rules-changed';
const QUEUES = [TICKET.queue, 'audit.events', CHANGES] as const;
const RETRIES = [1_000, 5_000, 30_000, 120_000] as const;
const QUESTIONS = ['auth.questions', 'audit.questions', 'fivaldi.questions'] as const;

/** A lane's ticket, as the wire has it. */
export interface Ticket {
  readonly laneId: string;
  readonly ticket: string;
}

/** A hand in the broker that passes by the bus: it publishes what no service would, and looks what was set aside. */
export class BrokerHand {
  readonly #model: ChannelModel;
  readonly #channel: ConfirmChannel;
  readonly #namespace: string;

  private constructor(model: ChannelModel, channel: ConfirmChannel, namespace: string) {
    this.#model = model;
    this.#channel = channel;
    this.#namespace = namespace;
  }

  static async open(url: string, namespace: string): Promise<BrokerHand> {
    const model = await connect(url);
    // A broker that is killed while we look is what the test is about; an unheard error would end the test.
    model.on('error', () => undefined);
    const channel = await model.createConfirmChannel();
    channel.on('error', () => undefined);
    return new BrokerHand(model, channel, namespace);
  }

  /** The same ticket `times` over, each time as a message of its own. */
  async repeat(data: Ticket, times: number): Promise<void> {
    for (let time = 0; time < times; time += 1) this.publish(JSON.stringify(envelopeOf(data)));
    await this.#channel.waitForConfirms();
  }

  /** Any bytes at all, where tickets are expected. */
  async publishAsTicket(content: string): Promise<void> {
    this.publish(content);
    await this.#channel.waitForConfirms();
  }

  /** From here on tickets have no queue to go to, as after a mistake of an operator. */
  async unbindTickets(): Promise<void> {
    const { queue, type } = TICKET;
    await this.#channel.unbindQueue(this.#namespace + queue, this.#namespace + EXCHANGE, type);
  }

  /** How many changes of rules the connector has not yet been given. */
  async waitingChanges(): Promise<number> {
    return (await this.#channel.checkQueue(this.#namespace + CHANGES)).messageCount;
  }

  /** How many messages wait for a person. */
  async parked(): Promise<number> {
    let parked = 0;
    for (const queue of QUEUES) {
      parked += (await this.#channel.checkQueue(`${this.#namespace}${queue}.parked`)).messageCount;
    }
    return parked;
  }

  /** Takes the next parked ticket away, as a person would who has seen what it is. */
  async takeParkedTicket(): Promise<string | undefined> {
    const message = await this.#channel.get(`${this.#namespace}${TICKET.queue}.parked`, { noAck: true });
    return message === false ? undefined : message.content.toString();
  }

  /** Removes everything of this namespace. */
  async sweep(): Promise<void> {
    const waiting = QUEUES.flatMap((queue) => [
      queue,
      `${queue}.parked`,
      ...RETRIES.map((delay) => `${queue}.retry-${delay}`),
    ]);
    for (const queue of [...waiting, ...QUESTIONS]) await this.#channel.deleteQueue(this.#namespace + queue);
    await this.#channel.deleteExchange(this.#namespace + EXCHANGE);
  }

  async close(): Promise<void> {
    await this.#model.close();
  }

  private publish(content: string): void {
    this.#channel.publish(this.#namespace + EXCHANGE, TICKET.type, Buffer.from(content), { persistent: true });
  }
}

function envelopeOf(data: Ticket): object {
  const time = new Date().toISOString();
  return { specversion: '1.0', id: randomUUID(), source: '/test', type: TICKET.type, time, data };
}
