import type { SeveraRequest } from '#lib/upstream';

import type { Reading, SourcePage, SourceRecord } from '../engine/flow.js';
import { Absences } from './absence-source.js';
import { dayAfter, finnishMoment, firstOfLastMonth } from './finnish-time.js';
import { ProjectItems } from './project-items.js';
import { objectOf, objectsOf, type SeveraObject, textIn } from './severa-json.js';
import { plainNumber } from './severa-money.js';
import { recordTypesInDays } from './record-types.js';
import { recordTypeOf, type WorkEntry, workDayKey } from './work-day.js';

/** Days that one page of a reading holds: a turn is short. */
const AT_ONCE = 3;
/** Of pairs, in one question. */
const MOST_KEYS = 5_000;

interface Span {
  readonly from: string;
  readonly until: string;
}

/** A day as it is put together. */
interface Growing {
  readonly user: { readonly guid: string; readonly code: string | null; readonly name: string | null };
  readonly date: string;
  readonly entries: { readonly guid: string; readonly entry: WorkEntry }[];
}

/**
 * The days on which employees have hours or absences, as they are now.
 *
 * Netvisor takes a day whole, so a day is read whole, whatever changed of it. Each reading is of this month and the one
 * before: an hour that was moved to another day leaves no trace on the first. Older days are read when something of them
 * was changed, and not at first contact: what was paid long ago is nobody's to replace.
 *
 * With `onlyApproved` a day is there once all of its hours are approved, since Netvisor may refuse to have a day replaced
 * whose hours it has taken as approved. A day that has moved, and has nothing left, is gone.
 */
export async function* readWorkDays(reading: Reading): AsyncGenerator<SourcePage> {
  const days = new DayReader(reading);
  const today = finnishMoment(reading.now).day;
  const first = firstOfLastMonth(today);
  for (let from = first; from <= today; from = dayAfter(from, AT_ONCE)) {
    const last = dayAfter(from, AT_ONCE - 1);
    yield { records: await days.records({ from, until: last < today ? last : today }) };
  }
  const older = reading.since ? await days.changedBefore(first, reading.since) : [];
  yield { records: [], gone: await days.gone({ from: first, until: today }, days.users) };
  for (const [date, users] of older) {
    const span = { from: date, until: date };
    yield { records: await days.records(span, users), gone: await days.gone(span, users) };
  }
}

class DayReader {
  /** The users who were met, by their guid. */
  readonly users = new Set<string>();
  private readonly met = new Set<string>();
  private readonly absences: Absences;
  private readonly projects: ProjectItems;
  private overtimes: ReadonlyMap<string, string | null> | undefined;
  private dayTypes: ReadonlySet<string> | undefined;

  constructor(private readonly reading: Reading) {
    this.absences = new Absences(reading.calls);
    this.projects = new ProjectItems(reading);
  }

  /** The days of a span; of these users only, if any are named. */
  async records({ from, until }: Span, only?: ReadonlySet<string>): Promise<readonly SourceRecord[]> {
    const days = new Map<string, Growing>();
    const query = [
      ['eventDateStart', from],
      ['eventDateEnd', until],
    ] as const;
    for await (const hours of this.list(['workhours'], query)) {
      await this.nameProjects(hours);
      for (const hour of hours) await this.addHour(days, hour);
    }
    for await (const absent of this.absences.between(from, until)) {
      for (const { user, day, guid, entry } of absent) {
        if (day >= from && day <= until && entry.hours !== '0') add(days, user, day, guid, entry);
      }
    }
    const wanted = [...days].filter(([, { user }]) => !only || only.has(user.guid));
    for (const [key, { user }] of wanted) {
      this.met.add(key);
      this.users.add(user.guid);
    }
    const ready = wanted.filter(([, day]) => this.isReady(day));
    if (ready.length > 0) this.dayTypes ??= await recordTypesInDays(this.reading.calls);
    return ready.map(([key, day]) => recordOf(key, day, this.inDays(day)));
  }

  private inDays({ entries }: Growing): readonly string[] {
    const types = entries.flatMap(({ entry }) => recordTypeOf(entry, this.reading.settings) ?? []);
    return [...new Set(types.filter((type) => this.dayTypes?.has(type)))].toSorted();
  }

