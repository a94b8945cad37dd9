import 'reflect-metadata';

import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import passport, { Strategy } from 'passport';
import type { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import type { Principal, ShownPartnerUser } from '#lib/contracts';
import { createLog, ProblemFilter, requestPipe } from '#lib/service';

import { Admission, Identification } from './admission.js';
import { PartnerUsersController } from './partner-users.controller.js';
import { SandboxController } from './sandbox.controller.js';
import { SessionController } from './session.controller.js';

export const ID = '018f6f60-0000-7000-8000-000000000001';
const FIRM = '018f6f60-0000-7000-8000-000000000002';
export const HERE = '/v1/partner-users';

const person = (role: 'support' | 'main-user' | 'auditor', environmentId: string | null): Principal => ({
  kind: 'person',
  id: ID,
  language: 'fi',
  roles: [{ role, environmentId, companyId: null }],
});
const CALLERS: Readonly<Record<string, Principal>> = {
  operator: { kind: 'operator', id: 'operator' },
  support: person('support', null),
  'main-user': person('main-user', FIRM),
  auditor: person('auditor', null),
  machine: { kind: 'partner-user', id: ID },
};

/** Whoever the header names. */
class Named extends Strategy {
  override readonly name = 'token';
  override authenticate(request: unknown): void {
    this.success(CALLERS[(request as FastifyRequest).headers.authorization ?? '']!);
  }
}

interface Contract {
  readonly pattern: string;
  readonly ask: z.ZodType;
  readonly answer: z.ZodType;
}

/** The auth service's part: answers what it is told to, and keeps both sides to the contract. */
class Auth {
  readonly asked: { readonly pattern: string; readonly body: Record<string, unknown> }[] = [];
  readonly answers = new Map<string, unknown>();

  ask(contract: Contract, body: unknown): Promise<unknown> {
    this.asked.push({ pattern: contract.pattern, body: contract.ask.parse(body) as Record<string, unknown> });
    const answer = this.answers.get(contract.pattern);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(contract.answer.parse(answer));
  }
}

export const FORM = {
  userName: 'kumppani',
  company: 'Kumppani Oy',
  businessId: '0737546-2',
  email: 'it@kumppani.example',
  mobile: '040 123 4567',
  language: 'FIN',
  scopeCompanyId: null,
};
const SHOWN = {
  ...FORM,
  id: ID,
  active: true,
  externalNote: null,
  weekdayRestriction: null,
  weekendRestricted: false,
  addresses: null,
  language: 'FIN',
} satisfies ShownPartnerUser;

/** The doors to partner users and their passwords over HTTP; behind them an auth service that answers as it is told. */
export class PartnerUsersUnderTest {
  auth = new Auth();

  private constructor(private readonly app: NestFastifyApplication) {}

  static async start(): Promise<PartnerUsersUnderTest> {
    passport.use(new Named());
    class Doors {}
    let started: PartnerUsersUnderTest | undefined;
    const ask = (contract: Contract, body: unknown) => started!.auth.ask(contract, body);
    const module = {
      module: Doors,
      controllers: [PartnerUsersController, SandboxController, SessionController],
      providers: [
        { provide: APP_GUARD, useClass: Identification },
        { provide: APP_GUARD, useClass: Admission },
        { provide: QuestionClient, useValue: { ask } },
      ],
    };
    const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), { logger: false });
    app.useGlobalPipes(requestPipe());
    app.useGlobalFilters(new ProblemFilter(createLog('gateway', 'silent')));
    await app.init();
    return (started = new PartnerUsersUnderTest(app));
  }

  /** Nothing has been asked yet, and every question has a plain answer. */
  forget(): void {
    this.auth = new Auth();
    const password = { kind: 'none', expiresAt: null, delivery: null };
    const answers = {
      'auth.partner-user-read.v1': { partnerUser: SHOWN, password, week: [], mark: 'm1' },
      'auth.partner-user-create.v1': { mark: 'm1' },
      'auth.partner-user-change.v1': { mark: 'm2' },
      'auth.partner-user-list.v1': { partnerUsers: [SHOWN], next: 'kumppani' },
      'auth.upper-rights-read.v1': { rights: [{ stream: 'palkat', direction: 'import' }], mark: 'm3' },
      'auth.save-rule.v1': { mark: 'm4' },
      'auth.partner-password-order.v1': {},
      'auth.partner-user-week.v1': { week: [], minutesOpen: 0 },
    };
    for (const [pattern, answer] of Object.entries(answers)) this.auth.answers.set(pattern, answer);
  }

  async call(
    method: 'GET' | 'POST' | 'PUT',
    url: string,
    { as = 'operator', body, seen }: { as?: string; body?: object; seen?: string } = {},
  ) {
    const headers = { authorization: as, ...(seen !== undefined && { 'if-match': seen }) };
    const answer = await this.app.inject({ method, url, headers, ...(body && { payload: body }) });
    const read = answer.body === '' ? {} : answer.json<Record<string, unknown>>();
    return { status: answer.statusCode, headers: answer.headers, body: read };
  }

  close(): Promise<void> {
    return this.app.close();
  }
}
