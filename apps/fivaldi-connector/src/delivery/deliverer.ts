import { crashPoint, type Log } from '#lib/service';
import type { ConnectionSql, Database } from '#lib/store';
import type { Answer, FivaldiClient, FivaldiRequest } from '#lib/upstream';

import { forbidden, pauseOf, wasHeard } from './connection-health.js';
import { afterSuccess, type ToSend } from './after-success.js';
import { afterTrouble, before } from './after-trouble.js';
import { hashOf } from './content.js';
import type { DeliveryObserver, Operation } from './delivery-metrics.js';
import { courierOf } from './couriers.js';
import { complaintsOf } from './causes.js';
import {
  beginSending,
  customerOf,
  forget,
  hasManyUnknown,
  nextWork,
  settle,
  type Settlement,
  type Work,
} from './delivery-queue.js';
import { nextNewcomer } from './newcomers.js';
import { type Patience, PATIENCE } from './patience.js';
import type { Permission } from './permit-delivery.js';
import { nextStep, type Situation, writes } from './plan.js';
import { duePull } from './pull.js';
import { type Line, lookThrough, meet } from './reading-theirs.js';
import { settleIndex } from './index-of-theirs.js';
import { type HandedOut, LEASE_SECONDS, type Turn, TurnLost, type Turns } from './turns.js';

/** What a turn needs of its surroundings. */
export interface DeliveryParts {
  readonly database: Database;
  readonly turns: Turns;
  readonly client: Pick<FivaldiClient, 'send'>;
  /** Whether the company's rules let the record out now; asked anew before each request. */
  readonly permit: (turn: Turn, work: Work) => Promise<Permission>;
  readonly log: Log;
  readonly observe?: DeliveryObserver;
  readonly patience?: Patience;
}

/** So many records that turn out to need no request may be passed over in one turn. */
const PASSED_OVER = 200;

/** Rules that change so often while one record waits are being worked on: it comes round again. */
const QUESTIONS = 5;

/**
 * Delivers one record's next request; read {@link nextStep} first, and `turns.ts` for whose turn it is.
 *
 * One turn is one request at the most. Before a request that changes something its record is written down as being on
 * its way, after it as what the answer said; a crash in between leaves a record of which nobody knows, and which is
 * read back before anything is sent again. Safe to run in any number of processes.
 */
export class Deliverer {
  readonly #patience: Patience;
  readonly #line: Line;

