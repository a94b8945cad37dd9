import { setTimeout as pause } from 'node:timers/promises';

import type { Sms, SmsGateway, SmsOutcome } from './sms-gateway.js';

export interface HttpSmsOptions {
  /** Where messages are posted. */
  readonly url: string;
  /** The provider's bearer token. */
  readonly token: string;
  /** How long one attempt may take, in milliseconds. */
  readonly timeoutMs?: number;
  /** The pause before the second attempt, in milliseconds; twice that before the third. */
  readonly pauseMs?: number;
}

const ATTEMPTS = 3;

/** Nothing has left this machine when one of these is the cause. */
const NEVER_LEFT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/** One attempt; `again`: the provider has certainly not taken the message, and a moment may mend it. */
type Attempt = SmsOutcome & { readonly again?: boolean };

/**
 * A provider's HTTP interface: `POST` of `{to, text, reference}` with a bearer token, answered by any 2xx.
 *
 *   answer                        | outcome   | tried again here, up to three times
 *   ------------------------------+-----------+-------------------------------------
 *   2xx                           | sent      | no
 *   408, 425, 5xx but 503         | unreached | no: it may have been taken
 *   429, 503                      | unreached | yes
 *   any other, a redirect too     | refused   | no
 *   no connection                 | unreached | yes
 *   none in time, or a broken one | unreached | no: it may have been taken
 *
 * `Idempotency-Key` is the reference, so a provider that keeps the header's promise delivers a repetition once. The
 * text is in no outcome: it holds a password.
 */
export class HttpSmsGateway implements SmsGateway {
  constructor(private readonly options: HttpSmsOptions) {}

  async send(sms: Sms): Promise<SmsOutcome> {
    let attempt = await this.attempt(sms);
    for (let tried = 1; attempt.again && tried < ATTEMPTS; tried += 1) {
      await pause((this.options.pauseMs ?? 500) * tried);
      attempt = await this.attempt(sms);
    }
    const { again: _, ...outcome } = attempt;
    return outcome;
  }

  private async attempt({ to, text, reference }: Sms): Promise<Attempt> {
    const { url, token, timeoutMs = 10_000 } = this.options;
    try {
      const answer = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': reference,
        },
        body: JSON.stringify({ to, text, reference }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      // What it says is not kept: a provider may repeat the text in it.
      await answer.body?.cancel();
      return readStatus(answer.status);
    } catch (error) {
      return readFailure(error);
    }
  }
}

function readStatus(status: number): Attempt {
  const why = `http ${status}`;
  if (status >= 200 && status < 300) return { outcome: 'sent' };
  if (status === 429 || status === 503) return { outcome: 'unreached', why, again: true };
  if (status === 408 || status === 425 || status >= 500) return { outcome: 'unreached', why };
  return { outcome: 'refused', why };
}

/** What `fetch` throws: a `TimeoutError`, or a `TypeError` whose cause has the system's code. */
interface Failure {
  readonly name?: unknown;
  readonly cause?: { readonly code?: unknown };
}

function readFailure(error: unknown): Attempt {
  const { name, cause } = error as Failure;
  if (name === 'TimeoutError') return { outcome: 'unreached', why: 'time-out' };
  const why = typeof cause?.code === 'string' ? cause.code : 'connection broken';
  return { outcome: 'unreached', why, again: NEVER_LEFT.has(why) };
}
