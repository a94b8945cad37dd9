import { decimalOf, decimalText } from '#lib/policy';
import type { SeveraRequest } from '#lib/upstream';

import type { Calls } from '../engine/flow.js';
import { dayAfter, type FinnishMoment, finnishMomentOf, minutesBetween } from './finnish-time.js';
import { objectOf, objectsOf, type SeveraObject, textIn } from './severa-json.js';
import { plainNumber } from './severa-money.js';
import type { WorkEntry } from './work-day.js';

/** An absence is never longer; one without an end would be. */
const MOST_DAYS = 366;

const WEEK = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const WORK_WEEK: readonly string[] = WEEK.slice(1, 6);

interface Contract {
  readonly hours: string | null;
  readonly week: readonly string[];
}

/** One day of an absence. */
export interface AbsentDay {
  readonly guid: string;
  readonly user: SeveraObject;
  readonly day: string;
  readonly entry: WorkEntry;
}

/**
 * Absences [poissaolot] as hours of days.
 *
 *   the absence                     | its days                         | hours of each
 *   --------------------------------+----------------------------------+----------------------------------
 *   has entries of working hours    | none: those entries have them    |
 *   within one day, with times      | that day                         | from its beginning to its end
 *   whole days, or of several       | those of the user's working week | the user's daily hours
 *
 * An end at midnight is the end of the day before. Public holidays are not known here. Source: contracts/severa §3.3;
 * that an all-day absence is the contract's daily hours is inferred, and happens only for kinds of absence that the
 * company's settings have a record type for.
 */
export class Absences {
  private readonly contracts = new Map<string, Contract>();
  private codes: Map<string, string | null> | undefined;

  constructor(private readonly calls: Calls) {}

  /** Those that touch these days, first and last among them. */
  between(from: string, until: string): AsyncGenerator<readonly AbsentDay[]> {
    return this.read([
      ['startDateTime', `${from}T00:00:00+03:00`],
      ['endDateTime', `${until}T23:59:59+02:00`],
    ]);
  }

  changedSince(since: Date): AsyncGenerator<readonly AbsentDay[]> {
    return this.read([['changedSince', since.toISOString()]]);
  }

  private async *read(query: NonNullable<SeveraRequest['query']>): AsyncGenerator<readonly AbsentDay[]> {
    const all = [['activityCategories', 'Absences'], ['rowCount', '100'], ...query] as const;
    for await (const page of this.calls.severaPages({
      method: 'GET',
      path: ['activities'],
      query: all,
      paging: 'token',
    })) {
      for (const activity of objectsOf(page)) yield await this.daysOf(activity);
    }
  }

  private async daysOf(activity: SeveraObject): Promise<readonly AbsentDay[]> {
    const guid = textIn(activity, 'guid');
    const user = objectOf(activity['ownerUser']);
    const owner = textIn(user, 'guid');
    const from = finnishMomentOf(textIn(activity, 'startDateTime'));
    if (guid === null || owner === null || from === null || activity['hasHours'] === true) return [];
    const until = lastMoment(from, finnishMomentOf(textIn(activity, 'endDateTime')) ?? from);
    const entry = (hours: string | null): WorkEntry => ({ ...kind, hours });
    const kind = {
      kind: 'absence',
      code: await this.codeOf(textIn(activity, 'activityType', 'guid')),
      name: textIn(activity, 'activityType', 'name'),
      approved: true,
      description: textIn(activity, 'name'),
      project: null,
    } as const;
    if (activity['isAllDay'] !== true && until.day === from.day) {
      return [{ guid, user, day: from.day, entry: entry(hoursOf(minutesBetween(from, until))) }];
    }
    const { hours, week } = await this.contractOf(owner);
    return daysBetween(from.day, until.day)
      .filter((day) => week.includes(WEEK[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? ''))
      .map((day) => ({ guid, user, day, entry: entry(hours) }));
  }

  private async contractOf(user: string): Promise<Contract> {
    const known = this.contracts.get(user);
    if (known) return known;
    const found = objectOf(await this.calls.severa({ method: 'GET', path: ['users', user] }));
    const given = objectOf(found['workContract'])['workWeek'];
    const week = Array.isArray(given) && given.length > 0 ? given.filter((day) => typeof day === 'string') : WORK_WEEK;
    const contract = { hours: plainNumber(found, 'workContract', 'dailyHours'), week };
    this.contracts.set(user, contract);
    return contract;
  }

  private async codeOf(type: string | null): Promise<string | null> {
    if (!this.codes) {
      this.codes = new Map();
      const query = [
        ['category', 'Absences'],
        ['rowCount', '100'],
      ] as const;
      const pages = this.calls.severaPages({ method: 'GET', path: ['activitytypes'], query, paging: 'token' });
      for await (const page of pages) {
        for (const found of objectsOf(page)) this.codes.set(textIn(found, 'guid') ?? '', textIn(found, 'code'));
      }
    }
    return this.codes.get(type ?? '') ?? null;
  }
}

function lastMoment(from: FinnishMoment, until: FinnishMoment): FinnishMoment {
  const atMidnight = until.time === '00:00:00' && until.day > from.day;
  return atMidnight ? { day: dayAfter(until.day, -1), time: '24:00:00' } : until;
}

function daysBetween(from: string, until: string): readonly string[] {
  const days: string[] = [];
  for (let day = from; day <= until && days.length < MOST_DAYS; day = dayAfter(day)) days.push(day);
  return days;
}

const hoursOf = (minutes: number): string | null => {
  const hours = decimalOf((Math.max(0, minutes) / 60).toFixed(2));
  return hours === null ? null : decimalText(hours);
};
