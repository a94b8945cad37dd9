import type { NetvisorReply } from './reply.js';

/** What must not be shown to everybody who sees a refusal. */
export interface Identifiers {
  readonly customerId: string;
  readonly customerKey: string;
  readonly organisationId: string;
  readonly partnerId: string;
  readonly partnerKey: string;
}

const MASK = '***';

/**
 * The reply without our secrets. A refused signature is answered with the text that was to be signed (contract §1.8):
 *
 *   in the text of       | is masked
 *   ---------------------+-----------------------------------------------------------
 *   any reply            | both keys
 *   `unauthorised`       | also the three ids, and every MAC
 */
export function masked(reply: NetvisorReply, secrets: Identifiers): NetvisorReply {
  const { customerKey, partnerKey, customerId, organisationId, partnerId } = secrets;
  if (reply.as === 'refused' || reply.as === 'unavailable') {
    return { ...reply, text: without(reply.text, [customerKey, partnerKey]) };
  }
  if (reply.as !== 'unauthorised') return reply;
  const keyless = without(reply.text, [customerKey, partnerKey]);
  const nameless = [customerId, organisationId, partnerId].reduce(withoutWord, keyless);
  return { ...reply, text: nameless.replace(/\b[0-9a-f]{32,}\b/gi, MASK) };
}

const without = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((kept, secret) => (secret === '' ? kept : kept.replaceAll(secret, MASK)), text);

/** An id may be as short as a number: only where it stands by itself. */
function withoutWord(text: string, id: string): string {
  if (id === '') return text;
  const literally = id.replace(/[^\w\s]/g, '\\$&');
  return text.replace(new RegExp(`(?<![\\w-])${literally}(?![\\w-])`, 'g'), MASK);
}
