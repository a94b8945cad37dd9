import type { AuditEvent, AuditScope } from '#lib/contracts';

import { isRedacted, type Seals } from './seal.js';

/** The operator's chain, of events that belong to no environment: the nil UUID, so it must not be given to one. */
export const OPERATOR_CHAIN = '00000000-0000-0000-0000-000000000000';

/**
 * One event as the log keeps it.
 *
 * What is hashed is this value, and the database gives it back unchanged.
 * Instants are UTC text with six decimals, UUIDs are in lower case.
 */
export interface Entry {
  /** Whose chain: an environment's id, or {@link OPERATOR_CHAIN}. */
  readonly environmentId: string;
  /** 1, 2, 3 … within the chain, in the order of arrival. */
  readonly sequence: number;
  readonly eventId: string;
  readonly occurredAt: string;
  /** The database's clock when the log took it. */
  readonly recordedAt: string;
  readonly action: AuditEvent['action'];
  readonly outcome: AuditEvent['outcome'];
  readonly actorKind: AuditEvent['actor']['kind'];
  readonly actorId: string;
  readonly companyId: string | null;
  readonly partnerUserId: string | null;
  readonly transferId: string | null;
  readonly documentId: string | null;
  readonly stream: AuditEvent['stream'];
  readonly direction: AuditEvent['direction'];
  readonly address: string | null;
  readonly reasons: readonly string[];
  readonly details: Readonly<Record<string, unknown>>;
}

/** An event that has not been given its place yet. */
export type PendingEntry = Omit<Entry, 'sequence' | 'recordedAt'>;

export interface StoredEntry {
  readonly entry: Entry;
  /** 32 bytes; see `chain.ts`. */
  readonly hash: Buffer;
  /** Of address and details; `null` in an entry of version 1, whose hash is over both as they are. */
  readonly seals: Seals | null;
}

/** The chain that a question is about; `null` is all of them. */
export function chainOfScope(scope: AuditScope): string | null {
  if (scope === 'everywhere') return null;
  return scope === 'operator' ? OPERATOR_CHAIN : scope.toLowerCase();
}

export function chainOf(environmentId: string | null): string {
  return environmentId?.toLowerCase() ?? OPERATOR_CHAIN;
}

/**
 * What the log will keep of an event. Total: the log never refuses an event.
 *
 * What PostgreSQL cannot hold is replaced, so that one odd character does not
 * cost the evidence or stop the others: U+0000 and halves of surrogate pairs by
 * U+FFFD, a number beyond a double by `null`, what is nested deeper than 32
 * levels by `"…"`, an instant outside the years 1–9999 by the nearest inside.
 */
export function pendingEntryOf(event: AuditEvent): PendingEntry {
  return {
    environmentId: chainOf(event.environmentId),
    eventId: event.eventId.toLowerCase(),
    occurredAt: instant(event.occurredAt),
    action: event.action,
    outcome: event.outcome,
    actorKind: event.actor.kind,
    actorId: text(event.actor.id),
    companyId: uuid(event.companyId),
    partnerUserId: uuid(event.partnerUserId),
    transferId: uuid(event.transferId),
    documentId: uuid(event.documentId),
    stream: event.stream,
    direction: event.direction,
    address: event.address === null ? null : text(event.address),
    reasons: event.reasons.map(text),
    details: members(event.details, 1),
  };
}

/** The event as it is read back; the inverse of {@link pendingEntryOf}, with the place it got. */
export function auditEntryOf({ entry, hash, seals }: StoredEntry) {
  const { environmentId, actorKind, actorId, reasons, ...rest } = entry;
  return {
    ...rest,
    environmentId: environmentId === OPERATOR_CHAIN ? null : environmentId,
    actor: { kind: actorKind, id: actorId },
    reasons: [...reasons],
    hash: hash.toString('hex'),
    redacted: isRedacted(seals),
  };
}

const EARLIEST = Date.parse('0001-01-01T00:00:00Z');
const LATEST = Date.parse('9999-12-31T23:59:59Z');

/** UTC, to the microsecond that `timestamptz` keeps; further decimals are cut, not rounded. */
export function instant(iso: string): string {
  const fraction = /\.(\d+)/.exec(iso)?.[1] ?? '';
  const wholeSecond = Date.parse(iso.replace(/\.\d+/, ''));
  const held = new Date(Math.min(Math.max(wholeSecond, EARLIEST), LATEST));
  return `${held.toISOString().slice(0, 19)}.${fraction.padEnd(6, '0').slice(0, 6)}Z`;
}

const DEEPEST = 32;

function value(given: unknown, depth: number): unknown {
  if (typeof given === 'string') return text(given);
  if (typeof given === 'number') return Number.isFinite(given) ? given : null;
  if (typeof given !== 'object' || given === null) return given;
  if (depth >= DEEPEST) return '…';
  return Array.isArray(given)
    ? given.map((item: unknown) => value(item, depth + 1))
    : members(given as Record<string, unknown>, depth + 1);
}

function members(given: Readonly<Record<string, unknown>>, depth: number): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).map(([name, member]) => [text(name), value(member, depth)]));
}

function uuid(given: string | null): string | null {
  return given?.toLowerCase() ?? null;
}

export function text(given: string): string {
  return given.toWellFormed().replaceAll('\u0000', '\uFFFD');
}
