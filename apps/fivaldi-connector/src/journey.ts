import type { z } from 'zod';

import type { AccessAnswer, decideAccess, LaneTicket } from '#lib/contracts';
import { DocumentRefused, type RecordTable, tableOf } from '#lib/documents';
import type { AppError } from '#lib/errors';
import { crashPoint } from '#lib/service';
import type { ConnectionSql, Database, Scope } from '#lib/store';
import {
  type Claim,
  claimTransfer,
  deferTransfer,
  finishTransfer,
  holdTransfer,
  LaneSuperseded,
  passLaneOn,
  readDocument,
  type TransferEffect,
  type TransferEnd,
} from '#lib/transfers';

import { permit } from './permission.js';
import { importRegister, importSession, type ImportResult, RepeatedKey, WentAhead } from './register-import.js';
import type { ImportMode } from './register-sql.js';

/** What a journey needs of its surroundings. */
export interface Surroundings {
  readonly database: Database;
  /** Asks the auth service; throws an `unavailable` error when nobody answers. */
  readonly decide: (transfer: Claim['transfer']) => Promise<AccessAnswer>;
  /** Something was committed that wants to be published. */
  readonly nudge: () => void;
  readonly observe: {
    readonly began: (claim: Claim) => void;
    /** The claim is out of hand, however that came about. */
    readonly left: (claim: Claim) => void;
    readonly ended: (claim: Claim, end: Ended) => void;
  };
}

/** How this turn of a transfer ended; `deferred` and `held` are not its end. */
export type Ended = {
  readonly state: TransferEnd['state'] | 'deferred' | 'held';
  readonly effect?: TransferEffect;
  readonly problem?: string;
};

/**
 * Tries before a transfer is given up: whatever kills the process that carries
 * it out must not do so for ever. Closed windows do not count, nor does a
 * decision that nobody was there to make.
 */
export const MAX_ATTEMPTS = 4;

/** How soon a transfer whose window never opens is looked at again, in milliseconds. */
const NEVER_OPENS = 7 * 24 * 3_600_000;

/** An import of the largest document the gateway accepts, in milliseconds for one statement. */
const STATEMENT_TIMEOUT = 300_000;

/** The keys and places of 250,000 records fit in so many megabytes; small documents never take them. */
const WORK_MEMORY = 64;

/**
 * A document's journey, from the lane's ticket to the row. Read this first.
 *
 * Safe to repeat at any point: until the last transaction commits nothing has
 * happened but a counted attempt, and once it has, the ticket is not the
 * lane's any more. Whatever it throws, the bus settles. `again`: this delivery
 * was in somebody's hands before, and was not settled or is tried once more.
 */
export async function carryOut(ticket: LaneTicket, again: boolean, around: Surroundings): Promise<void> {
  const taken = await claimTransfer(around.database, ticket, again);
  if (taken.as === 'stale') return;
  if (taken.as === 'idle') return letGo(around, { ...ticket, ...taken });
  crashPoint('connector.after-claim');
  around.observe.began(taken.claim);
  try {
    await carry(around, taken.claim);
  } finally {
    around.observe.left(taken.claim);
  }
}

async function carry(around: Surroundings, claim: Claim): Promise<void> {
  const table = tableOf(claim.transfer.stream);
  if (claim.transfer.attempts > MAX_ATTEMPTS || !table) return end(around, claim, gaveUp(claim));

  const access = await permit(around, claim);
  if (access === null) return;
  if (!access.allowed) return access.waits ? defer(around, claim, access) : end(around, claim, denied(access));
  return carryIn(around, claim, table, access);
}

/** Reads the document and brings it into the register: one transaction, from the first row to the lane's next ticket. */
async function carryIn(around: Surroundings, claim: Claim, table: RecordTable, access: AccessAnswer): Promise<void> {
  const { database } = around;
  const { company } = access;
  if (!company?.xmlSettings) throw new Error('An import was allowed without settings');
  const { xmlSettings, fivaldiNumber } = company;
  const mode: ImportMode = table.register === 'product' ? xmlSettings.productRegister : xmlSettings.companyRegister;
  const attempt = (ahead: boolean): Promise<Ended> =>
    database.transaction(
      async (sql) => {
        const result = await importRegister(sql, {
          table,
          mode,
          brakePercent: xmlSettings.brakePercent,
          companyNumber: fivaldiNumber,
          claim,
          bytes: readDocument(database, claim.document),
          ahead,
        });
        const outcome = await conclude(sql, claim, result);
        await passLaneOn(sql, claim);
        crashPoint('connector.before-finish-commit');
        return outcome;
      },
      {
        ...inEnvironmentOf(claim),
        session: importSession(table),
        statementTimeout: STATEMENT_TIMEOUT,
        workMemory: WORK_MEMORY,
        joinBy: 'index',
      },
    );
  try {
    const ended = await attempt(true).catch((error: unknown) => {
      if (error instanceof WentAhead) return attempt(false);
      throw error;
    });
    crashPoint('connector.after-finish-commit');
    around.nudge();
    around.observe.ended(claim, ended);
  } catch (error) {
    if (error instanceof LaneSuperseded) return;
    if (!(error instanceof DocumentRefused || error instanceof RepeatedKey)) throw error;
    await end(around, claim, refused(error));
  }
}

