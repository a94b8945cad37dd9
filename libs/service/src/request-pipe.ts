import { StandardSchemaValidationPipe } from '@nestjs/common';

import { AppError } from '#lib/errors';

import { type Said, saidOf } from './fault-texts.js';

/** One thing wrong with a request. */
export interface RequestFault {
  /** JSON Pointer (RFC 6901) to the place; the empty text is the whole. */
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
  /** The same in other languages; the answer has the one that was asked for. */
  readonly said?: Said;
  /** The greatest or least that is taken, where the fault is one of size. */
  readonly limit?: number;
  /** What would be taken in its place, where there is one such thing. */
  readonly corrected?: string | null;
}

/** A body or a parameter does not have the form that its schema asks for. */
export class RequestInvalid extends AppError {
  readonly kind = 'invalid';
  readonly code = 'request.invalid';

  constructor(errors: readonly RequestFault[]) {
    super('The request does not have the form that is asked for', { errors });
  }
}

/** An issue of a Standard Schema; zod adds the code and the limit, and `params` are a rule's own word on them. */
interface Issue {
  readonly message: string;
  readonly code?: string;
  readonly maximum?: unknown;
  readonly minimum?: unknown;
  readonly params?: {
    readonly code?: string;
    readonly limit?: number;
    readonly corrected?: string | null;
    readonly said?: Said;
  };
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

const MOST_FAULTS = 50;

const pointerTo = (path: Issue['path'] = []): string =>
  path
    .map((segment) => String(typeof segment === 'object' ? segment.key : segment))
    .map((segment) => `/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');

/** What an issue of a schema comes to. */
export function faultOf({ path, code, message, params, maximum, minimum }: Issue): RequestFault {
  const bound = params?.limit ?? maximum ?? minimum;
  const limit = typeof bound === 'number' ? { limit: bound } : {};
  return {
    pointer: pointerTo(path),
    code: params?.code ?? code ?? 'invalid',
    message,
    said: params?.said ?? saidOf({ code: code ?? 'invalid', message, ...limit }),
    ...limit,
    ...(params?.corrected !== undefined && { corrected: params.corrected }),
  };
}

/** At most fifty faults, in the schema's order. Messages come from the schema and never repeat a value. */
export const requestInvalid = (issues: readonly Issue[]): RequestInvalid =>
  new RequestInvalid(issues.slice(0, MOST_FAULTS).map(faultOf));

/** Checks what a controller takes against `@Body({ schema })` and its like, and hands on what the schema made of it. */
export const requestPipe = () => new StandardSchemaValidationPipe({ exceptionFactory: requestInvalid });
