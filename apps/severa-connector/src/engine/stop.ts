import { AppError } from '#lib/errors';

import type { System } from './flow.js';

/**
 * What stops the work of a turn before it is done; thrown from wherever it is noticed.
 *
 *   thrown      | stops        | until
 *   ------------+--------------+----------------------------------------------------------
 *   TurnLost    | the turn     | another worker, or this one's next turn
 *   PauseLink   | the link     | somebody has mended what `cause` says
 *   WaitLink    | the link     | so long
 *   RunWaits    | the run      | the window opens
 *   RunDenied   | the run      | its next time; the rules do not allow it
 *   CallRefused | the run      | its next time; a flow may catch it and do without
 */
export class TurnLost extends AppError {
  readonly kind = 'conflict';
  readonly code = 'turn.lost';

  constructor(companyId: string) {
    super('The turn has passed to another worker, or what it was given for has changed', { companyId });
  }
}

/** The other system does not let us in: the whole link stands still. */
export class PauseLink extends AppError {
  readonly kind = 'unauthenticated';
  readonly code = 'link.paused';

  constructor(
    override readonly cause: string,
    readonly system: System,
    /** The other system's own words. */
    readonly words: string,
  ) {
    super('The link stands still until its credentials are mended', { cause, system });
  }
}

/** The other system cannot be spoken to just now. */
export class WaitLink extends AppError {
  readonly kind = 'unavailable';
  readonly code = 'link.waits';

  constructor(
    readonly why: string,
    /** At least so long; absent: by how often it has come to nothing in a row. */
    readonly milliseconds?: number,
  ) {
    super('The link waits for the other system', { why });
  }
}

/** The rules allow it, at another time. */
export class RunWaits extends AppError {
  readonly kind = 'unavailable';
  readonly code = 'run.waits';

  constructor(
    /** `null`: no opening is known. */
    readonly opensAt: Date | null,
    readonly reasons: readonly string[],
  ) {
    super('The run waits until it is allowed again', { opensAt });
  }
}

/** The rules do not allow it. */
export class RunDenied extends AppError {
  readonly kind = 'denied';
  readonly code = 'run.denied';

  constructor(readonly reasons: readonly string[]) {
    super('The rules do not allow the run', { reasons });
  }
}

/** What a refusal says. */
export interface Refused {
  readonly cause: string;
  readonly category: string | null;
  readonly status: string | null;
  readonly words: string;
}

/**
 * A call was refused in a way that is not about one record: a reading one, or one whose resource is not open to us.
 * Nothing that we send a second time would change that.
 */
export class CallRefused extends AppError {
  readonly kind = 'invalid';
  readonly code = 'call.refused';

  override readonly cause: string;
  /** Netvisor's category, Severa's type; as published. */
  readonly category: string | null;
  /** Of HTTP, where the other system gives one. */
  readonly status: string | null;
  /** The other system's own words. */
  readonly words: string;

  constructor(
    readonly system: System,
    { cause, category, status, words }: Refused,
  ) {
    super('The other system refuses to answer', { system, cause, category });
    this.cause = cause;
    this.category = category;
    this.status = status;
    this.words = words;
  }
}
