import type { Channel, ConsumeMessage, Message } from 'amqplib';
import type { MessageContract } from '#lib/contracts';
import type { z } from 'zod';

import { readEnvelope, type UnreadableCode } from './envelope.js';

export type AnyMessage = MessageContract<string, z.ZodType>;

/** A message as its handler sees it: checked, and without the broker's vocabulary. */
export interface Delivery<Data> {
  /** The message's id, the same however often it arrives: the key of the inbox. */
  readonly messageId: string;
  readonly data: Data;
  /** The broker gave it out before and got no answer; it may have been handled then. */
  readonly redelivered: boolean;
  /** 1 at first; grows by one with every delayed retry. */
  readonly attempt: number;
  readonly publishedAt: Date;
  /** W3C trace context of whoever caused it. */
  readonly traceparent: string | undefined;
}

/** `duplicate`: the handler found that it had done this one before. It counts, and is acked like any other. */
export type Handled = void | 'duplicate';

/** A message in our hands, and the only channel on which it can be settled. */
export interface Held {
  readonly channel: Channel;
  readonly message: ConsumeMessage;
}

/**
 * Our own headers. The broker's `x-death` is not trusted: it counts what it
 * moved by itself, and a copy of ours starts it anew.
 */
export const HEADER = {
  /** 1 for the first. */
  attempt: 'x-tietovirta-attempt',
  /** Milliseconds since 1970, as `timestamp` only has seconds. */
  published: 'x-tietovirta-published',
  /** When it first failed, ISO 8601. */
  firstSeen: 'x-tietovirta-first-seen',
  /** On a parked message: why, as a code and as a sentence. */
  reason: 'x-tietovirta-reason',
  error: 'x-tietovirta-error',
} as const;

export function headersOf({ properties }: Message): Readonly<Record<string, unknown>> {
  return properties.headers ?? {};
}

/** A header that is missing or nonsense counts as the first attempt. */
export function attemptOf(message: Message): number {
  const attempt = Number(headersOf(message)[HEADER.attempt]);
  return Number.isSafeInteger(attempt) && attempt >= 1 ? attempt : 1;
}

export function publishedAtOf(message: Message): Date {
  const exact = Number(headersOf(message)[HEADER.published]);
  if (Number.isSafeInteger(exact)) return new Date(exact);
  const seconds = Number(message.properties.timestamp);
  return new Date(Number.isSafeInteger(seconds) ? seconds * 1000 : 0);
}

export type Opened<Data> =
  | { readonly ok: true; readonly delivery: Delivery<Data> }
  | { readonly ok: false; readonly code: UnreadableCode; readonly reason: string };

/** The delivery in a message, or why there is none. */
export function openDelivery<Name extends string, Schema extends z.ZodType>(
  message: ConsumeMessage,
  contract: MessageContract<Name, Schema>,
): Opened<z.output<Schema>> {
  const reading = readEnvelope(message.content, contract);
  if (!reading.ok) return reading;
  const { envelope, data } = reading;
  return {
    ok: true,
    delivery: {
      messageId: envelope.id,
      data,
      redelivered: message.fields.redelivered,
      attempt: attemptOf(message),
      publishedAt: publishedAtOf(message),
      traceparent: envelope.traceparent,
    },
  };
}