async function conclude(sql: ConnectionSql, { transfer }: Claim, { as, effect }: ImportResult): Promise<Ended> {
  if (as === 'held') {
    await holdTransfer(sql, transfer, effect);
    return { state: 'held', effect };
  }
  const problem = {
    code: 'document.records-rejected',
    title: 'Some records are invalid, and this import mode would delete them: nothing was changed',
  };
  const end: TransferEnd =
    as === 'rejected-whole'
      ? { state: 'failed', effect, problem }
      : { state: effect.rejected > 0 ? 'partial' : 'succeeded', effect };
  await finishTransfer(sql, transfer, end);
  return { state: end.state, effect, ...(end.problem && { problem: end.problem.code }) };
}

/** Ends a transfer that was not carried out, and lets its lane go on. */
async function end(around: Surroundings, claim: Claim, how: TransferEnd): Promise<void> {
  await lastWord(around, claim, (sql) => finishTransfer(sql, claim.transfer, how), {
    state: how.state,
    ...(how.problem && { problem: how.problem.code }),
  });
}

async function defer(around: Surroundings, claim: Claim, { reasons, opensAt, decidedAt }: AccessAnswer): Promise<void> {
  const decided = new Date(decidedAt);
  const until = opensAt === null ? new Date(decided.getTime() + NEVER_OPENS) : new Date(opensAt);
  const put = { reasons, opensAt: until, decidedAt: decided };
  await lastWord(around, claim, (sql) => deferTransfer(sql, claim, put), { state: 'deferred' });
}

async function lastWord(
  around: Surroundings,
  claim: Claim,
  say: (sql: ConnectionSql) => Promise<void>,
  ended: Ended,
): Promise<void> {
  const said = await unlessSuperseded(
    around.database.transaction(async (sql) => {
      await say(sql);
      await passLaneOn(sql, claim);
      crashPoint('connector.before-finish-commit');
    }, inEnvironmentOf(claim)),
  );
  if (!said) return;
  crashPoint('connector.after-finish-commit');
  around.nudge();
  around.observe.ended(claim, ended);
}

async function letGo(
  around: Surroundings,
  { environmentId, ...held }: Parameters<typeof passLaneOn>[1] & { readonly environmentId: string },
): Promise<void> {
  const scope = { tenant: environmentId };
  if (await unlessSuperseded(around.database.transaction((sql) => passLaneOn(sql, held), { scope }))) around.nudge();
}

/** A claim is carried out among its own environment's rows, and sees no others. */
const inEnvironmentOf = ({ transfer }: Claim): { readonly scope: Scope } => ({
  scope: { tenant: transfer.environmentId },
});

/** Whether the work became true; not when another worker holds the lane, whose business it then is. */
async function unlessSuperseded(work: Promise<void>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof LaneSuperseded) return false;
    throw error;
  }
}

const denied = ({ reasons }: AccessAnswer): TransferEnd => ({ state: 'denied', reasons });

const gaveUp = ({ transfer }: Claim): TransferEnd => ({
  state: 'failed',
  problem: {
    code: 'transfer.gave-up',
    title: 'The document could not be carried out and nothing was changed; support has been told',
    attempts: transfer.attempts - 1,
  },
});

const refused = (error: AppError): TransferEnd => ({
  state: 'failed',
  problem: { ...error.details, code: error.code, title: error.message },
});

/** The question about a transfer that is about to be carried out; its sender's address was judged at acceptance. */
export const executionQuestion = (transfer: Claim['transfer']): z.input<typeof decideAccess.ask> => ({
  partnerUserId: transfer.partnerUserId,
  companyId: transfer.companyId,
  stream: transfer.stream,
  direction: transfer.direction,
  moment: { at: 'execution', transferId: transfer.id },
});
