import { createHmac } from 'node:crypto';

/** What the MAC of a request to Netvisor is made of. */
export interface MacParts {
  /** The whole address with its query, exactly as it is sent. */
  readonly url: string;
  readonly sender: string;
  readonly customerId: string;
  /** `2026-11-21 09:30:00.000`, in UTC. */
  readonly timestamp: string;
  readonly language: string;
  readonly organisationId: string;
  readonly transactionId: string;
  /** Whole seconds since 1970. */
  readonly timestampUnix: string;
  readonly customerKey: string;
  readonly partnerKey: string;
}

/**
 * The MAC by HMACSHA256, in lower-case hex (contract netvisor §1.4).
 *
 *   part     | made of
 *   ---------+------------------------------------------------------------------------------------------
 *   message  | url, sender, customerId, timestamp, language, organisationId, transactionId, timestampUnix,
 *            | customerKey, partnerKey, joined by `&`
 *   key      | customerKey and partnerKey, joined by `&`
 *
 * The partner's id and the body are in neither. Everything signed is ASCII but, perhaps, the sender: in UTF-8.
 */
export function mac(parts: MacParts): string {
  const { url, sender, customerId, timestamp, language, organisationId, transactionId, timestampUnix } = parts;
  const keys = `${parts.customerKey}&${parts.partnerKey}`;
  const signed = [url, sender, customerId, timestamp, language, organisationId, transactionId, timestampUnix, keys];
  return createHmac('sha256', keys).update(signed.join('&'), 'utf8').digest('hex');
}

/** A moment as Netvisor's headers have it: UTC, to the millisecond, and in whole seconds. */
export function timestampsOf(now: Date): { readonly timestamp: string; readonly timestampUnix: string } {
  return {
    timestamp: now.toISOString().replace('T', ' ').replace('Z', ''),
    timestampUnix: String(Math.floor(now.getTime() / 1000)),
  };
}
