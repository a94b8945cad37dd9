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
import {
  type AuditEvent,
  auditEvent,
  auditKeys,
  findAuditExport,
  readAuditExport,
  requestAuditExport,
  searchAudit,
  verifyAudit,
} from '#lib/contracts';
import { ServiceMetrics } from '#lib/service';
import { uniqueNamespace, until } from '#lib/testing';

import { openAuditLog, type OpenAuditLog, READER, tamper } from './audit-log.spec-support.js';
import { AuditMetrics } from './audit-metrics.js';
import { consumeAuditEvents } from './audit.consumer.js';
import { AuditModule } from './audit.module.js';
import { AuditExports } from './export/audit-exports.js';
import { Exporter } from './export/exporter.js';
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
let exporter: Exporter;
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
  exporter = new Exporter(opened.service, opened.key, log);
  exporter.start();
  const exports = new AuditExports(opened.service, exporter);
  const parts = { auditLog: opened.log, exports, trusted: opened.keys, metrics: auditMetrics };
  questions = await NestFactory.createMicroservice<MicroserviceOptions>(AuditModule.over(parts), {
    ...questionServerOptions({ url }, namespace, 'audit', 16),
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
  await consumer.drain(1_000);
  await exporter.stop();
  await bus.close();
  await forgetNamespace(url, namespace);
  await opened.close();
});

async function tell(...told: readonly unknown[]): Promise<void> {
  const messages = told.map((data) => ({ id: randomUUID(), type: auditEvent.type, time: new Date(), data }));
  const outcomes = await bus.publish(messages);
  expect(outcomes).toEqual(told.map(() => 'confirmed'));
}

const decided = { action: 'access.decided' } as const;
const entriesOf = async (scope: string) =>
  (await client.ask(searchAudit, { reader: READER, scope, filters: decided })).entries;
const verified = (scope: string) => client.ask(verifyAudit, { reader: READER, scope });
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
    expect(entry).toMatchObject(event satisfies AuditEvent);
    expect(await verified(environmentId)).toMatchObject({ whole: true, firstFault: null });
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
    expect(await verified(environmentId)).toMatchObject({ whole: true });
  });

  it.each([
    ['an environment that is no id', { reader: READER, scope: 'x' }],
    ['a page of a thousand', { reader: READER, scope: 'operator', limit: 1_000 }],
    ['a netmask', { reader: READER, scope: 'operator', filters: { address: '10.0.0.0/255.0.0.0' } }],
  ])('refuses a question for %s', async (_, question) => {
    const refused = client.ask(searchAudit, question);
    await expect(refused).rejects.toMatchObject({ kind: 'invalid', code: 'question.contract-broken' });
  });

  it('counts what it keeps and what it is asked', async () => {
    const { body } = await metrics.scrape();
    expect(body).toMatch(/^tietovirta_audit_events_total\{category="access",outcome="denied"\} 1$/m);
    expect(body).toMatch(/^tietovirta_audit_events_total\{category="access",outcome="success"\} 4$/m);
    expect(body).toMatch(/^tietovirta_audit_ingest_delay_seconds_count [1-9]\d*$/m);
    expect(body).toMatch(/^tietovirta_audit_events_total\{category="audit",outcome="success"\} [1-9]\d*$/m);
    expect(body).toMatch(/^tietovirta_audit_queries_total\{kind="verify"\} 2$/m);
    expect(body).toMatch(/^tietovirta_audit_chain_verified_timestamp_seconds \d{10}/m);
    expect(body).toMatch(/^tietovirta_audit_chain_breaks_total 0$/m);
  });

  it('leaves an entry of what was searched and verified', async () => {
    const scope = randomUUID();
    await entriesOf(scope);
    await verified(scope);
    const { entries } = await client.ask(searchAudit, { reader: READER, scope, order: 'oldest' });
    expect(entries).toMatchObject([
      { action: 'audit.searched', actor: READER.by, address: READER.address, details: { filters: decided } },
      { action: 'audit.verified', outcome: 'success', details: { entries: 1, firstFault: null } },
    ]);
  });

  it('tells the keys that it signs with, and never the private one', async () => {
    const { keys } = await client.ask(auditKeys, {});
    expect(keys).toEqual([{ id: opened.key.public.id, algorithm: 'Ed25519', pem: opened.key.public.pem }]);
    expect(keys[0]?.pem).toContain('BEGIN PUBLIC KEY');
  });

  it('makes an export, hands it out part by part, and tells both in the log', async () => {
    const scope = randomUUID();
    await tell(anEvent({ environmentId: scope }));
    await appeared(scope, 1);
    const { id } = await client.ask(requestAuditExport, { reader: READER, scope, format: 'csv' });
    const ready = await until(
      async () => {
        const { found } = await client.ask(findAuditExport, { scope, id });
        return found?.state === 'ready' && found;
      },
      { what: 'the export' },
    );
    expect(ready.files).toEqual(['entries.csv', 'checkpoints.jsonl', 'manifest.json', 'manifest.sig']);
    const asked = { reader: READER, scope, id, file: 'manifest.json' } as const;
    const { data } = await client.ask(readAuditExport, { ...asked, part: 0 });
    expect(JSON.parse(Buffer.from(data ?? '', 'base64').toString())).toMatchObject({
      exportId: id,
      scope,
      complete: true,
    });
    expect(await client.ask(readAuditExport, { ...asked, part: 1 })).toEqual({ data: null });
    expect(await client.ask(findAuditExport, { scope: randomUUID(), id })).toEqual({ found: null });
    const { entries } = await client.ask(searchAudit, { reader: READER, scope, filters: { action: 'audit.exported' } });
    expect(entries.map(({ details }) => details['downloaded'] ?? details['format'])).toEqual(['manifest.json', 'csv']);
  });

  it('counts a broken chain', async () => {
    const environmentId = randomUUID();
    await tell(anEvent({ environmentId }));
    await appeared(environmentId, 1);
    await tamper(
      opened.database,
      `update audit.entry set outcome = 'failure' where environment_id = '${environmentId}'`,
    );
    expect((await verified(environmentId)).firstFault).toEqual({ sequence: 1, what: 'altered' });
    expect((await metrics.scrape()).body).toMatch(/^tietovirta_audit_chain_breaks_total 1$/m);
  });
});
