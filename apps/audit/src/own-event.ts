import { v7 as uuid } from 'uuid';

import type { AuditAction, AuditEvent, AuditReader, AuditScope } from '#lib/contracts';
import type { Sql } from '#lib/store';

import { appendEvents } from './append.js';
import { type Entry, OPERATOR_CHAIN } from './entry.js';
import { utc } from './entry-row.js';

/** Something that was done with the log itself. */
export interface OwnEvent {
  /** Whose chain tells it. */
  readonly chain: string;
  readonly action: AuditAction;
  readonly actor: AuditEvent['actor'];
  readonly address?: string | null;
  readonly outcome?: AuditEvent['outcome'];
  readonly details: Readonly<Record<string, unknown>>;
}

/** This service, where nobody has asked it. */
export const SERVICE: AuditEvent['actor'] = { kind: 'service', id: 'audit' };

/** Tells the log of itself, in the transaction that makes it true; the scope must reach the chain. */
export async function appendOwn(sql: Sql, { chain, address, outcome, ...event }: OwnEvent): Promise<readonly Entry[]> {
  const [clock] = await sql.rows<{ at: string }>(`select ${utc('clock_timestamp()')} as at`);
  if (!clock) throw new Error('A select without a from clause has one row');
  const about = { companyId: null, partnerUserId: null, transferId: null, documentId: null };
  return appendEvents(sql, [
    {
      eventId: uuid(),
      environmentId: chain === OPERATOR_CHAIN ? null : chain,
      occurredAt: clock.at,
      outcome: outcome ?? 'success',
      ...about,
      stream: null,
      direction: null,
      address: address ?? null,
      reasons: [],
      ...event,
    },
  ]);
}

/** Who has read what of the log: never what was found. */
export interface Reading {
  readonly action: Extract<AuditAction, 'audit.searched' | 'audit.verified' | 'audit.exported'>;
  readonly reader: AuditReader;
  readonly scope: AuditScope;
  readonly outcome?: AuditEvent['outcome'];
  readonly details: Readonly<Record<string, unknown>>;
}

/** The entry goes to the chain that was read; for a look at everything, to the operator's. */
export function recordReading(
  sql: Sql,
  { action, reader, scope, outcome, details }: Reading,
): Promise<readonly Entry[]> {
  const chain = scope === 'operator' || scope === 'everywhere' ? OPERATOR_CHAIN : scope.toLowerCase();
  return appendOwn(sql, {
    chain,
    action,
    actor: reader.by,
    address: reader.address,
    ...(outcome !== undefined && { outcome }),
    details: { scope, ...details },
  });
}
