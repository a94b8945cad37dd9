import 'reflect-metadata';

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, type MicroserviceOptions, Payload } from '@nestjs/microservices';
import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib';
import { z } from 'zod';

import {
  type AnyMessage,
  Bus,
  EXCHANGE,
  QuestionClient,
  QuestionFilter,
  questionPipe,
  questionServerOptions,
} from '#lib/bus';
import { auditEvent, defineQuestion, laneTicket, onboardingWork, rulesChanged } from '#lib/contracts';
import { until } from '#lib/testing';

import {
  brokerProgram,
  certificatesIn,
  type InstalledBroker,
  startInstalled,
  withoutOpenssl,
} from './installed-broker.spec-support.ts';
import { type BrokerUser, ON_THE_BROKER } from './services.ts';

const ask = z.object({ number: z.int() });
const double = defineQuestion({ pattern: 'test.double.v1', service: 'auth', ask, answer: z.int() });
const ofTheConnector = defineQuestion({ ...double, service: 'fivaldi' });

@Controller()
class Desk {
  @MessagePattern(double.pattern)
  answer(@Payload({ schema: ask }) { number }: { number: number }): number {
    return number * 2;
  }
}

@Module({ controllers: [Desk] })
class DeskModule {}

const program = withoutOpenssl === undefined ? await brokerProgram() : undefined;
// Without openssl there is no certificate, and a broker in a container cannot be given these settings.
const described = program === undefined ? describe.skip : describe;
const folder = mkdtempSync(join(tmpdir(), 'tietovirta-installed-'));
const toldToLog: string[] = [];
const tell = ({ reason }: { readonly reason?: string }): void => void (reason && toldToLog.push(reason));
const log = { info: () => undefined, warn: tell, error: tell };
const open: { close(): Promise<unknown> }[] = [];
const opened = <Thing extends { close(): Promise<unknown> }>(thing: Thing): Thing => {
  open.unshift(thing);
  return thing;
};
let broker: InstalledBroker;
let ca: string;

beforeAll(async () => {
  if (program === undefined) return;
  const certificates = certificatesIn(join(folder, 'certificates'));
  ca = readFileSync(certificates.authority, 'utf8');
  broker = await startInstalled(program, folder, certificates);
}, 300_000);
afterEach(async () => {
  toldToLog.length = 0;
  for (const each of open.splice(0)) await each.close();
});
afterAll(async () => {
  await broker?.node.stop();
  rmSync(folder, { recursive: true });
}, 60_000);

const accessOf = (user: BrokerUser) => ({ url: broker.url(user), ca, declares: false, namespace: '', log });
const busOf = (user: BrokerUser): Bus => {
  const publishes: readonly AnyMessage[] = ON_THE_BROKER[user].publishes;
  return opened(Bus.connect({ ...accessOf(user), name: user, publishes }));
};
const messageOf = (type: string, data: object) => ({ id: randomUUID(), type, time: new Date(), data });
const aTicket = () => messageOf(laneTicket.type, { laneId: randomUUID(), ticket: randomUUID() });

async function deskOf(user: BrokerUser, service: 'auth' | 'fivaldi' = 'auth'): Promise<INestMicroservice> {
  const options = questionServerOptions(accessOf(user), '', service, 4);
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(DeskModule, { ...options, logger: false });
  app.useGlobalPipes(questionPipe);
  app.useGlobalFilters(new QuestionFilter(log));
  await app.listen();
  return opened(app);
}

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
    await expect(connect(broker.url('gateway').replace('amqps:', 'amqp:'), { timeout: 5_000 })).rejects.toThrow();
  });
});

described('a broker whose certificate', () => {
  const AUTHORITY = /self[- ]signed|unable to (verify|get)|signature/;
  const bad: readonly [string, () => { readonly url: string; readonly ca: string | undefined }, RegExp][] = [
    ['is by another authority', () => ({ url: broker.url('gateway'), ca: otherAuthority() }), AUTHORITY],
    ['is by no authority that the system knows', () => ({ url: broker.url('gateway'), ca: undefined }), AUTHORITY],
    ['names another host', () => ({ url: broker.url('gateway', '127.0.0.1'), ca }), /does not match|not in the cert/],
  ];
  const otherAuthority = (): string => readFileSync(certificatesIn(join(folder, 'other')).authority, 'utf8');

  it.each(bad)('%s is not believed by who publishes and consumes', async (_, access, reason) => {
    const bus = opened(Bus.connect({ ...accessOf('gateway'), ...access(), name: 'gateway', publishes: [laneTicket] }));
    expect(await until(() => toldToLog[0], { what: 'a refusal' })).toMatch(reason);
    expect(bus.state()).toBe('disconnected');
    expect(await bus.publish([aTicket()])).toEqual(['unavailable']);
  });

  it.each(bad)('%s is not believed by who asks', async (_, access) => {
    await deskOf('auth');
    const client = opened(new QuestionClient({ ...accessOf('gateway'), ...access() }));
    await expect(client.ask(double, { number: 1 }, { timeoutMs: 2_000 })).rejects.toMatchObject({
      code: 'bus.no-answer',
    });
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

described('the broker’s user of', () => {
  let model: ChannelModel;
  afterEach(() => model.close());

  /** What the broker says to it; `done` when it lets it be done. */
  async function attempt(user: BrokerUser, act: Act): Promise<string> {
    model = await connect(broker.url(user), { ca: [Buffer.from(ca)] });
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
      [user, 'listen in', (channel) => channel.bindQueue('auth.questions', EXCHANGE, 'audit.event.v1')],
    ]),
  )('%s may not %s', async (user, _, act) => {
    expect(await attempt(user, act)).toMatch(/ACCESS_REFUSED/);
  });

  it.each<[BrokerUser, Act]>([
    ['gateway', send(EXCHANGE, 'auth.questions')],
    ['gateway', send(EXCHANGE, 'fivaldi.questions')],
    ['gateway', send(EXCHANGE, 'severa.questions')],
    ['severa', send(EXCHANGE, 'auth.questions')],
    ['gateway', send(EXCHANGE, laneTicket.type)],
    ['connector', peek('fivaldi.lane-tickets')],
    ['auth', send(EXCHANGE, rulesChanged.type)],
    ['audit', peek('audit.events.parked')],
  ])('%s may do its own business', async (user, act) => expect(await attempt(user, act)).toBe('done'));
});
