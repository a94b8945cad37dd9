import type { MessageContract } from '#lib/contracts';
import { z } from 'zod';

/** What the outbox holds of a message, and all that is needed to send it. */
export interface OutgoingMessage {
  /** Given once, by whoever writes it to the outbox; every repetition carries the same. A UUID by custom. */
  readonly id: string;
  /** The contract's type, which is also the routing key. */
  readonly type: string;
  readonly time: Date;
  /** Already as its contract says: the bus does not check it again. */
  readonly data: unknown;
  /** W3C trace context of whoever caused it. */
  readonly traceparent?: string | undefined;
}

/** CloudEvents 1.0, JSON format, structured mode. Its source: https://github.com/cloudevents/spec, §2 and §3. */
export const CONTENT_TYPE = 'application/cloudevents+json';

const envelope = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1).max(200),
  source: z.string().min(1),
  type: z.string().min(1),
  time: z.iso.datetime({ offset: true }),
  data: z.unknown(),
  traceparent: z.string().max(100).optional(),
});
export type Envelope = z.output<typeof envelope>;

export function writeEnvelope(message: OutgoingMessage, source: string): Buffer {
  return Buffer.from(
    JSON.stringify({
      specversion: '1.0',
      id: message.id,
      source,
      type: message.type,
      time: message.time.toISOString(),
      datacontenttype: 'application/json',
      ...(message.traceparent !== undefined && { traceparent: message.traceparent }),
      data: message.data,
    }),
  );
}

/** Either what a contract says, or why not. The reason names places, never values: it is shown to people. */
export type Reading<Data> =
  | { readonly ok: true; readonly envelope: Envelope; readonly data: Data }
  | { readonly ok: false; readonly code: UnreadableCode; readonly reason: string };

export type UnreadableCode = 'message.not-json' | 'message.not-an-envelope' | 'message.contract-broken';

/**
 *   the bytes are                              | reading
 *   -------------------------------------------+------------------------
 *   not UTF-8 or not JSON                      | message.not-json
 *   JSON, but no CloudEvents 1.0 envelope      | message.not-an-envelope
 *   an envelope of another type                | message.contract-broken
 *   an envelope whose data breaks the contract | message.contract-broken
 *   as the contract says                       | ok
 */
export function readEnvelope<Name extends string, Schema extends z.ZodType>(
  content: Uint8Array,
  contract: MessageContract<Name, Schema>,
): Reading<z.output<Schema>> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch {
    return { ok: false, code: 'message.not-json', reason: 'the body is not JSON in UTF-8' };
  }
  const outer = envelope.safeParse(json);
  if (!outer.success) return { ok: false, code: 'message.not-an-envelope', reason: placesOf(outer.error) };
  if (outer.data.type !== contract.type) {
    return { ok: false, code: 'message.contract-broken', reason: `the type is not ${contract.type}` };
  }
  const inner = contract.schema.safeParse(outer.data.data);
  if (!inner.success) return { ok: false, code: 'message.contract-broken', reason: placesOf(inner.error) };
  return { ok: true, envelope: outer.data, data: inner.data };
}

/** Where a schema was broken and how: paths and issue codes only, for the values may be anything. */
export function placesOf(error: z.ZodError): string {
  return error.issues.map(({ path, code }) => `${path.join('.') || 'the whole'}: ${code}`).join('; ');
}
