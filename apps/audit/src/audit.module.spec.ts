import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { randomUUID } from 'node:crypto';

import {
  Bus,
  type BusLog,
  type Consumer,
  QuestionClient,
  QuestionFilter,
  questionPipe,
  questionServerOptions,
} from '#lib/bus';
import { type AuditEvent, auditEvent, searchAudit, verifyAudit } from '#lib/contracts';
import { ServiceMetrics } from '#lib/service';
import { uniqueNamespace, until } from '#lib/testing';

import { openAuditLog, type OpenAuditLog } from './audit-log.spec-support.js';
import { AuditMetrics } from './audit-metrics.js';
import { consumeAuditEvents } from './audit.consumer.js';
import { AuditModule } from './audit.module.js';
import { forgetNamespace } from './broker.spec-support.js';
import { anEvent } from './event.spec-support.js';

const url = process.env['TEST_RABBITMQ_URL'] ?? '';
const namespace = `${uniqueNamespace()}.`;
const log: BusLog = { info: () => undefined, warn: () => undefined, error: () => undefined };
const metrics = new ServiceMetrics('audit', { version: 'spec', revision: 'spec' });
const parked: string[] = [];

let opened: OpenAuditLog;
let bus: Bus;
let consumer: Consumer;
let questions: INestMicroservice;
let client: QuestionClient;

beforeAll(async () => {
  opened = await openAuditLog();
  const auditMetrics = new AuditMetrics(metrics);
  bus = Bus.connect({
    url,
    namespace,
    name: 'audit spec',
    publishes: [auditEvent],
    log,
    metrics: { parked: (_, reason) => void parked.push(reason) },
  });
  await bus.ready();
  consumer = consumeAuditEvents(bus, opened.log, auditMetrics);
  questions = await NestFactory.createMicroservice<MicroserviceOptions>(AuditModule.over(opened.log, auditMetrics), {
    ...questionServerOptions(url, namespace, 'audit', 16),
    logger: false,
  });
  questions.useGlobalPipes(questionPipe);
  questions.useGlobalFilters(new QuestionFilter(log));
  await questions.listen();
  client = new QuestionClient({ url, namespace, log });
});

afterAll(async () => {
  await client.close();
  await questions.close();
  await consumer.drain(1_000);
  await bus.close();
  await forgetNamespace(url, namespace);
  await opened.close();
});

async function tell(...told: readonly unknown[]): Promise<void> {
  const messages = told.map((data) => ({ id: randomUUID(), type: auditEvent.type, time: new Date(), data }));
  const outcomes = await bus.publish(messages);
  expect(outcomes).toEqual(told.map(() => 'confirmed'));
}

const entriesOf = async (environmentId: string) => (await client.ask(searchAudit, { environmentId })).entries;
const appeared = (environmentId: string, count: number) =>
  until(async () => (await entriesOf(environmentId)).length === count && entriesOf(environmentId), {
    what: `${count} entries`,
  });

describe('the audit service', () => {
  it('answers with what it was told, in the words of the contract', async () => {
    const environmentId = randomUUID();
    const event = anEvent({ environmentId, outcome: 'denied', reasons: ['WEEKEND'], details: { records: 3 } });
    await tell(event);
    const [entry] = await appeared(environmentId, 1);
    expect(entry).toMatchObject({ ...event, sequence: 1 } satisfies AuditEvent & { sequence: number });
    expect(await client.ask(verifyAudit, { environmentId })).toEqual({ entries: 1, whole: true, firstFault: null });
  });

  it('keeps once what it is told ten times', async () => {
    const environmentId = randomUUID();
    const event = anEvent({ environmentId });
    await tell(...Array<AuditEvent>(10).fill(event), anEvent({ environmentId }));
    expect((await appeared(environmentId, 2)).at(-1)?.eventId).toBe(event.eventId);
  });

  it('parks what is no event, and keeps the events around it', async () => {
    const environmentId = randomUUID();
    const broken = { ...anEvent({ environmentId }), outcome: 'perhaps' };
    await tell(anEvent({ environmentId }), broken, anEvent({ environmentId }), { nonsense: true });
    await appeared(environmentId, 2);
    await until(() => parked.length === 2, { what: 'both to be parked' });
    expect(parked).toEqual(['poison', 'poison']);
    expect(await client.ask(verifyAudit, { environmentId })).toMatchObject({ entries: 2, whole: true });
  });

  it.each([
    ['an environment that is no id', { environmentId: 'x' }],
    ['a page of a thousand', { environmentId: null, limit: 1_000 }],
  ])('refuses a question for %s', async (_, question) => {
    const refused = client.ask(searchAudit, question);
    await expect(refused).rejects.toMatchObject({ kind: 'invalid', code: 'question.contract-broken' });
  });

  it('counts what it keeps and what it is asked', async () => {
    const { body } = await metrics.scrape();
    expect(body).toMatch(/^tietovirta_audit_events_total\{category="access",outcome="denied"\} 1$/m);
    expect(body).toMatch(/^tietovirta_audit_events_total\{category="access",outcome="success"\} 4$/m);
    expect(body).toMatch(/^tietovirta_audit_ingest_delay_seconds_count 5$/m);
    expect(body).toMatch(/^tietovirta_audit_queries_total\{kind="verify"\} 2$/m);
    expect(body).toMatch(/^tietovirta_audit_chain_verified_timestamp_seconds \d{10}/m);
    expect(body).toMatch(/^tietovirta_audit_chain_breaks_total 0$/m);
  });

  it('counts a broken chain', async () => {
    const environmentId = randomUUID();
    await tell(anEvent({ environmentId }));
    await appeared(environmentId, 1);
    await opened.database.rows('alter table audit.entry disable trigger entry_is_kept');
    await opened.database.rows('delete from audit.entry where environment_id = $1', [environmentId]);
    expect((await client.ask(verifyAudit, { environmentId })).firstFault).toEqual({ sequence: 1, what: 'cut' });
    expect((await metrics.scrape()).body).toMatch(/^tietovirta_audit_chain_breaks_total 1$/m);
  });
});
