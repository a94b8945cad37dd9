import type { FastifyReply } from 'fastify';

import { RequestUnfit } from './errors.js';

/** The mark of what was read, as the answer's `ETag`. */
export function tag(reply: FastifyReply, mark: string): void {
  void reply.header('etag', `"${mark}"`);
}

/** The mark that `If-Match` names: what is changed was seen before. Throws (428) without one. */
export function seenMark(ifMatch: string | undefined, what: 'rule' | 'record' = 'rule'): string {
  const mark = /^"([^"]{1,64})"$/.exec(ifMatch ?? '')?.[1];
  if (mark !== undefined) return mark;
  throw new RequestUnfit(
    'unconditional',
    `${what}.unconditional`,
    'Send If-Match with the ETag that you have read, so that nobody else is overwritten',
  );
}

/** Like {@link seenMark}; with `If-None-Match: *` there must be no such thing yet, which is `null`. */
export function seenMarkOrNone(
  ifMatch: string | undefined,
  ifNoneMatch: string | undefined,
  what?: 'rule' | 'record',
): string | null {
  if (ifMatch === undefined && ifNoneMatch?.trim() === '*') return null;
  return seenMark(ifMatch, what);
}
