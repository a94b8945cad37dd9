import { createHash } from 'node:crypto';

import type { FastifyReply } from 'fastify';

import type { AccessAnswer } from '#lib/contracts';
import type { Accepted } from '#lib/transfers';

import { Absent, RequestUnfit } from './errors.js';

/** The company, when the rules let the transfer in: now, or at the next opening for a sender who waits. */
export function admitted(access: AccessAnswer, patient: boolean): AccessAnswer['company'] {
  // A company that is not the caller's and one that does not exist are the same 404.
  if (!access.company && access.reasons.includes('COMPANY_NOT_VISIBLE')) throw new Absent('company.absent');
  const waits = patient && access.waits && access.opensAt !== null;
  return access.allowed || waits ? access.company : null;
}

/** What the request was, whatever its key: another one under the same key has another fingerprint. */
export const fingerprintOf = (asked: readonly unknown[], sha256: Buffer = Buffer.alloc(0)): Buffer =>
  createHash('sha256').update(JSON.stringify(asked)).update(sha256).digest();

/** Tells where an accepted transfer can be followed. Throws when its key stands for another request. */
export function acceptanceAnswer(reply: FastifyReply, accepted: Accepted, { allowed, opensAt }: AccessAnswer): object {
  if (accepted.as === 'reused') {
    throw new RequestUnfit('reused', 'idempotency-key.reused', 'This Idempotency-Key stands for another request');
  }
  const self = `/v1/transfers/${accepted.transferId}`;
  void reply.header('location', self).header('retry-after', '1');
  if (accepted.as === 'repeated') void reply.header('idempotency-replayed', 'true');
  return { id: accepted.transferId, waitsUntil: allowed ? null : opensAt, links: { self, items: `${self}/items` } };
}
