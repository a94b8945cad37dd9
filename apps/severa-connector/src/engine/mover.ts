import { randomUUID } from 'node:crypto';

import { type LinkSettings, linkSettingsBody } from '#lib/contracts';
import { kindOf } from '#lib/errors';

import { checkLink } from './link-check.js';
import { compareNext } from './link-comparison.js';
import { pauseLink } from './link-pause.js';
import { flowStates, planFlows, setDue } from './flow-states.js';
import { inTransaction } from './reading.js';
import { carryOn } from './run-stages.js';
import { runOrder } from './run-order.js';
import { endRun } from './run-end.js';
import { openRun, openRuns, putOff, type Run } from './runs.js';
import { PauseLink, TurnLost, WaitLink } from './stop.js';
import type { HeldTurn } from './turns.js';
import { type EngineParts, within, workOn } from './work.js';

/** What goes wrong in a way that nobody has thought of is tried again after so long, in milliseconds. */
const AFTER_FAULT = 60_000;

/**
 * Moves data over links; read this first.
 *
 * A link has turns (`turns.ts`): one worker at a time among all processes, so one call at a time, as Netvisor demands. In
 * its turn a link is looked at in this order: whether its credentials still open both systems; comparisons that somebody
 * asked for; then its runs, in their order (`run-order.ts`), until the turn is over.
 *
 * A run (`runs.ts`) is one go of a flow (`flow.ts`). It *reads* what has changed in the source and stores it as pairs
 * (`reading.ts`), it reads what the other side has where many are met for the first time, and then it *sends*: for each
 * record that is due the flow says what is next, until nothing is (`sending.ts`).
 *
 * Before each request the rules are asked (`permission.ts`) and held (`ledger.ts`), and a request that changes something
 * is written down; its answer is written down with the next. What happens in between, a lost answer, a kill, a turn that
 * passed on, leaves a record of which nobody knows, and which is looked up before anything is sent again. What stops
 * more than one record is thrown (`stop.ts`) and ends here.
 */
export class Mover {
  constructor(private readonly parts: EngineParts) {}

  /** Uses a turn and gives it back. */
  async use(held: HeldTurn): Promise<void> {
    const { turns, log } = this.parts;
    const { companyId } = held.turn;
    let rest: { wait?: number; failed?: boolean } = {};
    try {
      await this.#work(held);
    } catch (error) {
      rest = await this.#stopped(held, error).catch((another: unknown) => {
        log.warn({ error: another, companyId }, 'a link could not be stopped in order');
        return { wait: AFTER_FAULT, failed: true };
      });
    } finally {
      held.release();
    }
    await turns.leave(held.turn, rest);
  }

  async #work(held: HeldTurn): Promise<void> {
    const { turn } = held;
    const end = performance.now() + this.parts.patience.turn;
    const settings = linkSettingsBody.parse(turn.settings);
    if (turn.checks && !(await checkLink(this.parts, held, settings))) return;
    if (turn.paused !== null) return;
    await compareNext(this.parts, held, settings);
    for (let run = await this.#next(held, settings); run !== null; run = await this.#next(held, settings)) {
      const flow = this.parts.flows.find(({ name }) => name === run?.flow);
      if (!flow) throw new TypeError(`No flow ${run.flow}`);
      await carryOn(await workOn(this.parts, held, flow, run, settings));
      if (held.halted || performance.now() >= end) return;
    }
  }

  /** The run whose turn it is; opens those of flows that are due, and ends those of what was switched off. */
  async #next(held: HeldTurn, settings: LinkSettings): Promise<Run | null> {
    const { database, flows } = this.parts;
    const { turn } = held;
    const sql = within(database, turn);
    const runs = await openRuns(sql, turn);
    if (turn.state !== 'active') {
      if (runs.length > 0) await this.#write(held, (tx) => stopAll(tx, held, runs));
      return null;
    }
    const plan = planFlows(flows, settings, await flowStates(sql, turn), runs);
    if (plan.open.length + plan.rest.length + plan.stop.length === 0) return this.#first(held, runs);
    await this.#write(held, async (tx) => {
      await stopAll(tx, held, plan.stop);
      for (const flow of [...plan.rest, ...plan.stop.map((run) => run.flow)]) await setDue(tx, turn, flow, null);
      for (const flow of plan.open) await openRun(tx, turn, flow);
    });
    return this.#first(held, await openRuns(sql, turn));
  }

  async #first(held: HeldTurn, runs: readonly Run[]): Promise<Run | null> {
    const { next, behind } = runOrder(runs);
    if (behind) {
      await this.#write(held, async (tx) => {
        for (const run of behind.runs) await putOff(tx, held.turn, run, behind.until);
      });
    }
    return next;
  }

  #write<T>(held: HeldTurn, work: Parameters<typeof inTransaction<T>>[1]): Promise<T> {
    return inTransaction({ parts: this.parts, held }, work);
  }

  /** What a turn that was stopped leaves behind. */
  async #stopped(held: HeldTurn, error: unknown): Promise<{ wait?: number; failed?: boolean }> {
    const { log, patience } = this.parts;
    const { turn } = held;
    if (error instanceof TurnLost) return {};
    if (error instanceof PauseLink) {
      await pauseLink(this.parts, held, error);
      return {};
    }
    const { companyId } = turn;
    const incident = randomUUID();
    if (!(error instanceof WaitLink) && kindOf(error) !== 'unavailable') {
      log.error({ error, companyId, incident }, 'a link could not be worked on');
      return { wait: AFTER_FAULT, failed: true };
    }
    log.info({ error, companyId, incident }, 'a link waits');
    const given = error instanceof WaitLink ? error.milliseconds : undefined;
    return { wait: given ?? patience.afterFailure(turn.failures + 1), failed: true };
  }
}

async function stopAll(sql: Parameters<typeof endRun>[0], { turn }: HeldTurn, runs: readonly Run[]): Promise<void> {
  for (const run of runs) await endRun(sql, turn, run, { as: 'stopped' });
}
