import { createHash } from 'node:crypto';

import type { Log } from '#lib/service';

/** What became of one question. */
export type BreachOutcome = 'clean' | 'breached' | 'not_asked';

/** Whether a password is known from a breach. */
export interface BreachCheck {
  has(password: string): Promise<boolean>;
}

export interface BreachServiceOptions {
  /** Where ranges are asked for; the five digits follow a slash. */
  readonly url: string;
  readonly checked: (outcome: BreachOutcome) => void;
  readonly log: Pick<Log, 'warn'>;
  /** How long the whole answer may take, in milliseconds. */
  readonly timeoutMs?: number;
}

/** A range has some 1,000 lines of 40 characters; ten times that is no answer of the kind. */
const MOST_BYTES = 500_000;
const LINE = /^[0-9A-F]{35}:\d{1,12}$/i;

/** Where no service is configured: nothing is known of any password. */
export const NOTHING_BREACHED: BreachCheck = { has: () => Promise.resolve(false) };

/**
 * Asks a service of breached passwords without telling it the password: `GET {url}/{prefix}` with the first five
 * hexadecimal digits of its SHA-1, answered by a line `SUFFIX:COUNT` for each known password with that prefix. SHA-1 is
 * what such services index by; nothing is protected with it. `Add-Padding` has the answer's length say nothing either:
 * lines that are there to fill it count 0.
 *
 *   the answer                                    | outcome   | the password is
 *   ----------------------------------------------+-----------+-----------------
 *   has the suffix, with a count above 0          | breached  | refused
 *   has it with 0, or has it not                  | clean     | taken
 *   none in two seconds, a redirect, any status   | not_asked | taken, with a
 *   but 200, longer than 500 kB, other lines      |           | line in the log
 *
 * It fails open: nobody is kept from changing a password, perhaps one that a stranger knows, by somebody else's outage.
 */
export class BreachedPasswords implements BreachCheck {
  constructor(private readonly options: BreachServiceOptions) {}

  async has(password: string): Promise<boolean> {
    const digest = createHash('sha1').update(password, 'utf8').digest('hex').toUpperCase();
    const outcome = await this.ask(digest.slice(0, 5), digest.slice(5));
    this.options.checked(outcome);
    return outcome === 'breached';
  }

  private async ask(prefix: string, suffix: string): Promise<BreachOutcome> {
    const { url, timeoutMs = 2_000, log } = this.options;
    try {
      const answer = await fetch(`${url.replace(/\/$/, '')}/${prefix}`, {
        redirect: 'manual',
        headers: { 'add-padding': 'true', accept: 'text/plain' },
        signal: AbortSignal.timeout(timeoutMs),
      });
      const lines = answer.status === 200 ? readRange(await readBounded(answer)) : undefined;
      if (answer.status !== 200) await answer.body?.cancel();
      if (lines) return (lines.get(suffix) ?? 0) > 0 ? 'breached' : 'clean';
      log.warn({ reason: `http ${answer.status}` }, NOT_ASKED);
    } catch (error) {
      log.warn({ reason: error instanceof Error ? error.name : 'unknown' }, NOT_ASKED);
    }
    return 'not_asked';
  }
}

const NOT_ASKED = 'a password was taken without the service of breached passwords';

/** The text, or nothing of it when it is too long. */
async function readBounded({ body }: Response): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.byteLength;
    if (bytes > MOST_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('latin1');
}

/** Suffixes and their counts; `undefined` when any line is something else, or there is none. */
function readRange(text: string | undefined): ReadonlyMap<string, number> | undefined {
  const lines = text?.split(/\r?\n/).filter((line) => line !== '') ?? [];
  if (lines.length === 0 || !lines.every((line) => LINE.test(line))) return undefined;
  return new Map(lines.map((line) => [line.slice(0, 35).toUpperCase(), Number(line.slice(36))] as const));
}
