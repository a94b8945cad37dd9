import { randomUUID } from 'node:crypto';
import { once } from 'node:events';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChannelModel, type ConfirmChannel, connect, credentials } from 'amqplib';

import { EXCHANGE, QuestionClient, REPLIES } from '#lib/bus';
import { auditEvent, defineQuestion, laneTicket, onboardingWork, rulesChanged } from '#lib/contracts';
import { until } from '#lib/testing';

import { tlsOf } from './installed-broker.spec-support.ts';
import { aTicket, double, InstalledGround, messageOf, withoutGround } from './installed-ground.spec-support.ts';
import type { BrokerUser } from './services.ts';

const ofTheConnector = defineQuestion({ ...double, service: 'fivaldi' });

const described = withoutGround ? describe.skip : describe;
const ground = new InstalledGround();
const { accessOf, busOf, deskOf, opened } = ground;

beforeAll(() => ground.start(), 300_000);
afterEach(() => ground.clear());
afterAll(() => ground.stop(), 60_000);

described('a broker as it is installed', () => {
  it('carries messages over TLS to where they belong, again after a failure, and puts aside what nobody can read', async () => {
    const attempts: number[] = [];
    const tickets = busOf('connector').consume(laneTicket, {
      prefetch: 1,
      handle: ({ attempt }) => {
        attempts.push(attempt);
        return attempt === 1 ? Promise.reject(new Error('once')) : Promise.resolve();
      },
    });
    const auditor = busOf('audit');
    const events = auditor.consume(auditEvent, { prefetch: 1, handle: () => Promise.resolve() });
    const gateway = busOf('gateway');
    await gateway.ready();
    expect(await gateway.publish([aTicket(), messageOf(auditEvent.type, { no: 'event' })])).toEqual([
      'confirmed',
      'confirmed',
    ]);
    await until(() => attempts.length === 2, { what: 'the second attempt' });
    expect(attempts).toEqual([1, 2]);
    expect(await until(async () => (await auditor.replayParked(auditEvent, 1)) || undefined, { what: 'it' })).toBe(1);
    await Promise.all([tickets.drain(5_000), events.drain(5_000)]);
  }, 60_000);

  it('carries questions and their answers over TLS', async () => {
    await deskOf('auth');
    for (const user of ['gateway', 'connector'] as const) {
      const client = opened(new QuestionClient(accessOf(user)));
      expect(await client.ask(double, { number: 21 })).toBe(42);
    }
    await deskOf('connector', 'fivaldi');
    const client = opened(new QuestionClient(accessOf('gateway')));
    expect(await client.ask(ofTheConnector, { number: 4 })).toBe(8);
  }, 60_000);

  it('does not speak without TLS', async () => {
    await expect(connect(ground.at.broker.url().replace('amqps:', 'amqp:'), { timeout: 5_000 })).rejects.toThrow();
  });
});

type Act = (channel: ConfirmChannel) => Promise<unknown>;
const take =
  (queue: string): Act =>
  (channel) =>
    channel.consume(queue, () => undefined);
const peek =
  (queue: string): Act =>
  (channel) =>
    channel.get(queue);
const send =
  (exchange: string, key: string): Act =>
  async (channel) => {
    channel.publish(exchange, key, Buffer.from('x'));
    await channel.waitForConfirms();
  };

const replyTo = (asker: string, service: string): string => `replies.${asker}.${service}.${randomUUID()}`;
/** Makes a queue for answers, as who asks does. */
const openAnswers =
  (asker: BrokerUser, service: string): Act =>
  (channel) =>
    channel.assertQueue(replyTo(asker, service), { exclusive: true });
/** Has what is sent by this key come to a queue that is rightly one's own. */
const listenTo =
  (key: string, exchange = REPLIES): Act =>
  async (channel) => {
    const asker = key.includes('severa') || exchange === EXCHANGE ? 'severa' : 'gateway';
    const { queue } = await channel.assertQueue(replyTo(asker, 'auth'), { exclusive: true });
    await channel.bindQueue(queue, exchange, key);
  };

