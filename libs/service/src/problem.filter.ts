import { randomBytes } from 'node:crypto';

import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { AppError, ERROR_KINDS, type ErrorKind, kindOf } from '#lib/errors';

import type { Log } from './log.js';
import { type Problem, problemFor, STATUS } from './problem.js';
import { preferredLanguage } from './problem-titles.js';

/** The framework refused a request before any of our code saw it. */
class RequestRefused extends AppError {
  readonly code: string;

  constructor(
    readonly kind: ErrorKind,
    options: ErrorOptions,
  ) {
    super(REFUSALS[kind] ?? 'The request cannot be served', {}, options);
    this.code = kind === 'absent' ? 'route.absent' : `request.${kind}`;
  }
}

const REFUSALS: Partial<Record<ErrorKind, string>> = {
  invalid: 'The request cannot be read: its body, its length or its path is malformed',
  absent: 'There is nothing at this path for this method',
  oversized: 'The body is larger than this path takes',
  unsupported: 'This path does not take that content type',
};

/** The status that Nest or Fastify gave an error of its own; any other error's `statusCode` means something else. */
function frameworkStatus(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number') return undefined;
  const fromFastify = 'code' in error && typeof error.code === 'string' && error.code.startsWith('FST_');
  const fromJson = error instanceof SyntaxError;
  return fromFastify || fromJson ? error.statusCode : undefined;
}

/** The same error in our own words, when the framework raised it; a status that we have no kind for is `invalid`. */
function inOurWords(error: unknown): unknown {
  const status = error instanceof AppError ? undefined : frameworkStatus(error);
  if (status === undefined || status < 400 || (status >= 500 && status !== STATUS.unavailable)) return error;
  return new RequestRefused(ERROR_KINDS.find((kind) => STATUS[kind] === status) ?? 'invalid', { cause: error });
}

/** The caller's trace (W3C Trace Context), or a new one. */
function traceIdOf(traceparent: unknown): string {
  const given = typeof traceparent === 'string' ? /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-/.exec(traceparent)?.[1] : '';
  return given && !/^0+$/.test(given) ? given : randomBytes(16).toString('hex');
}

/**
 * The one place where an error becomes an HTTP answer: `application/problem+json`,
 * by the table of {@link problemFor}. It catches everything, so that no answer
 * has another shape and none tells what is inside.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  /** `refused` is told of every answer that is a no, for counting. */
  constructor(
    private readonly log: Log,
    private readonly refused: (kind: ErrorKind, code: string) => void = () => undefined,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** What Fastify refuses before it has a route, such as a path that cannot be decoded: its `frameworkErrors`. */
  readonly answer = (thrown: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const error = inOurWords(thrown);
    const traceId = traceIdOf(request.headers['traceparent']);
    const language = preferredLanguage(request.headers['accept-language']);
    const problem = problemFor(error, { instance: pathOf(request), traceId, language });
    this.record(error, request, problem);

    if (reply.sent || reply.raw.headersSent) {
      // Half an answer is out: a cut connection is the only honest end, since a clean one would look complete.
      reply.raw.destroy();
      return;
    }
    if (problem.retryAfter !== undefined) void reply.header('retry-after', problem.retryAfter);
    void reply
      .status(problem.status)
      .header('content-language', language)
      .header('cache-control', 'no-store')
      .header('vary', 'Accept-Language')
      .type('application/problem+json; charset=utf-8')
      .send(problem.body);
  };

  private record(error: unknown, request: FastifyRequest, { status, body }: Problem): void {
    const fields = { error, traceId: body.traceId, method: request.method, route: request.routeOptions.url, status };
    if (status < 500) this.refused(kindOf(error), body.code);
    if (kindOf(error) === 'broken') this.log.error(fields, 'a request failed');
    else if (status >= 500) this.log.warn(fields, 'a request could not be served now');
    else {
      const level = isAttempt(body.code) ? 'info' : 'debug';
      this.log[level]({ ...fields, error: undefined, code: body.code }, 'a request was refused');
    }
  }
}

/**
 * Whether somebody may be trying what gets past the door: malformed requests, and those of other sites. Too many
 * requests are told by whoever counts them, once for many.
 */
const isAttempt = (code: string): boolean => code.startsWith('request.') && code !== 'request.too-many';

const pathOf = ({ url }: FastifyRequest): string => url.split('?', 1)[0] ?? '/';
