import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { connect } from 'amqplib';
import { randomBytes, randomUUID } from 'node:crypto';

import { EXCHANGE, QuestionClient, QuestionFilter, questionPipe, questionServerOptions, type BusLog } from '#lib/bus';
import { decideAccess, identify, saveRule, signIn } from '#lib/contracts';
import { createLog, ServiceMetrics } from '#lib/service';
import { Vault } from '#lib/store';
import { uniqueNamespace } from '#lib/testing';

import { authMetrics } from './auth-metrics.js';
import { AuthModule } from './auth.module.js';
import { NOTHING_BREACHED } from './breached-passwords.js';
import { AuthUnderTest, partnerUser, PASSWORD, userNameOf } from './auth.spec-support.js';
import { tokenHash } from './token.js';

const url = process.env['TEST_RABBITMQ_URL'] ?? '';
const namespace = `${uniqueNamespace()}.`;
const log: BusLog = { info: () => undefined, warn: () => undefined, error: () => undefined };
const metrics = new ServiceMetrics('auth', { version: 'spec', revision: 'spec' });
const address = '192.0.2.7';

let auth: AuthUnderTest;
let questions: INestMicroservice;
let client: QuestionClient;

beforeAll(async () => {
  auth = await AuthUnderTest.start();
  const module = AuthModule.over({
    database: auth.database,
    metrics: authMetrics(metrics),
    relay: { nudge: () => undefined },
    log: createLog('auth', 'silent'),
    breached: NOTHING_BREACHED,
    operatorTokenHash: tokenHash('the operator'),
    vault: await Vault.open(auth.database, { keys: new Map([['spec', randomBytes(32)]]), current: 'spec' }),
    passwordPost: null,
    sandboxInbox: null,
  });
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
  await forgetQuestions();
  await auth.close();
});

async function forgetQuestions(): Promise<void> {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  await channel.deleteQueue(`${namespace}auth.questions`);
  await channel.deleteExchange(namespace + EXCHANGE);
  await connection.close();
}

const save = (rule: 'partner-user' | 'grants', id: string, body: object) =>
  client.ask(saveRule, {
    by: { kind: 'operator', id: 'operator' },
    within: null,
    address: null,
    change: { rule, id, body } as never,
  });

describe('the auth service, asked over the bus', () => {
  it('signs a partner user in and knows it again', async () => {
    const id = randomUUID();
    expect(await save('partner-user', id, { ...partnerUser(id), password: PASSWORD })).toEqual({
      mark: expect.any(String),
    });
    const { session } = await client.ask(signIn, { userName: userNameOf(id), password: PASSWORD, address });
    expect(await client.ask(identify, { token: session!.token, address })).toEqual({
      principal: { kind: 'partner-user', id },
    });
    expect(await client.ask(signIn, { userName: userNameOf(id), password: 'wrong', address })).toEqual({
      session: null,
    });
  });

  it('knows the operator', async () => {
    const principal = { kind: 'operator', id: 'operator' };
    expect(await client.ask(identify, { token: 'the operator', address: null })).toEqual({ principal });
  });

  it('decides in the words of the contract', async () => {
    const { ask, environmentId } = await auth.furnish();
    expect(await client.ask(decideAccess, ask)).toMatchObject({ allowed: true, company: { environmentId } });
    const refused = await client.ask(decideAccess, { ...ask, direction: 'export' });
    expect(refused).toMatchObject({ allowed: false, reasons: ['VISMA_GRANT_MISSING', 'COMPANY_GRANT_MISSING'] });
  });

  it('says what is wrong with a rule, with every reason', async () => {
    const { companyId, partnerUserId } = await auth.furnish();
    const rights = [{ stream: 'kiha', direction: 'import' }];
    await expect(save('grants', companyId, { partnerUserId, rights })).rejects.toMatchObject({
      kind: 'denied',
      code: 'rights.refused',
      details: { reasons: ['DIRECTION_UNSUPPORTED'] },
    });
  });

  it('refuses a question that does not keep the contract', async () => {
    const { ask } = await auth.furnish();
    await expect(client.ask(decideAccess, { ...ask, stream: 'kaikki' as never })).rejects.toMatchObject({
      kind: 'invalid',
      code: 'question.contract-broken',
    });
  });

  it('counts decisions and sign-ins under their first reason', async () => {
    const { body } = await metrics.scrape();
    const cell = (direction: string) => `decisions_total{stream="tuoterekisteri",direction="${direction}"`;
    expect(body).toContain(`${cell('import')},decision="allow",reason="granted"} 1\n`);
    expect(body).toContain(`${cell('export')},decision="deny",reason="visma_grant_missing"} 1\n`);
    expect(body).toContain('tietovirta_authz_decision_duration_seconds_count 2\n');
    expect(body).toContain('tietovirta_logins_total{method="password",outcome="success",reason="granted"} 1\n');
    expect(body).toContain('tietovirta_logins_total{method="password",outcome="denied",reason="auth_failed"} 1\n');
  });
});
