import { randomUUID } from 'node:crypto';

import { type FieldTable, kept } from './field.js';
import { type Given, type Model, picking, type RegisterName } from './model.js';
import type { Organisation } from './organisation.js';

/** How the records of one register come to be, and what follows from a change of one. */
export interface RecordKind {
  readonly register: RegisterName;
  /** What callers may write, and references of which a seed names the record. */
  readonly fields: FieldTable;
  /** Absent: the record says who made and changed it, and when. */
  readonly unstamped?: true;
  /** Every other field, and those that nobody gave. */
  readonly blank: (organisation: Organisation, now: Date) => Given;
  /** What a seed is filled up with; not what a caller posts. */
  readonly example?: (organisation: Organisation, given: Given, now: Date) => Given;
  /** What follows from the rest, after each change. */
  readonly settled?: (model: Model, organisation: Organisation) => Model;
  /** What follows for other records. */
  readonly after?: (model: Model, organisation: Organisation, now: Date) => void;
}

export const showUser = (user: Model): Given => ({
  guid: user.guid,
  name: nameOf(user),
  code: user['code'] ?? null,
  firstName: user['firstName'],
  lastName: user['lastName'],
});

export const nameOf = (user: Model): string => `${String(user['firstName'])} ${String(user['lastName'])}`;

/** Makes a record of checked fields. Its guid is new unless one is given. */
export function create(kind: RecordKind, organisation: Organisation, given: Given, now: Date): Model {
  const by = organisation.user ? showUser(organisation.user) : null;
  const at = now.toISOString();
  const model: Model = {
    ...(kind.unstamped ? {} : { createdBy: by, createdDateTime: at, lastUpdatedBy: by, lastUpdatedDateTime: at }),
    ...kind.blank(organisation, now),
    ...kept(given, kind.fields, organisation),
    guid: typeof given['guid'] === 'string' ? given['guid'] : randomUUID(),
  };
  return stored(kind, organisation, model, now);
}

/** Makes a record of what a test says of it and of an example's fields. */
export const seeded = (kind: RecordKind, organisation: Organisation, given: Given, now: Date): Model =>
  create(kind, organisation, { ...kind.example?.(organisation, given, now), ...given }, now);

/** Changes checked fields of a record. */
export function change(kind: RecordKind, organisation: Organisation, before: Model, given: Given, now: Date): Model {
  const by = organisation.user ? showUser(organisation.user) : null;
  const model: Model = {
    ...before,
    ...(kind.unstamped ? {} : { lastUpdatedBy: by, lastUpdatedDateTime: now.toISOString() }),
    ...kept(given, kind.fields, organisation),
    guid: before.guid,
  };
  return stored(kind, organisation, model, now);
}

function stored(kind: RecordKind, organisation: Organisation, model: Model, now: Date): Model {
  const settled = kind.settled?.(model, organisation) ?? model;
  const changed = settled['lastUpdatedDateTime'];
  const at = typeof changed === 'string' ? Date.parse(changed) : now.getTime();
  organisation.register(kind.register).put(settled, at);
  kind.after?.(settled, organisation, now);
  return settled;
}

export const showNamed = picking('guid', 'name');
