import type { z } from 'zod';

import type { AccessAnswer, decideAccess, LaneTicket, DocumentStream } from '#lib/contracts';
import { crashPoint } from '#lib/service';
import type { ConnectionSql, Database, Scope } from '#lib/store';
import {
  type Claim,
  claimTransfer,
  deferTransfer,
  type ExportClaim,
  finishTransfer,
  type ImportClaim,
  LaneSuperseded,
  passLaneOn,
  type TransferEffect,
  type TransferEnd,
} from '#lib/transfers';

import { takeExportTurn } from './export-turn.js';
import { permit } from './permission.js';
import { takeImportTurn } from './import-turn.js';

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
  if (claim.transfer.attempts > MAX_ATTEMPTS) return end(around, claim, gaveUp(claim));
  const access = await admitted(around, claim, [claim.transfer.stream]);
  if (access === null) return;
  if (claim.document === null) return carryOff(around, claim, access);
  return carryIn(around, claim, access);
}

/** The answer, when the transfer may go on; else it has been put off or ended, or is another worker's. */
async function admitted(
  around: Surroundings,
  claim: Claim,
  streams: readonly [DocumentStream, ...DocumentStream[]],
): Promise<AccessAnswer | null> {
  const access = await permit(around, claim, streams);
  if (access === null || access.allowed) return access;
  await (access.waits ? defer(around, claim, access) : end(around, claim, denied(access)));
  return null;
}

/** Writes what the register holds into a document. */
async function carryOff(around: Surroundings, claim: ExportClaim, access: AccessAnswer): Promise<void> {
  const turn = await takeExportTurn(around.database, claim, access);
  if (turn === null) return;
  if (turn.as === 'refused') return end(around, claim, turn.end);
  around.nudge();
  around.observe.ended(claim, { state: 'succeeded', effect: turn.effect });
}

/** Brings the document into the registers. Base data that comes with other records is asked about when it is met. */
async function carryIn(
  around: Surroundings,
  claim: ImportClaim,
  access: AccessAnswer,
  withBaseData = false,
): Promise<void> {
  const turn = await takeImportTurn(around.database, claim, access, withBaseData);
  if (turn === null) return;
  if (turn.as === 'base-data') {
    const allowed = await admitted(around, claim, [claim.transfer.stream, 'perustiedot']);
    return allowed === null ? undefined : carryIn(around, claim, allowed, true);
  }
  if (turn.as === 'refused') return end(around, claim, turn.end);
  around.nudge();
  around.observe.ended(claim, turn.end);
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

/** The question about a transfer that is about to be carried out; its sender's address was judged at acceptance. */
export const executionQuestion = (transfer: Claim['transfer']): z.input<typeof decideAccess.ask> => ({
  partnerUserId: transfer.partnerUserId,
  companyId: transfer.companyId,
  stream: transfer.stream,
  direction: transfer.direction,
  moment: { at: 'execution', transferId: transfer.id },
});
