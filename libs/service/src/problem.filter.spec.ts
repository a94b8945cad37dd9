import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Param, Post, Res } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

import { RemoteError } from '#lib/errors';

import { observeRequests } from './http-metrics.js';
import { createLog } from './log.js';
import { ServiceMetrics } from './metrics.js';
import { ProblemFilter } from './problem.filter.js';
import { requestPipe } from './request-pipe.js';

const CANARY = 'canary-41c';
const order = z.object({ rows: z.array(z.object({ 'a/b': z.string(), amount: z.number() })) });

@Controller()
class Probe {
  @Post('orders')
  take(@Body({ schema: order }) { rows }: z.output<typeof order>) {
    return { rows: rows.length };
  }

  @Get('transfers/:id')
  find(@Param('id', { schema: z.uuid() }) id: string) {
    throw new RemoteError('absent', 'transfer.absent', 'There is no such transfer', { id });
  }

  @Get('limited')
  limited() {
    throw new RemoteError('limited', 'door.crowded', 'Too many', { retryAfterSeconds: 7 });
  }

  @Get('half')
  half(@Res() reply: FastifyReply) {
    reply.raw.writeHead(200, { 'content-type': 'application/xml' });
    reply.raw.write('<half>');
    throw new Error('the register is away');
  }

  @Get('broken')
  broken() {
    throw Object.assign(new Error(CANARY), { statusCode: 418 });
  }
}

const lines: string[] = [];
const metrics = new ServiceMetrics('gateway', { version: '1', revision: 'a' });
let app: NestFastifyApplication;

const refusals: string[] = [];

beforeAll(async () => {
  const log = createLog('gateway', 'debug', { write: (line) => lines.push(line) });
  const module = await Test.createTestingModule({ controllers: [Probe] }).compile();
  const filter = new ProblemFilter(log, (_kind, code) => refusals.push(code));
  const fastify = new FastifyAdapter({ bodyLimit: 1_000, frameworkErrors: filter.answer });
  app = module.createNestApplication<NestFastifyApplication>(fastify, { logger: false });
  app.useGlobalFilters(filter).useGlobalPipes(requestPipe());
  observeRequests(app.getHttpAdapter().getInstance(), metrics);
  await app.init();
});
afterAll(() => app.close());

type Ask = { method?: 'GET' | 'POST'; url: string; headers?: Record<string, string>; payload?: string };
const ask = async ({ method = 'GET', ...rest }: Ask) => {
  const response = await app.inject({ method, ...rest });
  return { response, problem: response.json<Record<string, unknown>>() };
};
const json = { 'content-type': 'application/json' };

describe('every error is a problem', () => {
  it.each([
    ['our own', { url: '/transfers/0b9a3c52-8f0e-4a60-9f0a-2f3f1d1f2a11' }, 404, 'transfer.absent'],
    ['a route that is not there', { url: '/nowhere?token=x' }, 404, 'route.absent'],
    ['a path parameter of another form', { url: '/transfers/7' }, 400, 'request.invalid'],
    ['a body that is no JSON', { method: 'POST', url: '/orders', headers: json, payload: '{' }, 400, 'request.invalid'],
    ['no body', { method: 'POST', url: '/orders', headers: json, payload: '' }, 400, 'request.invalid'],
    [
      'a body that is too large',
      { method: 'POST', url: '/orders', headers: json, payload: `"${'x'.repeat(2_000)}"` },
      413,
      'request.oversized',
    ],
    [
      'a body of another type',
      { method: 'POST', url: '/orders', headers: { 'content-type': 'text/csv' }, payload: 'a;b' },
      415,
      'request.unsupported',
    ],
    ['a path that cannot be decoded', { url: '/transfers/%zz' }, 400, 'request.invalid'],
    ['an error that nobody expected', { url: '/broken' }, 500, 'service.broken'],
  ] as const)('%s', async (_what, request, status, code) => {
    const { response, problem } = await ask(request);
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(problem).toMatchObject({ status, code, type: `/problems/${code}`, instance: request.url.split('?')[0] });
  });

  it('points at every fault of a body, and repeats no value', async () => {
    const payload = JSON.stringify({ rows: [{ 'a/b': 'x', amount: CANARY }, { amount: 1 }] });
    const { response, problem } = await ask({ method: 'POST', url: '/orders', headers: json, payload });
    expect(problem['errors']).toEqual([
      { pointer: '/rows/0/amount', code: 'invalid_type', message: expect.any(String) },
      { pointer: '/rows/1/a~1b', code: 'invalid_type', message: expect.any(String) },
    ]);
    expect(response.body).not.toContain(CANARY);
  });

  it('says when to come back', async () => {
    const { response, problem } = await ask({ url: '/limited' });
    expect(response.headers['retry-after']).toBe('7');
    expect(problem['retryAfterSeconds']).toBe(7);
  });

  it('is titled in the language of the caller', async () => {
    const { response, problem } = await ask({ url: '/limited', headers: { 'accept-language': 'sv' } });
    expect(response.headers).toMatchObject({ 'content-language': 'sv', vary: 'Accept-Language' });
    expect(problem['title']).toBe('För många begäranden');
  });
});

describe('an attempt to get past the door', () => {
  it.each<[string, Ask, string]>([
    ['a body that is no JSON', { method: 'POST', url: '/orders', headers: json, payload: '{' }, 'info'],
    ['a path that cannot be decoded', { url: '/transfers/%zz' }, 'info'],
    ['what merely is not there', { url: '/transfers/0b9a3c52-8f0e-4a60-9f0a-2f3f1d1f2a11' }, 'debug'],
    ['too many requests', { url: '/limited' }, 'debug'],
  ])('is told to the log: %s', async (_, request, level) => {
    lines.length = 0;
    refusals.length = 0;
    const { problem } = await ask(request);
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([{ level, code: problem['code'] }]);
    expect(refusals).toEqual([problem['code']]);
  });
});

describe('an error of ours', () => {
  it('is told to nobody and logged under the trace that the caller sees', async () => {
    lines.length = 0;
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
    const { response, problem } = await ask({ url: '/broken?token=secret-token', headers });
    expect(response.body).not.toContain(CANARY);
    expect(problem['traceId']).toBe(traceId);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'error',
      traceId,
      route: '/broken',
      error: { message: CANARY },
    });
    expect(lines[0]).not.toContain('secret-token');
  });

  it('gets a trace of its own when the caller brings none', async () => {
    const { problem } = await ask({ url: '/broken', headers: { traceparent: 'nonsense' } });
    expect(problem['traceId']).toMatch(/^[\da-f]{32}$/);
  });
});

describe('an error after half an answer', () => {
  it('cuts the connection, so that the caller cannot take it for the whole', async () => {
    await app.listen(0, '127.0.0.1');
    const whole = fetch(`${await app.getUrl()}/half`).then((response) => response.text());
    await expect(whole).rejects.toThrow();
  });
});

describe('observeRequests', () => {
  it('counts by the template of the route, and all strangers together', async () => {
    await ask({ url: '/transfers/8' });
    await ask({ url: '/wp-admin.php' });
    const { body } = await metrics.scrape();
    expect(body).toMatch(/http_server_request_duration_seconds_count\{.*http_route="\/transfers\/:id".*"400"\} \d/);
    expect(body).toMatch(/http_route="none",http_response_status_code="404"\} \d/);
    expect(body).not.toContain('wp-admin');
  });
});
