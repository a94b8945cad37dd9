import type { Wall } from './wall-clock.js';
import {
  type AllowedTime,
  groupAllows,
  type WeekdayRestriction,
  weekdayRestricted,
  weekendRestricted,
} from './window.js';

/** The rules of time; each is also the reason that a decision gives. */
export const CLOSING_RULES = ['WEEKDAY_WINDOW', 'WEEKEND', 'GROUP_TIME'] as const;
export type ClosingRule = (typeof CLOSING_RULES)[number];

/** The rules of time that apply to one partner user in one company. */
export interface WeekRules {
  readonly weekdayRestriction: WeekdayRestriction | null;
  readonly weekendRestricted: boolean;
  /** Of its restriction group there; `null` when it is in none, or the group allows any time. */
  readonly groupTimes: readonly AllowedTime[] | null;
}

/** Minutes `from` until `to` of a day, half-open. Open when no rule closes it. */
export interface WeekPiece {
  readonly from: number;
  readonly to: number;
  readonly closedBy: readonly ClosingRule[];
}

export interface WeekDay {
  /** ISO: 1 is Monday. */
  readonly weekday: number;
  /** The whole day from 0 to 1440 in order, without gaps; neighbours differ in what closes them. */
  readonly pieces: readonly WeekPiece[];
}

const DAY = 1_440;

/**
 * The week that follows from the operator's restrictions and the main user's group, by the wall's clock: what an
 * over-midnight restriction really closes, and which rule closes what.
 *
 * Minute by minute it is what `window.ts` says; a week in which the clocks change has the same walls.
 */
export function weekOf(rules: WeekRules): readonly WeekDay[] {
  const edges = edgesOf(rules);
  return [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({
    weekday,
    pieces: joined(
      edges.slice(0, -1).map((from, index) => ({
        from,
        to: edges[index + 1] ?? DAY,
        closedBy: closedBy(rules, { weekday, minute: from }),
      })),
    ),
  }));
}

/** How many minutes of the week are open. */
export function minutesOpen(week: readonly WeekDay[]): number {
  const open = week.flatMap(({ pieces }) => pieces).filter(({ closedBy }) => closedBy.length === 0);
  return open.reduce((sum, { from, to }) => sum + to - from, 0);
}

/** Every minute at which some rule may change its mind, on any day; nothing changes in between. */
function edgesOf({ weekdayRestriction, groupTimes }: WeekRules): readonly number[] {
  const windows = [...(weekdayRestriction ? [weekdayRestriction] : []), ...(groupTimes ?? [])];
  const edges = new Set([0, DAY, ...windows.flatMap(({ from, to }) => [from, to])]);
  return [...edges].sort((a, b) => a - b);
}

function closedBy(rules: WeekRules, wall: Wall): readonly ClosingRule[] {
  const closes: Readonly<Record<ClosingRule, boolean>> = {
    WEEKDAY_WINDOW: weekdayRestricted(rules.weekdayRestriction, wall),
    WEEKEND: weekendRestricted(rules.weekendRestricted, wall),
    GROUP_TIME: !groupAllows(rules.groupTimes, wall),
  };
  return CLOSING_RULES.filter((rule) => closes[rule]);
}

function joined(pieces: readonly WeekPiece[]): readonly WeekPiece[] {
  return pieces.reduce<readonly WeekPiece[]>((done, piece) => {
    const last = done.at(-1);
    return last && String(last.closedBy) === String(piece.closedBy)
      ? [...done.slice(0, -1), { ...last, to: piece.to }]
      : [...done, piece];
  }, []);
}
