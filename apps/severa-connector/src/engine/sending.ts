import type { Incoming, Objection, Outgoing, Step } from './flow.js';
import type { Told } from './history.js';
import { nextDue } from './pairs.js';
import { MovingRecord, type Rest } from './record.js';
import { finnishDay } from './schedule.js';
import { CallRefused, TurnLost } from './stop.js';
import { type Trouble, troubleOf } from './trouble.js';
import { type RunWork, within } from './work.js';

type Call = Step & { readonly do: 'ask' | 'write' };

/** Records that are looked at with one statement. */
const AT_ONCE = 32;

/** A record that needs more requests than this in one go is one that its flow turns in circles with. */
const MOST_STEPS = 24;

/** After a request that was not done, and may be sent again, in milliseconds. */
const AGAIN = 1_000;

/**
 * Sends what is due of a run, record by record; the flow says what is next about each, `ledger.ts` writes it down. What
 * becomes of one record never stops another: only what concerns the whole link is thrown.
 */
export class Sending {
  readonly #today: string;

  constructor(private readonly work: RunWork) {
    this.#today = finnishDay(work.now);
  }

  /** Until the moment of the steady clock, or until nothing is due: whether that is so. */
  async until(end: number): Promise<boolean> {
    const { parts, held, flow, ledger } = this.work;
    const sql = within(parts.database, held.turn);
    try {
      for (;;) {
        const due = await nextDue(sql, held.turn, flow.name, AT_ONCE);
        if (due.length === 0) return true;
        for (const pair of due) {
          if (held.halted || performance.now() >= end) return await this.#leave();
          await this.#move(new MovingRecord(pair, parts.patience));
        }
        await ledger.flush();
      }
    } catch (error) {
      // What has come to rest before is true, whatever stops the rest; a turn that was lost is not let write it.
      await ledger.flush().catch((another: unknown) => {
        if (!(error instanceof TurnLost)) throw another;
      });
      throw error;
    }
  }

  async #leave(): Promise<false> {
    await this.work.ledger.flush();
    return false;
  }

  async #move(record: MovingRecord): Promise<void> {
    for (let steps = 0; steps < MOST_STEPS; steps += 1) {
      const step = this.#next(record);
      if (step.do !== 'ask' && step.do !== 'write') return this.#settle(record, record.rest(step));
      if (!(await this.#carryOut(record, step))) return;
    }
    this.#settle(record, record.rejected([FAULT]));
  }

  #next(record: MovingRecord): Step {
    const { flow, settings } = this.work;
    try {
      return flow.next(record.situation(settings, this.#today));
    } catch (error) {
      return { do: 'reject', objections: [this.#fault(error)] };
    }
  }

  /** Whether there is more to do about the record. */
  async #carryOut(record: MovingRecord, step: Call): Promise<boolean> {
    const call = await this.#callOf(record, step);
    if (!call) return false;
    await this.#begin(record, step, call);
    const incoming = await this.work.line.send(step.operation, call);
    const trouble = troubleOf(incoming, this.work.parts.patience);
    return trouble ? this.#afterTrouble(record, step, trouble) : this.#learn(record, step, incoming);
  }

  /** The request; `null` when making it up has shown that there is none to send. */
  async #callOf(record: MovingRecord, { call }: Call): Promise<Outgoing | null> {
    if (!('prepare' in call)) return call;
    try {
      const made = await call.prepare(this.work.calls);
      if (!('do' in made)) return made;
      this.#settle(record, record.rest(made));
    } catch (error) {
      if (!(error instanceof CallRefused)) throw error;
      this.#settle(record, record.rejected([{ cause: error.cause, message: error.words }]));
    }
    return null;
  }

  /** From here on nobody can know what becomes of a request that changes something, until its answer is written. */
  async #begin(record: MovingRecord, step: Call, call: Outgoing): Promise<void> {
    const { ledger, line } = this.work;
    if (!line.isReady(call)) {
      await ledger.flush();
      await line.ready(call);
    }
    if (step.do === 'ask') {
      if (record.dirty) ledger.settle(record.standing());
      record.dirty = false;
      return ledger.pass(null);
    }
    try {
      await ledger.pass(record.begun(step.operation, step.known));
      record.dirty = false;
    } catch (error) {
      if (record.dirty) ledger.settle(record.standing());
      throw error;
    }
  }

  #learn(record: MovingRecord, step: Call, incoming: Incoming): boolean {
    const { flow, settings } = this.work;
    const wrote = step.do === 'write';
    try {
      const known = flow.learn(record.situation(settings, this.#today), step, incoming);
      if (wrote) this.#tell(record.told(step.operation, 'moved'), known);
      record.learned(known, wrote);
      return true;
    } catch (error) {
      // It was answered well, in words that we do not understand: as if the answer had been lost.
      const { message } = this.#fault(error);
      this.#settle(record, record.lost(step.operation, wrote, message));
      return false;
    }
  }

  #afterTrouble(record: MovingRecord, step: Call, trouble: Trouble): boolean {
    const { ledger } = this.work;
    switch (trouble.as) {
      case 'unknown':
        this.#settle(record, record.lost(step.operation, step.do === 'write', trouble.why));
        return false;
      case 'again':
        ledger.settle(record.standing(AGAIN));
        return false;
      case 'stop':
        // It comes behind the others: should a refusal be about this record after all, the next run begins with them.
        ledger.settle(record.standing());
        throw trouble.stop;
      case 'refused':
        return this.#refused(record, step, trouble);
    }
  }

  #refused(record: MovingRecord, step: Call, trouble: Trouble & { as: 'refused' }): boolean {
    const { flow, settings } = this.work;
    const { cause, category, status, words } = trouble;
    const refusal = { system: systemOf(step), category, status, text: words };
    const known = flow.learnRefusal?.(record.situation(settings, this.#today), step, refusal) ?? null;
    // Nothing was done; but what was unsure before a look-up is as unsure after it.
    const unsure = step.do === 'write' ? null : record.unsure;
    if (known) record.learned(known, false);
    record.unsure = unsure;
    if (known) return true;
    this.#settle(record, record.rejected([{ cause, ...(words !== '' && { message: words }) }], step.operation));
    return false;
  }

  #settle(record: MovingRecord, { change, told }: Rest): void {
    this.work.ledger.settle(change);
    for (const one of told) this.#tell(one, record.known);
  }

  #tell(told: Told, known: MovingRecord['known']): void {
    const { ledger, parts, flow } = this.work;
    ledger.tell(told, known);
    parts.observe?.told(flow.name, told.result);
  }

  #fault(error: unknown): typeof FAULT {
    const { parts, flow, held } = this.work;
    parts.log.error({ error, flow: flow.name, companyId: held.turn.companyId }, 'a flow could not work on a record');
    return FAULT;
  }
}

const FAULT = { cause: 'fault-of-ours', message: 'The flow could not work on the record' } as const satisfies Objection;

const systemOf = ({ call }: Call): Outgoing['system'] => call.system;
