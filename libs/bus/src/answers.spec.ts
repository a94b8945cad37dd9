import { randomUUID } from 'node:crypto';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Channel, ConsumeMessage } from 'amqplib';

import { eventually } from './broker.spec-support.js';
import type { QuestionClient } from './question-client.js';
import { desk, double, QuestionGround } from './question-ground.spec-support.js';
import { REPLIES } from './reply-queue.js';
import { EXCHANGE } from './topology.js';

let ground: QuestionGround;
let client: QuestionClient;
let hand: Channel;
let namespace: string;

beforeAll(async () => {
  ground = await QuestionGround.open();
  ({ hand, namespace } = ground);
});
beforeEach(() => void (client = ground.client()));
afterEach(() => client.close());
afterAll(() => ground.close());

/** Asks by hand, as anybody may, with a place of one's own choice for the answer. */
function askFor(replyTo: string, number: number): void {
  const asked = { pattern: double.pattern, data: { number }, id: randomUUID() };
  hand.publish(namespace + EXCHANGE, ground.queue, Buffer.from(JSON.stringify(asked)), { replyTo, correlationId: 'c' });
}

describe('an answer', () => {
  const DIRECT = 'amq.rabbitmq.reply-to';
  let mine: string;
  beforeEach(async () => void (mine = (await hand.assertQueue('', { exclusive: true })).queue));
  afterEach(() => hand.deleteQueue(mine));

  it('goes to who asks as it was done before there were queues for answers', async () => {
    const heard: ConsumeMessage[] = [];
    const { consumerTag } = await hand.consume(DIRECT, (answer) => void (answer && heard.push(answer)), {
      noAck: true,
    });
    askFor(DIRECT, 4);
    await eventually(
      () => heard.length,
      (length) => length === 1,
    );
    expect(JSON.parse(heard[0]!.content.toString())).toMatchObject({ response: { doubled: 8 } });
    await hand.cancel(consumerTag);
  });

  it('comes from who answers as it was done before', async () => {
    await ground.service?.close();
    ground.service = undefined;
    const old = await hand.consume(ground.queue, (question) => {
      const { replyTo, correlationId } = question!.properties as { replyTo: string; correlationId: string };
      const answer = { response: { doubled: 10 }, isDisposed: true };
      hand.sendToQueue(replyTo, Buffer.from(JSON.stringify(answer)), { correlationId });
      hand.ack(question!);
    });
    expect(await client.ask(double, { number: 5 })).toEqual({ doubled: 10 });
    await hand.cancel(old.consumerTag);
    await ground.serve();
  });

  it.each([
    ['a queue of another', () => mine],
    ['an answer of another service', () => `${namespace}replies.gateway.auth.${randomUUID()}`],
    ['a pattern', () => `${namespace}replies.gateway.audit.#`],
    ['a name that goes on', () => `${namespace}replies.gateway.audit.${randomUUID()}.more`],
    ['nothing', () => ''],
  ])('goes nowhere where the question names %s, and the questions after it are answered', async (_, replyTo) => {
    await hand.bindQueue(mine, namespace + REPLIES, '#');
    askFor(replyTo(), 6);
    await eventually(
      () => desk.asked.length,
      (length) => length === 1,
    );
    expect(await client.ask(double, { number: 7 })).toEqual({ doubled: 14 });
    // The second answer alone, which went through the exchange that this queue listens to.
    const [heard, more] = [await hand.get(mine, { noAck: true }), await hand.get(mine)];
    expect(heard && JSON.parse(heard.content.toString())).toMatchObject({ response: { doubled: 14 } });
    expect(more).toBe(false);
  });

  it('never goes through the broker’s own exchange where the broker was given its queues', async () => {
    await ground.serve(false);
    const heard: string[] = [];
    const { consumerTag } = await hand.consume(DIRECT, (answer) => void heard.push(String(answer?.content)), {
      noAck: true,
    });
    askFor(DIRECT, 8);
    await eventually(
      () => desk.asked.length,
      (length) => length === 1,
    );
    expect(await client.ask(double, { number: 9 })).toEqual({ doubled: 18 });
    expect(heard).toEqual([]);
    await hand.cancel(consumerTag);
    await ground.serve();
  });

  it('comes to nobody else’s queue, and the queue goes with who asked', async () => {
    await hand.bindQueue(mine, namespace + REPLIES, '#');
    await client.ask(double, { number: 1 });
    const copy = await eventually(
      async () => (await hand.get(mine, { noAck: true })) || undefined,
      (got) => got !== undefined,
    );
    const key = copy!.fields.routingKey;
    expect(key).toMatch(new RegExp(`^${namespace}replies\\.gateway\\.audit\\.[0-9a-f-]{36}$`));
    await client.close();
    const looking = await ground.model.createChannel();
    const gone = new Promise((resolve) => looking.once('error', (error) => resolve(String(error))));
    looking.checkQueue(key).catch(() => undefined);
    expect(await gone).toMatch(/NOT_FOUND/);
  });
});