  /**
   * Older days of which an hour or an absence was changed or deleted, with their users. All users of such changes are met
   * by it: whose last hour was deleted has no other trace.
   */
  async changedBefore(first: string, since: Date): Promise<readonly (readonly [string, ReadonlySet<string>])[]> {
    const older = new Map<string, Set<string>>();
    const add = (date: string | null, user: string | null): void => {
      if (user !== null) this.users.add(user);
      if (date === null || user === null || date >= first) return;
      older.set(date, (older.get(date) ?? new Set()).add(user));
    };
    const at = since.toISOString();
    for (const [path, filter] of [
      ['workhours', 'changedSince'],
      ['deletedworkhours', 'deletedSince'],
    ] as const) {
      for await (const hours of this.list([path], [[filter, at]])) {
        for (const hour of hours) add(textIn(hour, 'eventDate'), textIn(hour, 'user', 'guid'));
      }
    }
    for await (const absent of this.absences.changedSince(since)) {
      for (const { day, user } of absent) add(day, textIn(user, 'guid'));
    }
    return [...older].toSorted(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Days of the span that have moved, and on which these users have nothing any more. */
  async gone({ from, until }: Span, users: ReadonlySet<string>): Promise<readonly string[]> {
    const empty: string[] = [];
    for (let date = from; date <= until; date = dayAfter(date)) {
      for (const user of users) if (!this.met.has(workDayKey(user, date))) empty.push(workDayKey(user, date));
    }
    const gone: string[] = [];
    for (let at = 0; at < empty.length; at += MOST_KEYS) {
      gone.push(...(await this.reading.pairs('work-hours', empty.slice(at, at + MOST_KEYS))).keys());
    }
    return gone;
  }

  private async *list(
    path: readonly string[],
    query: NonNullable<SeveraRequest['query']>,
  ): AsyncGenerator<readonly SeveraObject[]> {
    const all = [['rowCount', '100'], ...query] as const;
    for await (const page of this.reading.calls.severaPages({ method: 'GET', path, query: all, paging: 'token' })) {
      yield objectsOf(page);
    }
  }

  private async nameProjects(hours: readonly SeveraObject[]): Promise<void> {
    if (this.reading.settings.workHours.projectHeader === null) return;
    const projects = hours.map(({ project }) => objectOf(project));
    await this.projects.meet(projects.filter((project) => textIn(project, 'guid') !== null));
  }

  private async addHour(days: Map<string, Growing>, hour: SeveraObject): Promise<void> {
    const [guid, date, hours] = [textIn(hour, 'guid'), textIn(hour, 'eventDate'), plainNumber(hour, 'quantity')];
    if (guid === null || date === null || hours === null || hours === '0') return;
    const overtime = textIn(hour, 'overtime', 'guid');
    const code = overtime === null ? textIn(hour, 'workType', 'code') : await this.overtimeCode(overtime);
    add(days, objectOf(hour['user']), date, guid, {
      kind: overtime === null ? 'work' : 'overtime',
      code,
      name: textIn(hour, overtime === null ? 'workType' : 'overtime', 'name'),
      hours,
      approved: hour['isApproved'] === true,
      description: textIn(hour, 'description'),
      project: this.projects.of(textIn(hour, 'project', 'guid'))?.project ?? null,
    });
  }

  /** An hour names its overtime class by its guid only. */
  private async overtimeCode(guid: string): Promise<string | null> {
    if (!this.overtimes) {
      const codes = new Map<string, string | null>();
      const pages = this.reading.calls.severaPages({ method: 'GET', path: ['overtimes'], paging: 'rows' });
      for await (const page of pages) {
        for (const overtime of objectsOf(page)) codes.set(textIn(overtime, 'guid') ?? '', textIn(overtime, 'code'));
      }
      this.overtimes = codes;
    }
    return this.overtimes.get(guid) ?? null;
  }

  private isReady({ entries }: Growing): boolean {
    return !this.reading.settings.workHours.onlyApproved || entries.every(({ entry }) => entry.approved);
  }
}

function add(days: Map<string, Growing>, user: SeveraObject, date: string, guid: string, entry: WorkEntry): void {
  const owner = textIn(user, 'guid');
  if (owner === null) return;
  const key = workDayKey(owner, date);
  const day = days.get(key) ?? {
    user: { guid: owner, code: textIn(user, 'code'), name: nameOf(user) },
    date,
    entries: [],
  };
  // A list that grows while its pages are read gives an entry twice; nobody is paid twice for it.
  if (!day.entries.some((of) => of.guid === guid)) day.entries.push({ guid, entry });
  days.set(key, day);
}

const nameOf = (user: SeveraObject): string | null =>
  textIn(user, 'name') ?? ([textIn(user, 'firstName'), textIn(user, 'lastName')].join(' ').trim() || null);

function recordOf(key: string, { user, date, entries }: Growing, inDays: readonly string[]): SourceRecord {
  const employee = user.code?.trim() || null;
  const inOrder = entries.toSorted((a, b) => (a.guid < b.guid ? -1 : 1));
  return {
    key,
    number: employee === null ? null : `${employee} ${date}`,
    name: user.name,
    content: { date, employee, entries: inOrder.map(({ entry }) => entry), ...(inDays.length > 0 && { inDays }) },
  };
}
