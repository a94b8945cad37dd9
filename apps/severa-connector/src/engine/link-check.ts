import type { LinkSettings } from '#lib/contracts';

import type { System } from './flow.js';
import { Ledger } from './ledger.js';
import { readingRun } from './link-comparison.js';
import { Permission } from './permission.js';
import { PauseLink, RunDenied, RunWaits } from './stop.js';
import type { HeldTurn } from './turns.js';
import { type EngineParts, type Tested, within } from './work.js';

/**
 * Looks whether the credentials still open both systems, while the rules let the link speak at all: they are asked before
 * each of the test's requests. Whether the turn may go on: after a test the link may stand otherwise than when the turn
 * began.
 *
 *   the test says              | the link
 *   ---------------------------+-----------------------------------------
 *   a yellow part of Severa    | stands still
 *   Netvisor's keys are wrong  | stands still
 *   green, of one that stood   | goes on, with its next turn
 *   nothing                    | as it was
 */
export async function checkLink(parts: EngineParts, held: HeldTurn, settings: LinkSettings): Promise<boolean> {
  const { turn } = held;
  const tested = await testAllowed(parts, held, settings);
  const [row] = await within(parts.database, turn).rows<{ paused: string | null }>(
    `update severa.link set check_at = clock_timestamp() + $3 * interval '1 millisecond'
      where environment_id = $1 and company_id = $2 and fence = $4 returning paused`,
    [turn.environmentId, turn.companyId, parts.patience.check, turn.fence],
  );
  const fault = tested && faultOf(tested);
  if (fault) throw fault;
  return row !== undefined && row.paused === turn.paused;
}

/** `null`: the rules let nothing of the link speak, or stopped the test before its end. */
async function testAllowed(parts: EngineParts, held: HeldTurn, settings: LinkSettings): Promise<Tested | null> {
  const ledger = await allowedLedger(parts, held, settings);
  if (!ledger) return null;
  try {
    return await parts.test(held.turn, () => ledger.pass(null));
  } catch (error) {
    if (isNo(error)) return null;
    throw error;
  }
}

/** A test belongs to no flow: it goes under the rules of the first that is switched on and may speak now. */
async function allowedLedger(
  { flows, decide, book }: EngineParts,
  held: HeldTurn,
  settings: LinkSettings,
): Promise<Ledger | null> {
  const { turn } = held;
  for (const flow of flows.filter((one) => one.mode(settings) !== 'off')) {
    const { stream, direction } = flow;
    const run = readingRun(flow.name, turn.at);
    const permission = new Permission(decide, turn, { stream, direction, runId: run.id });
    try {
      await permission.ask();
      return new Ledger(book, held, flow, run, permission);
    } catch (error) {
      if (!isNo(error)) throw error;
    }
  }
  return null;
}

const isNo = (error: unknown): boolean => error instanceof RunWaits || error instanceof RunDenied;

function faultOf({ severa, netvisor }: Tested): PauseLink | null {
  const yellow = (system: System, parts: Tested['severa']['parts']): PauseLink | undefined => {
    const part = parts.find(({ light, cause }) => light === 'yellow' && cause !== null && !GOES_ON.has(cause));
    return part && new PauseLink(part.cause ?? '', system, part.message ?? '');
  };
  return yellow('severa', severa.parts) ?? yellow('netvisor', netvisor.parts) ?? null;
}

/** A resource that is switched off keeps its own records from moving, and no others. */
const GOES_ON: ReadonlySet<string> = new Set(['netvisor-access']);