  constructor(private readonly parts: DeliveryParts) {
    this.#patience = parts.patience ?? PATIENCE;
    this.#line = {
      patience: this.#patience,
      request: (turn, operation, request) => this.#request(turn, operation, request),
      within: (turn, work) => this.#within(turn, work),
    };
  }

  /** Takes a turn and uses it. Answers with how it was handed out, so that the caller knows how long to rest. */
  async turn(): Promise<HandedOut> {
    const handed = await this.parts.turns.next();
    if (handed.as === 'turn') await this.#use(handed.turn);
    return handed;
  }

  async #use(turn: Turn): Promise<void> {
    const renewing = setInterval(
      () => void this.parts.turns.renew(turn).catch(() => undefined),
      (LEASE_SECONDS / 3) * 1000,
    );
    let unused = false;
    try {
      unused = !(await this.#deliver(turn));
    } catch (error) {
      if (!(error instanceof TurnLost)) throw error;
    } finally {
      clearInterval(renewing);
      // After a failure nobody knows whether something was sent: the request stays spent.
      if (unused) await this.parts.turns.giveBack();
      await this.parts.turns.leave(turn);
    }
  }

  /** Whether a request was sent. */
  async #deliver(turn: Turn): Promise<boolean> {
    const pull = duePull(turn);
    if (pull) return lookThrough(this.#line, turn, pull);
    const newcomer = turn.meets ? await this.#within(turn, (sql) => nextNewcomer(sql, turn)) : null;
    if (newcomer) return meet(this.#line, turn, newcomer);
    for (let passed = 0; passed < PASSED_OVER; passed += 1) {
      const found = await this.#within(turn, (sql) => this.#look(sql, turn));
      if (found === null) return false;
      if (found.do === 'settled') {
        this.#left(found.work, found.state);
        continue;
      }
      const may = await this.#begin(turn, found);
      if (may) return this.#send(turn, found);
    }
    return false;
  }

  /** The next record that needs a request; one that needs none is settled on the way. */
  async #look(sql: ConnectionSql, turn: Turn): Promise<Found | null> {
    const work = await nextWork(sql, turn);
    if (!work) return null;
    const settled = async (how: Settlement): Promise<Found> => ({
      do: 'settled',
      work,
      state: await settle(sql, turn, work, how),
    });
    if (!work.row) {
      if (work.everDelivered || work.unsure) return settled({ state: 'review', cause: 'removed-here' });
      await forget(sql, turn, work);
      return { do: 'settled', work, state: null };
    }
    const courier = courierOf(work.register);
    const customer =
      work.register === 'order' ? await customerOf(sql, turn, work.row.fields['company_code']) : undefined;
    const mapping = courier.map(work.row, work.key, { customer });
    if (mapping.as === 'waits')
      return settled({ state: before(work), cause: mapping.cause, inMilliseconds: this.#patience.dependency });
    if (mapping.as === 'unfit')
      return settled({ state: 'rejected', cause: mapping.unfit[0].cause, complaints: complaintsOf(mapping.unfit) });

    const contentHash = hashOf(mapping.content);
    if (!work.unsure && work.everDelivered && work.contentHash === contentHash && courier.unrepeatable)
      return settled({ state: 'delivered' });
    const situation: Situation = {
      to: { cuid: turn.cuid, key: work.key },
      content: mapping.content,
      known: work.known,
      unsure: work.unsure,
      sentAt: work.sentAt,
      first: !work.everDelivered,
      manyUnknown: work.known === null && (await hasManyUnknown(sql, turn, work.register)),
      mark: work.mark,
      at: turn.at,
    };
    const step = nextStep(courier, situation);
    if (step.do === 'delivered') return settled({ state: 'delivered', contentHash });
    if (step.do === 'review') return settled({ state: 'review', cause: step.cause });
    return { do: 'send', work, courier, situation, step, contentHash };
  }

  /** Whether the request may go: the rules allow it, and they still stand at the moment when it is written down. */
  async #begin(turn: Turn, { work, step }: ToSend): Promise<boolean> {
    for (let asked = 0; asked < QUESTIONS; asked += 1) {
      const permission = await this.parts.permit(turn, work);
      if (permission.as !== 'allowed') {
        this.#left(work, await this.#within(turn, (sql) => settle(sql, turn, work, forbidden(work, permission))));
        return false;
      }
      const began = performance.now();
      const begun = await this.#within(turn, async (sql) => {
        if (!(await permission.stands(sql))) return false;
        if (writes(step.action)) await beginSending(sql, turn, work, step.action);
        return true;
      });
      // A process that was stopped in between may have lost its turn to another: then it must not send.
      if (begun && performance.now() - began > (LEASE_SECONDS / 2) * 1000) throw new TurnLost(turn.companyId);
      if (begun) return true;
    }
    await this.#within(turn, (sql) =>
      settle(sql, turn, work, { state: before(work), inMilliseconds: this.#patience.dependency }),
    );
    return false;
  }

  async #request(turn: Turn, operation: Operation, request: FivaldiRequest): Promise<Answer> {
    const began = performance.now();
    const answer = await this.parts.client.send(request);
    this.parts.observe?.called(operation, answer.as, (performance.now() - began) / 1000);
    if (answer.as === 'limited') await this.parts.turns.refused(answer.retryAfter);
    else if (Object.keys(answer.limits).length > 0) await this.parts.turns.heard(turn, answer.limits);
    return answer;
  }

  async #send(turn: Turn, found: ToSend): Promise<boolean> {
    crashPoint('delivery.before-send');
    const answer = await this.#request(turn, found.step.action, found.step.request);
    crashPoint('delivery.after-answer');
    const state = await this.#within(turn, async (sql) => {
      await wasHeard(sql, turn, pauseOf(answer), this.#patience);
      const concluded = await this.#conclude(sql, turn, found, answer);
      crashPoint('delivery.before-commit');
      return concluded;
    });
    crashPoint('delivery.after-commit');
    this.#left(found.work, state);
    return answer.as !== 'unreachable';
  }

  async #conclude(sql: ConnectionSql, turn: Turn, found: ToSend, answer: Answer): Promise<Left> {
    const { work, courier, step } = found;
    const isMissing = answer.as === 'refused' && answer.status === 404 && !writes(step.action);
    if (answer.as === 'ok' || isMissing) {
      const result = answer.as === 'ok' ? answer.result : undefined;
      if (step.action === 'index' && courier.index) {
        await settleIndex(sql, turn, work.register, courier.index, courier.index.ids(result));
        return null;
      }
      return settle(sql, turn, work, await afterSuccess(sql, turn, found, result, this.#patience));
    }
    return settle(sql, turn, work, afterTrouble(found, answer, this.#patience));
  }

  #left({ register }: Work, state: Left): void {
    if (state !== null) this.parts.observe?.left(register, state);
  }

  #within<T>(turn: Turn, work: (sql: ConnectionSql) => Promise<T>): Promise<T> {
    return this.parts.database.transaction(work, { scope: { tenant: turn.environmentId } });
  }
}

/** How a turn left its record; `null` where there is none to speak of. */
type Left = Settlement['state'] | null;
type Found = ToSend | { readonly do: 'settled'; readonly work: Work; readonly state: Left };
