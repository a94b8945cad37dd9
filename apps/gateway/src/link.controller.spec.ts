import 'reflect-metadata';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import passport, { Strategy } from 'passport';
import type { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import type { Principal } from '#lib/contracts';
import { RemoteError } from '#lib/errors';
import type { RoleAssignment } from '#lib/policy';
import { createLog, ProblemFilter, requestPipe } from '#lib/service';

import { Admission, Identification } from './admission.js';
import { LinkController } from './link.controller.js';
import { LinkHistoryController } from './link-history.controller.js';
import { LinkTransfersController } from './link-transfers.controller.js';

const FIRM = '018f6f60-0000-7000-8000-000000000001';
const COMPANY = '018f6f60-0000-7000-8000-000000000002';
const OTHER = '018f6f60-0000-7000-8000-000000000003';
const LINK = `/v1/environments/${FIRM}/companies/${COMPANY}/link`;

const role = (name: RoleAssignment['role'], environmentId: string | null = FIRM, companyId: string | null = null) => ({
  role: name,
  environmentId,
  companyId,
});
const ROLES: Readonly<Record<string, readonly RoleAssignment[]>> = {
  'main user': [role('main-user')],
  KH: [role('user-administrator')],
  accountant: [role('accountant', FIRM, COMPANY)],
  'KH and accountant': [role('user-administrator'), role('accountant', FIRM, COMPANY)],
  'KH, accountant elsewhere': [role('user-administrator'), role('accountant', FIRM, OTHER)],
  'main user elsewhere': [role('main-user', OTHER)],
  support: [role('support', null)],
};

/** Whoever the header names. */
class Named extends Strategy {
  override readonly name = 'token';
  override authenticate(request: unknown): void {
    const name = (request as FastifyRequest).headers.authorization ?? '';
    const principal: Principal = { kind: 'person', id: OTHER, language: 'fi', roles: [...(ROLES[name] ?? [])] };
    this.success(name === 'operator' ? { kind: 'operator', id: 'operator' } : principal);
  }
}

interface Contract {
  readonly pattern: string;
  readonly ask: z.ZodType;
}

/** The connector's part: keeps the questions to their contract, and answers each with little. */
const asked: { pattern: string; body: unknown }[] = [];
const ANSWERS: Readonly<Record<string, unknown>> = {
  'severa.save-link.v1': { mark: '2' },
  'severa.show-link.v1': { link: null },
};
const ask = (contract: Contract, body: unknown): Promise<unknown> => {
  const question = { pattern: contract.pattern, body: contract.ask.parse(body) };
  asked.push(question);
  if ((question.body as { partnerUserId?: unknown }).partnerUserId === FIRM) {
    return Promise.reject(new RemoteError('absent', 'partner-user.absent', 'There is no such partner user'));
  }
  return Promise.resolve(ANSWERS[contract.pattern] ?? {});
};

let app: NestFastifyApplication;
beforeAll(async () => {
  passport.use(new Named());
  class Doors {}
  const module = {
    module: Doors,
    controllers: [LinkController, LinkTransfersController, LinkHistoryController],
    providers: [
      { provide: APP_GUARD, useClass: Identification },
      { provide: APP_GUARD, useClass: Admission },
      { provide: QuestionClient, useValue: { ask } },
    ],
  };
  app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), { logger: false });
  app.useGlobalPipes(requestPipe());
  app.useGlobalFilters(new ProblemFilter(createLog('gateway', 'silent')));
  await app.init();
});
afterAll(() => app.close());
beforeEach(() => {
  asked.length = 0;
});

type Sent = { readonly as?: string; readonly body?: object; readonly headers?: Readonly<Record<string, string>> };
const call = async (
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  { as = 'main user', body, headers }: Sent = {},
) => {
  const sent = { authorization: as, ...headers };
  const answer = await app.inject({ method, url, headers: sent, ...(body && { payload: body }) });
  return { status: answer.statusCode, headers: answer.headers, body: answer.body };
};

describe('who manages a link', () => {
  it.each([
    ['main user', 200],
    ['KH and accountant', 200],
    ['KH', 403],
    ['accountant', 403],
    ['support', 403],
    ['operator', 403],
    ['KH, accountant elsewhere', 404],
    ['main user elsewhere', 404],
  ])('%s: %i', async (as, status) => {
    expect((await call('POST', `${LINK}/start`, { as })).status).toBe(status);
    expect(asked).toHaveLength(status === 200 ? 1 : 0);
  });
});

describe('who else comes in', () => {
  const history = `/v1/environments/${FIRM}/link-history`;

  it.each([
    ['KH', 'GET', `${LINK}/history`, 200],
    ['KH', 'GET', history, 200],
    ['accountant', 'GET', `${LINK}/history`, 403],
    ['accountant', 'POST', `${LINK}/comparisons/customers-to-netvisor`, 202],
    ['KH', 'POST', `${LINK}/comparisons/customers-to-netvisor`, 403],
    ['accountant', 'GET', `${LINK}/flows/sales-invoices/records`, 200],
    ['support', 'GET', `${LINK}/resources`, 200],
    ['support', 'GET', `${LINK}/flows/sales-invoices/records`, 403],
    ['main user elsewhere', 'GET', history, 404],
  ] as const)('%s: %s %s is %i', async (as, method, url, status) => {
    expect((await call(method, url, { as })).status).toBe(status);
  });
});

