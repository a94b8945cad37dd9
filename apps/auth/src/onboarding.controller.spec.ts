import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { connect } from 'amqplib';
import { createHash } from 'node:crypto';

import {
  Bus,
  EXCHANGE,
  OutboxRelay,
  parkedQueue,
  QuestionClient,
  QuestionFilter,
  questionPipe,
  questionServerOptions,
  RETRY_DELAYS_MS,
  retryQueue,
  type BusLog,
  type Consumer,
} from '#lib/bus';
import {
  auditEvent,
  closeOnboarding,
  commitOnboarding,
  listOnboardingRows,
  listOnboardings,
  onboardingWork,
  openOnboarding,
  readOnboarding,
  rulesChanged,
  sendOnboardingPart,
} from '#lib/contracts';
import { outboxOf } from '#lib/store';
import { uniqueNamespace, until } from '#lib/testing';

import { AuthUnderTest } from './auth.spec-support.js';
import { OnboardingController } from './onboarding.controller.js';
import { consumeOnboardings } from './onboarding/onboarding.consumer.js';
import { manyCompanies } from './onboarding/onboarding.spec-support.js';
import { OnboardingWork } from './onboarding/onboarding-work.js';
import { onboarding } from './onboarding/providers.js';

const url = process.env['TEST_RABBITMQ_URL'] ?? '';
const namespace = `${uniqueNamespace()}.`;
const log: BusLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

@Module({})
class OnboardingAlone {}

let auth: AuthUnderTest;
let bus: Bus;
let relay: OutboxRelay;
let consumer: Consumer;
let questions: INestMicroservice;
let client: QuestionClient;
let environmentId: string;

beforeAll(async () => {
  auth = await AuthUnderTest.start((server) => server.as('auth'));
  environmentId = await auth.environment();
  bus = Bus.connect({ url, namespace, name: 'auth', publishes: [auditEvent, rulesChanged, onboardingWork], log });
  relay = new OutboxRelay({ outbox: outboxOf(auth.database), bus, log, pollMs: 100 });
  relay.start();
  consumer = consumeOnboardings(bus, new OnboardingWork(auth.database, relay));
  const module = {
    module: OnboardingAlone,
    controllers: [OnboardingController],
    providers: onboarding(auth.database, relay),
  };
  questions = await NestFactory.createMicroservice<MicroserviceOptions>(module, {
    ...questionServerOptions({ url }, namespace, 'auth', 16),
    logger: false,
  });
  questions.useGlobalPipes(questionPipe);
  questions.useGlobalFilters(new QuestionFilter(log));
  await questions.listen();
  client = new QuestionClient({ url, asker: 'gateway', namespace, log });
});

afterAll(async () => {
  await client.close();
  await questions.close();
  await consumer.drain(5_000);
  await relay.stop();
  await bus.close();
  await forgetQueues();
  await auth.close();
});

async function forgetQueues(): Promise<void> {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  const queues = [auditEvent, rulesChanged, onboardingWork].map(({ queue }) => namespace + queue);
  for (const queue of queues) {
    const delayed = RETRY_DELAYS_MS.map((delay) => retryQueue(queue, delay));
    for (const name of [queue, parkedQueue(queue), ...delayed]) await channel.deleteQueue(name);
  }
  await channel.deleteQueue(`${namespace}auth.questions`);
  await channel.deleteExchange(namespace + EXCHANGE);
  await connection.close();
}

describe('an onboarding, asked over the bus', () => {
  it('goes from the parts of a file to companies by messages alone', async () => {
    const within = { by: { kind: 'operator', id: 'operator' }, environmentId, address: null } as const;
    const { onboardingId } = await client.ask(openOnboarding, { ...within, form: 'csv', charset: 'utf-8' });
    const bytes = Buffer.from(manyCompanies(150));
    const key = { environmentId, onboardingId };
    const halves = [bytes.subarray(0, 1000), bytes.subarray(1000)];
    for (const [no, half] of halves.entries()) {
      await client.ask(sendOnboardingPart, { ...key, no, data: half.toString('base64') });
    }
    const sha256 = createHash('sha256').update(bytes).digest('base64');
    await client.ask(closeOnboarding, { ...within, onboardingId, parts: 2, sha256 });
    const became = (state: string) =>
      until(async () => (await client.ask(readOnboarding, key)).state === state, { what: `it to be ${state}` });
    await became('ready');
    const { rows } = await client.ask(listOnboardingRows, { ...key, limit: 1, language: 'sv' });
    expect(rows).toMatchObject([{ outcome: 'created', name: 'Asiakas 1 Oy' }]);

    const { mark } = await client.ask(readOnboarding, key);
    await client.ask(commitOnboarding, { ...within, onboardingId, ifMark: mark ?? '', allOrNothing: false });
    await became('done');
    expect((await client.ask(readOnboarding, key)).counts).toMatchObject({ created: 150, saved: 150 });
  });

  it('is found again, newest first, by whoever has lost its id', async () => {
    const by = { kind: 'operator', id: 'operator' } as const;
    const within = { by, environmentId: await auth.environment(), address: null };
    const ids: string[] = [];
    for (let no = 0; no < 3; no += 1) {
      ids.unshift((await client.ask(openOnboarding, { ...within, form: 'csv', charset: null })).onboardingId);
    }
    const page = (below: string | null, state?: 'open' | 'done') =>
      client.ask(listOnboardings, { environmentId: within.environmentId, below, limit: 2, state });
    const first = await page(null);
    const second = await page(first.next);
    expect([...first.onboardings, ...second.onboardings].map(({ id }) => id)).toEqual(ids);
    expect(second.next).toBeNull();
    expect((await page(null, 'done')).onboardings).toEqual([]);
    expect(
      (await client.ask(listOnboardings, { environmentId: await auth.environment(), limit: 9 })).onboardings,
    ).toEqual([]);
  });

  it('is not begun with a file that did not arrive whole', async () => {
    const within = { by: { kind: 'operator', id: 'operator' }, environmentId, address: null } as const;
    const { onboardingId } = await client.ask(openOnboarding, { ...within, form: 'csv', charset: null });
    const sha256 = createHash('sha256').update('another').digest('base64');
    await expect(client.ask(closeOnboarding, { ...within, onboardingId, parts: 0, sha256 })).rejects.toMatchObject({
      code: 'onboarding-file.incomplete',
    });
  });
});
