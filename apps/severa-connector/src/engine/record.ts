import type { LinkSettings } from '#lib/contracts';

import type { Known, Objection, Operation, Situation, Step } from './flow.js';
import type { Told } from './history.js';
import type { Change } from './ledger.js';
import type { DuePair } from './pairs.js';
import type { Patience } from './patience.js';

type Final = Step & { readonly do: 'done' | 'reject' | 'wait' };

/** How a record is left, and what the transfer history tells of it. */
export interface Rest {
  readonly change: Change;
  readonly told: readonly Told[];
}

/**
 * One record while it is worked on: what is known of it by now, and what of that is not written down yet. Pure.
 *
 * `unsure` stays until an answer has told what became of the request, whatever else becomes of the record: a record that
 * is rejected and tried again weeks later is still looked up before anything is sent a second time.
 */
export class MovingRecord {
  known: Known | null;
  unsure: Operation | null;
  attempts: number;
  /** Something is known that is not written down. */
  dirty = false;
  /** The other side was asked about it since it was taken up. */
  asked = false;
  /** A request of this turn has changed the other side. */
  moved = false;

  constructor(
    readonly pair: DuePair,
    private readonly patience: Patience,
  ) {
    this.known = pair.known;
    this.unsure = pair.sending;
    this.attempts = pair.attempts;
  }

  situation(settings: LinkSettings, today: string): Situation {
    const { key, source, rival, moved } = this.pair;
    const { known, unsure, asked } = this;
    return { key, source, known, unsure, rival, settings, asked, moved, today };
  }

  /** An answer has told it. */
  learned(known: Known, wrote: boolean): void {
    this.known = known;
    this.unsure = null;
    this.dirty = true;
    this.asked ||= !wrote;
    if (!wrote) return;
    this.attempts = 0;
    this.moved = true;
  }

  /** What is written down before a request that changes something; with what will be known of it from then on. */
  begun(operation: Operation, known?: Known): Change {
    if (known) {
      this.known = known;
      this.dirty = true;
    }
    return { ...this.#change('sending'), sending: operation };
  }

  /** As it stands, to be taken up again. */
  standing(delay = 0): Change {
    return { ...this.#change(this.unsure === null ? 'due' : 'unknown'), delay };
  }

  /** The flow has said what becomes of it. */
  rest(step: Final): Rest {
    switch (step.do) {
      case 'done':
        return this.#done(step);
      case 'reject':
        return this.rejected(step.objections);
      case 'wait':
        return this.#waits(step.cause);
    }
  }

  rejected(objections: readonly [Objection, ...Objection[]], operation: Told['operation'] = 'none'): Rest {
    const [{ cause, message }] = objections;
    const why = { cause, ...(message !== undefined && { message }) };
    // What was looked for and not found may have come there by the time somebody has it tried again. What was sent, and
    // nobody knows whether it arrived, is looked for by what is known of it.
    const known = this.known?.key === null && this.unsure === null ? { known: null } : {};
    const change = { ...this.#change('rejected'), ...known, ...why, details: { objections } };
    return { change, told: [this.told(operation, 'rejected', why), ...this.#gone()] };
  }

  /** The answer was lost. `wrote`: that of a request which may have changed something. */
  lost(operation: Operation, wrote: boolean, why: string): Rest {
    if (wrote) this.unsure = operation;
    this.attempts += 1;
    const delay = this.patience.afterUnknown(this.attempts);
    if (delay === null) return this.rejected([{ cause: 'no-answer', message: why }], operation);
    const told = wrote ? [this.told(operation, 'unknown', { cause: 'no-answer', message: why })] : [];
    return { change: { ...this.standing(delay), message: why }, told };
  }

  told(operation: Told['operation'], result: Told['result'], why: Pick<Told, 'cause' | 'message'> = {}): Told {
    const { key, number, name } = this.pair;
    return { key, number, name, operation, result, attempt: this.attempts + 1, ...why };
  }

  #done({ linked, known, note }: Step & { readonly do: 'done' }): Rest {
    if (known) {
      this.known = known;
      this.dirty = true;
    }
    const { sending, moved } = this.pair;
    // What was sent in an earlier turn and looked up in this one has moved, too.
    const lookedUp = sending !== null && !this.moved;
    const told: Told[] = lookedUp ? [this.told(sending, 'moved')] : [];
    if (linked === true && !moved && !lookedUp && !this.moved) told.push(this.told('link', 'moved'));
    if (note)
      told.push(this.told('none', 'waits', { cause: note.cause, ...(note.message && { message: note.message }) }));
    this.unsure = null;
    this.attempts = 0;
    return { change: this.#change('moved'), told: [...told, ...this.#gone()] };
  }

  #waits(cause: string): Rest {
    this.attempts += 1;
    const state = this.unsure === null ? 'waits' : 'unknown';
    const change = { ...this.#change(state), cause, delay: this.patience.afterWait(this.attempts) };
    const isNews = this.pair.state !== 'waits' || this.pair.cause !== cause;
    return { change, told: isNews ? [this.told('none', 'waits', { cause })] : [] };
  }

  #gone(): readonly Told[] {
    return this.pair.missing ? [this.told('none', 'gone', { cause: 'gone-in-source' })] : [];
  }

  #change(state: Change['state']): Change {
    const { key, mark } = this.pair;
    const known = this.dirty && this.known ? { known: this.known } : {};
    return { key, mark, state, sending: this.unsure, attempts: this.attempts, ...known };
  }
}
