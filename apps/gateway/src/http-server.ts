import type { IncomingMessage } from 'node:http';

import fastifyCookie from '@fastify/cookie';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestFactory } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';

import { type AddressRule, neighbourhood } from '#lib/policy';
import {
  type Log,
  NestLog,
  observeRequests,
  ProblemFilter,
  requestPipe,
  type ServiceMetrics,
  type ShownTls,
} from '#lib/service';

import { sendAnswerHeaders } from './answer-headers.js';
import { addressOf, callerAddress, noteAddress } from './caller.js';
import type { CallersPace } from './callers-pace.js';
import { CONTROLLERS } from './controllers.js';
import { routesOf } from './doors.js';
import { TooManyRequests } from './errors.js';
import { GatewayModule, type GatewayParts } from './gateway.module.js';
import { ONBOARDING_TYPES } from './onboarding.controller.js';
import { RefusalLog } from './refusal-log.js';
import { takeForms } from './legacy/form-body.js';
import { openApiDocument } from './openapi.js';

/** A JSON body: rules and questions, never data. Documents are streamed and have limits of their own. */
const JSON_BYTES = 1_000_000;

/** The types under which documents come; their body goes to the controller unread. */
const DOCUMENT_TYPES = [
  'application/xml',
  'text/xml',
  'application/gzip',
  'application/x-gzip',
  ...Object.keys(ONBOARDING_TYPES),
];

/** How long a caller may take to send a request's head, and one whole request, in milliseconds. */
const HEAD_TIME = 20_000;
const REQUEST_TIME = 1_800_000;

/** The limits of a request's head, in milliseconds and bytes. */
const HEAD = { headersTimeout: HEAD_TIME, maxHeaderSize: 16_384 };

/** How much of a refused body is read and thrown away, and for how long, so that the sender gets to read the answer. */
const DISCARDED_BYTES = 8_000_000;
const DISCARDING_TIME = 2_000;

export interface HttpServerOptions {
  readonly log: Log;
  readonly metrics: ServiceMetrics;
  /** Whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly AddressRule[];
  /** How often one address may come. */
  readonly addresses: CallersPace;
  /** Of the product, for the description of its HTTP. */
  readonly version: string;
  /** What the proxy in front is shown; without it, plain HTTP. */
  readonly tls?: ShownTls | undefined;
}

/** The gateway's HTTP server, ready to listen. */
export async function httpServer(
  parts: GatewayParts,
  { log, metrics, trustedProxies, addresses, version, tls }: HttpServerOptions,
): Promise<NestFastifyApplication> {
  const problems = new ProblemFilter(log, (kind, code) => parts.metrics.refused(kind, code));
  const adapter = new FastifyAdapter({
    frameworkErrors: problems.answer,
    bodyLimit: JSON_BYTES,
    requestTimeout: REQUEST_TIME,
    ...(tls ? { https: { ...HEAD, ...tls } } : { http: HEAD }),
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: 'idle',
    trustProxy: false,
  });
  const server = adapter.getInstance();
  server.addContentTypeParser(
    DOCUMENT_TYPES,
    (_request: unknown, body: IncomingMessage, done: (error: null, body: unknown) => void) => done(null, body),
  );
  takeForms(server);
  server.addHook('onResponse', (request, _reply, done) => {
    finishReading(request.raw);
    done();
  });
  server.addHook('onRequest', (request, _reply, done) => {
    noteAddress(request, callerAddress(request, trustedProxies));
    done();
  });
  closeAfterAnswer(server);
  observeRequests(server, metrics);

  const app = await NestFactory.create<NestFastifyApplication>(GatewayModule.over(parts), adapter, {
    logger: new NestLog(log),
    // Fastify's own parser reads JSON; the one that Nest would put in its place reads forms as well.
    bodyParser: false,
  });
  await app.register(fastifyCookie);
  await sendAnswerHeaders(app, parts.site);
  // After what counts requests and puts headers on answers: they do so with this answer as well.
  server.addHook('onRequest', (request, reply, done) => {
    const address = addressOf(request);
    const turn = addresses.turn(neighbourhood(address));
    if (turn.goesOn) return done();
    if (turn.isNews) log.info({ address }, 'an address is held back');
    problems.answer(new TooManyRequests(turn.seconds), request, reply);
  });
  app.useGlobalPipes(requestPipe());
  app.useGlobalFilters(new RefusalLog(problems, { ...parts, log }));
  const description = openApiDocument(app, routesOf(CONTROLLERS), version);
  server.get('/openapi.json', (_request, reply) => reply.header('cache-control', 'max-age=3600').send(description));
  return app;
}

/** Once it stops, a connection that is answered is closed: kept alive, it would hold the stopping up until it times out. */
function closeAfterAnswer(server: Pick<FastifyInstance, 'addHook'>): void {
  let stopping = false;
  server.addHook('preClose', (done) => {
    stopping = true;
    done();
  });
  server.addHook('onSend', (_request, reply, payload, done) => {
    if (stopping) void reply.header('connection', 'close');
    done(null, payload);
  });
}

/** Reads a little of the rest of a body that was answered early; a sender with more, or with nothing, is cut off. */
function finishReading(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  let discarded = 0;
  const enough = setTimeout(() => request.destroy(), DISCARDING_TIME);
  request.once('close', () => clearTimeout(enough));
  request.on('data', (part: Buffer) => {
    discarded += part.length;
    if (discarded > DISCARDED_BYTES) request.destroy();
  });
  request.resume();
}
