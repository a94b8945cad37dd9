import { v7 as uuid } from 'uuid';

import type { LinkSettings } from '#lib/contracts';

import { Permission } from './permission.js';
import { RunDenied, RunWaits, PauseLink } from './stop.js';
import type { System } from './flow.js';
import type { HeldTurn } from './turns.js';
import { type EngineParts, type Tested, within } from './work.js';

/**
 * Looks whether the credentials still open both systems, while the rules let the link speak at all. Whether the turn may
 * go on: after a test the link may stand otherwise than when the turn began.
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
  const isAllowed = await mayCheck(parts, held, settings);
  const tested = isAllowed ? await parts.test(turn) : null;
  const [row] = await within(parts.database, turn).rows<{ paused: string | null }>(
    `update severa.link set check_at = clock_timestamp() + $3 * interval '1 millisecond'
      where environment_id = $1 and company_id = $2 and fence = $4 returning paused`,
    [turn.environmentId, turn.companyId, parts.patience.check, turn.fence],
  );
  const fault = tested && faultOf(tested);
  if (fault) throw fault;
  return row !== undefined && row.paused === turn.paused;
}

/** The windows of any flow of the link are those of its partner user; the first that is switched on is asked about. */
async function mayCheck({ flows, decide }: EngineParts, { turn }: HeldTurn, settings: LinkSettings): Promise<boolean> {
  const flow = flows.find((one) => one.mode(settings) !== 'off');
  if (!flow) return false;
  const { stream, direction } = flow;
  try {
    await new Permission(decide, turn, { stream, direction, runId: uuid() }).ask();
    return true;
  } catch (error) {
    if (error instanceof RunWaits || error instanceof RunDenied) return false;
    throw error;
  }
}

function faultOf({ severa, netvisor }: Tested): PauseLink | null {
  const yellow = (system: System, parts: Tested['severa']['parts']): PauseLink | undefined => {
    const part = parts.find(({ light, cause }) => light === 'yellow' && cause !== null && !GOES_ON.has(cause));
    return part && new PauseLink(part.cause ?? '', system, part.message ?? '');
  };
  return yellow('severa', severa.parts) ?? yellow('netvisor', netvisor.parts) ?? null;
}

/** A resource that is switched off keeps its own records from moving, and no others. */
const GOES_ON: ReadonlySet<string> = new Set(['netvisor-access']);
