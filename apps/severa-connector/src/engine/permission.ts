import type { z } from 'zod';

import type { AccessAnswer, decideAccess, Direction, LinkStream } from '#lib/contracts';

import { RunDenied, RunWaits } from './stop.js';
import type { Turn } from './turns.js';

/** Asks the auth service; throws an `unavailable` error when nobody answers. */
export type Decide = (question: z.input<typeof decideAccess.ask>) => Promise<AccessAnswer>;

/** What is done, and on whose behalf. */
export interface Acting {
  readonly stream: LinkStream;
  readonly direction: Direction;
  readonly runId: string;
}

/** A yes: good while the rules stand at this version, and in this minute. */
export interface Decision {
  readonly rulesVersion: string;
  readonly decidedAt: string;
}

/**
 * Whether the link's partner user may move this stream in this direction now. Asked once, and anew when a minute has
 * begun or a rule has changed since: what opens and closes does so on the minute, and {@link Ledger} looks before every
 * request whether both still hold.
 */
export class Permission {
  #decision: Decision | null = null;

  constructor(
    private readonly decide: Decide,
    private readonly turn: Turn,
    private readonly acting: Acting,
  ) {}

  /** The answer that was given, as long as nobody has found it outdated. */
  get standing(): Decision | null {
    return this.#decision;
  }

  /** It does not hold any more. */
  forget(): void {
    this.#decision = null;
  }

  /** Throws {@link RunWaits} or {@link RunDenied} for a no. */
  async ask(): Promise<Decision> {
    if (this.#decision) return this.#decision;
    const { partnerUserId, companyId } = this.turn;
    const { stream, direction, runId } = this.acting;
    const answer = await this.decide({
      partnerUserId,
      companyId,
      stream,
      direction,
      moment: { at: 'execution', transferId: runId },
    });
    if (!answer.allowed && answer.waits) {
      throw new RunWaits(answer.opensAt === null ? null : new Date(answer.opensAt), answer.reasons);
    }
    if (!answer.allowed || answer.rulesVersion === null) throw new RunDenied(answer.reasons);
    this.#decision = { rulesVersion: answer.rulesVersion, decidedAt: answer.decidedAt };
    return this.#decision;
  }
}