describe('the link over HTTP', () => {
  const body = { partnerUserId: OTHER, organisationId: '1967543-8' };

  it('is changed by whoever has seen it', async () => {
    expect((await call('PUT', LINK, { body })).status).toBe(428);
    const made = await call('PUT', LINK, { body, headers: { 'if-none-match': '*' } });
    expect(made).toMatchObject({ status: 204, headers: { etag: '"2"' } });
    await call('PUT', LINK, { body, headers: { 'if-match': '"1"' } });
    expect(asked.filter(({ pattern }) => pattern === 'severa.save-link.v1')).toMatchObject([
      {
        body: {
          ifMark: null,
          companyId: COMPANY,
          link: { organisationId: '1967543-8', settings: { customers: null } },
        },
      },
      { body: { ifMark: '1' } },
    ]);
  });

  it.each([
    ['fi', 'Anna Y-tunnus, esimerkiksi 1967543-8.', 'Kenttää ei tunneta.', 'Yritykselle ei ole tehty liittymää.'],
    ['sv', 'Ange ett FO-nummer, till exempel 1967543-8.', 'Fältet är okänt.', 'Företaget har ingen anslutning.'],
    ['en', 'must be a business ID, such as 1967543-8', 'Unrecognized key: "more"', 'There is no such link'],
  ])('says what is wrong in the reader’s language: %s', async (language, organisation, unknown, absent) => {
    const headers = { 'if-none-match': '*', 'accept-language': language };
    const wrong = await call('PUT', LINK, { body: { ...body, organisationId: 'a b', more: 1 }, headers });
    const { errors } = JSON.parse(wrong.body) as { errors: readonly { code: string; message: string }[] };
    expect(errors.map(({ code, message }) => [code, message])).toEqual([
      ['organisation-id.malformed', organisation],
      ['unrecognized_keys', unknown],
    ]);
    const none = await call('GET', LINK, { headers });
    expect([none.status, (JSON.parse(none.body) as { detail: string }).detail]).toEqual([404, absent]);
  });

  it('acts as no partner user that there is not, or that is another company’s', async () => {
    const headers = { 'if-none-match': '*' };
    const made = await call('PUT', LINK, { body: { ...body, partnerUserId: FIRM }, headers });
    expect([made.status, made.body]).toEqual([404, expect.stringContaining('partner-user.absent')]);
    expect(asked).toMatchObject([{ body: { environmentId: FIRM, companyId: COMPANY, partnerUserId: FIRM } }]);
  });

  it.each([
    `${LINK}/history?text=%00`,
    `${LINK}/history?cause=%00`,
    `${LINK}/flows/sales-invoices/records?cursor=%00`,
    `${LINK}/runs?cursor=%00`,
  ])('takes no character that cannot be kept: %s', async (url) => {
    expect((await call('GET', url)).status).toBe(400);
  });

  it.each([
    ['retries', { which: { flow: 'payments', keys: ['a\0'] } }],
    ['runs', { flow: 'payments', records: ['\ud800'] }],
    ['credentials', { system: 'netvisor', customerId: 'a\0b', customerKey: 'k' }],
  ])('nor in what is sent: %s', async (path, sent) => {
    const headers = { 'idempotency-key': 'k1' };
    expect((await call('POST', `${LINK}/${path}`, { body: sent, headers })).status).toBe(400);
  });

  it('is absent where there is none', async () => {
    const { status, body: said } = await call('GET', LINK);
    expect([status, said]).toEqual([404, expect.stringContaining('link.absent')]);
  });

  it('takes credentials of one system, and repeats none of them', async () => {
    const wrong = await call('POST', `${LINK}/credentials`, {
      body: { system: 'severa', clientId: 'a', key: 'hush hush' },
    });
    expect([wrong.status, wrong.body.includes('hush')]).toEqual([400, false]);
    const given = await call('POST', `${LINK}/credentials`, { body: { system: 'severa-key', key: ' k;=&<y ' } });
    expect(given.status).toBe(200);
    expect(asked).toMatchObject([{ body: { credentials: { system: 'severa-key', key: 'k;=&<y' } } }]);
  });

  it('acknowledges a phase, and takes it back', async () => {
    const phase = `${LINK}/phases/customers/acknowledgement`;
    expect((await call('PUT', phase)).status).toBe(204);
    expect((await call('DELETE', phase)).status).toBe(204);
    expect((await call('PUT', `${LINK}/phases/nothing/acknowledgement`)).status).toBe(400);
    expect(asked).toMatchObject([{ body: { acknowledged: true } }, { body: { acknowledged: false } }]);
  });

  it('asks for a run under a key of the caller’s', async () => {
    const run = { flow: 'sales-invoices', records: ['i1', 'i2'] };
    expect((await call('POST', `${LINK}/runs`, { body: run })).status).toBe(400);
    expect((await call('POST', `${LINK}/runs`, { body: run, headers: { 'idempotency-key': 'k1' } })).status).toBe(202);
    expect(asked).toMatchObject([{ body: { requestKey: 'k1', run } }]);
  });

  it('retries within the company of its path', async () => {
    await call('POST', `${LINK}/retries`, { body: { which: { cause: 'netvisor-access' } } });
    expect(asked).toMatchObject([
      {
        body: { environmentId: FIRM, retry: { as: 'again', which: { companyId: COMPANY, cause: 'netvisor-access' } } },
      },
    ]);
    const elsewhere = { which: { cause: 'netvisor-access', companyId: OTHER } };
    expect((await call('POST', `${LINK}/retries`, { body: elsewhere })).status).toBe(400);
  });

  it('narrows the history by what is asked for', async () => {
    await call('GET', `${LINK}/history?flow=payments&text=10%25&limit=7`);
    expect(asked).toMatchObject([
      { body: { environmentId: FIRM, limit: 7, filters: { companyId: COMPANY, flow: 'payments', text: '10%' } } },
    ]);
    expect((await call('GET', `${LINK}/history?flow=nothing`)).status).toBe(400);
  });
});