described('the broker’s user of', () => {
  let model: ChannelModel;
  afterEach(() => model?.close());

  /** What the broker says to it; `done` when it lets it be done. */
  async function attempt(user: BrokerUser, act: Act): Promise<string> {
    const secureContext = tlsOf(ground.at.made.authority, ground.at.made.client(user));
    model = await connect(ground.at.broker.url(), { secureContext, credentials: credentials.external() });
    const channel = await model.createConfirmChannel();
    const closed = once(channel, 'error').then(([error]) => String(error));
    // A channel that the broker closes fails what waits on it as well; why, only its own error says.
    return Promise.race([
      act(channel).then(
        () => 'done',
        () => closed,
      ),
      closed,
    ]);
  }

  it.each<[BrokerUser, string, Act]>([
    ['gateway', 'read the log that it writes', take('audit.events')],
    ['gateway', 'take tickets', peek('fivaldi.lane-tickets')],
    ['gateway', 'take questions that others are asked', take('auth.questions')],
    ['gateway', 'say that rules have changed', send(EXCHANGE, rulesChanged.type)],
    ['gateway', 'write past the exchange', send('', 'auth.questions')],
    ['gateway', 'put a message aside', send(EXCHANGE, 'audit.events.parked')],
    ['gateway', 'answer for the registers', take('fivaldi.questions')],
    ['gateway', 'answer itself', send(REPLIES, replyTo('gateway', 'auth'))],
    ['gateway', 'have answers that are not for it', openAnswers('connector', 'auth')],
    ['gateway', 'listen in on answers to others', listenTo(replyTo('connector', 'auth'))],
    ['gateway', 'listen in on all answers', listenTo('replies.#')],
    ['severa', 'have answers to what it may not ask', openAnswers('severa', 'audit')],
    ['severa', 'listen in on messages through its queue for answers', listenTo(auditEvent.type, EXCHANGE)],
    ['auth', 'have answers, who asks nobody', openAnswers('auth', 'audit')],
    ['severa', 'answer for the rules', send(REPLIES, replyTo('gateway', 'auth'))],
    ['connector', 'answer with a work queue', send(REPLIES, 'fivaldi.lane-tickets')],
    ['auth', 'ask for registers', send(EXCHANGE, 'fivaldi.questions')],
    ['audit', 'answer for the registers', take('fivaldi.questions')],
    ['connector', 'ask the audit log', send(EXCHANGE, 'audit.questions')],
    ['connector', 'answer for the rules', take('auth.questions')],
    ['connector', 'see what the audit log put aside', peek('audit.events.parked')],
    ['connector', 'begin an onboarding', send(EXCHANGE, onboardingWork.type)],
    ['auth', 'take tickets', take('fivaldi.lane-tickets')],
    ['auth', 'send tickets', send(EXCHANGE, laneTicket.type)],
    ['severa', 'take tickets', peek('fivaldi.lane-tickets')],
    ['severa', 'answer for the registers', take('fivaldi.questions')],
    ['severa', 'ask the audit log', send(EXCHANGE, 'audit.questions')],
    ['connector', 'answer for the links', take('severa.questions')],
    ['audit', 'send tickets', send(EXCHANGE, laneTicket.type)],
    ['audit', 'write events of its own into its queue', send(EXCHANGE, auditEvent.type)],
    ['audit', 'read questions to others', peek('auth.questions')],
  ])('%s may not %s', async (user, _, act) => {
    expect(await attempt(user, act)).toMatch(/ACCESS_REFUSED/);
  });

  it.each<[BrokerUser, string, Act]>(
    (['gateway', 'auth', 'connector', 'severa', 'audit'] as const).flatMap((user): [BrokerUser, string, Act][] => [
      [user, 'make a queue', (channel) => channel.assertQueue('mine')],
      [user, 'remove a queue', (channel) => channel.deleteQueue('audit.events')],
      [user, 'make an exchange', (channel) => channel.assertExchange('mine', 'fanout')],
      [user, 'remove the exchange', (channel) => channel.deleteExchange(EXCHANGE)],
      [user, 'write past the exchanges into any queue', send('', 'audit.events')],
      [user, 'listen in', (channel) => channel.bindQueue('auth.questions', EXCHANGE, 'audit.event.v1')],
    ]),
  )('%s may not %s', async (user, _, act) => {
    expect(await attempt(user, act)).toMatch(/ACCESS_REFUSED/);
  });

  it.each<[BrokerUser, Act]>([
    ['gateway', send(EXCHANGE, 'auth.questions')],
    ['gateway', openAnswers('gateway', 'auth')],
    ['severa', listenTo(replyTo('severa', 'auth'))],
    ['auth', send(REPLIES, replyTo('gateway', 'auth'))],
    ['connector', send(REPLIES, replyTo('gateway', 'fivaldi'))],
    ['gateway', send(EXCHANGE, 'fivaldi.questions')],
    ['gateway', send(EXCHANGE, 'severa.questions')],
    ['severa', send(EXCHANGE, 'auth.questions')],
    ['gateway', send(EXCHANGE, laneTicket.type)],
    ['connector', peek('fivaldi.lane-tickets')],
    ['auth', send(EXCHANGE, rulesChanged.type)],
    ['audit', peek('audit.events.parked')],
  ])('%s may do its own business', async (user, act) => expect(await attempt(user, act)).toBe('done'));
});
