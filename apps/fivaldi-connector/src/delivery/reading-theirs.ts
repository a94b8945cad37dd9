import type { ConnectionSql } from '#lib/store';
import type { Answer, FivaldiRequest } from '#lib/upstream';

import { pauseOf, wasHeard } from './connection-health.js';
import type { Operation } from './delivery-metrics.js';
import { type NewcomerWork, putNewcomerOff, refuseNewcomer, settleNewcomer } from './newcomers.js';
import type { Patience } from './patience.js';
import { type PullWork, putPullOff, settlePull } from './pull.js';
import type { Turn } from './turns.js';

/** How a turn speaks to Fivaldi and writes down what it heard. */
export interface Line {
  readonly patience: Patience;
  request(turn: Turn, operation: Operation, request: FivaldiRequest): Promise<Answer>;
  within<T>(turn: Turn, work: (sql: ConnectionSql) => Promise<T>): Promise<T>;
}

/**
 * Asks what was changed in Fivaldi; of what was, the next turns read it. Whether a request was sent.
 *
 *   answer                     | the list
 *   ---------------------------+---------------------------------------------------------------
 *   it came                    | is settled
 *   limited, 401, no connection| is asked for again in a while: it is not at fault
 *   403, refused, not readable | after the others; deliveries go on without this right
 */
export async function lookThrough(line: Line, turn: Turn, pull: PullWork): Promise<boolean> {
  const answer = await line.request(turn, 'pull', pull.request);
  await line.within(turn, async (sql) => {
    await heardOf(sql, line, turn, answer);
    if (answer.as === 'ok') await settlePull(sql, turn, pull, answer.result);
    else await putPullOff(sql, turn, pull, isItsOwn(answer) ? 'its-own' : 'any');
  });
  return answer.as !== 'unreachable';
}

const isRightMissing = (answer: Answer): boolean => pauseOf(answer) === 'right-missing';
const isItsOwn = (answer: Answer): boolean =>
  answer.as === 'refused' || answer.as === 'unknown' || isRightMissing(answer);

/** Reads a record that was made in Fivaldi, and takes it over. Whether a request was sent. */
export async function meet(line: Line, turn: Turn, newcomer: NewcomerWork): Promise<boolean> {
  const answer = await line.request(turn, 'read', newcomer.request);
  await line.within(turn, async (sql) => {
    await heardOf(sql, line, turn, answer);
    await settle(sql, turn, newcomer, answer);
  });
  return answer.as !== 'unreachable';
}

function settle(sql: ConnectionSql, turn: Turn, newcomer: NewcomerWork, answer: Answer): Promise<void> {
  if (answer.as === 'ok') return settleNewcomer(sql, turn, newcomer, answer.result);
  if (answer.as !== 'refused') {
    return putNewcomerOff(sql, turn, newcomer, isRightMissing(answer) ? 'right-missing' : 'any');
  }
  return answer.status === 404
    ? settleNewcomer(sql, turn, newcomer, undefined)
    : refuseNewcomer(sql, turn, newcomer, answer.complaints);
}

/** A register that Fivaldi does not let us read says nothing of those that we deliver. */
const heardOf = async (sql: ConnectionSql, { patience }: Line, turn: Turn, answer: Answer): Promise<void> => {
  if (!isRightMissing(answer)) await wasHeard(sql, turn, pauseOf(answer), patience);
};
