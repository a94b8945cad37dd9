import { complete, type Fields, listChanges, type RegisterRecord } from '#lib/policy';
import type { Sql } from '#lib/store';

import { writeVersion } from '../registers/record-history.js';
import { RecordRows } from '../registers/record-rows.js';
import { lockRegister } from '../registers/register-lock.js';
import { namesOf, tableNamed } from '../registers/register-table.js';
import { type Part, sameValue, unflat } from './content.js';
import type { DeliveredRegister } from './courier.js';
import { courierOf } from './couriers.js';
import { mapPart, namesIn, type Placed, registerValue } from './mapping.js';
import { compareSides, type Sides, type TwoSides } from './two-sides.js';

/** Who wrote what was taken over from Fivaldi. */
export const WRITER = 'fivaldi';

/** What became of a record on both sides; a value that our register cannot hold is a person's to look at, too. */
export function sidesOf(mapping: readonly Placed[], sides: Sides): TwoSides {
  const { pulled, conflicts } = compareSides(sides, namesIn(mapping));
  const unfit = mapping.filter(
    (mapped) => Object.hasOwn(pulled, mapped.to) && registerValue(pulled[mapped.to] ?? null, mapped) === undefined,
  );
  const isUnfit = (name: string): boolean => unfit.some(({ to }) => to === name);
  return {
    pulled: Object.fromEntries(Object.entries(pulled).filter(([name]) => !isUnfit(name))),
    conflicts: [
      ...conflicts,
      ...unfit.map(({ to }) => ({ field: to, ours: sides.ours[to] ?? null, theirs: pulled[to] ?? null })),
    ],
  };
}

interface Place {
  readonly environmentId: string;
  readonly companyId: string;
  readonly register: DeliveredRegister;
  readonly key: string;
}

type Values = Pick<RegisterRecord, 'fields' | 'children'>;

/**
 * Writes Fivaldi's values into our register, with a version of what was there before. A field that is not as it was
 * `compared` any more was changed here meanwhile and stays: it is compared again. Without that all of them are written.
 * A row of which nothing is left there goes.
 */
export async function takeOver(sql: Sql, place: Place, theirs: Part, compared?: Values): Promise<void> {
  const { register, companyId } = place;
  const table = tableNamed(register);
  await lockRegister(sql, table, companyId);
  const rows = new RecordRows(table);
  const standing = await rows.find(sql, place);
  if (!standing || standing.deletedAt !== null) return;
  const { whole, pull } = courierOf(register);
  const all = pull?.mapping(Object.keys(unflat(theirs).parts)) ?? [];
  const mapping = all.filter(({ to }) => Object.hasOwn(theirs, to));
  const isAsItWas = (mapped: Placed): boolean =>
    compared === undefined || sameValue(valueIn(standing, mapped), valueIn(compared, mapped));
  const written = mapping.filter(isAsItWas).reduce((record: RegisterRecord, mapped) => {
    const value = registerValue(theirs[mapped.to] ?? null, mapped);
    return value === undefined ? record : withValue(record, mapped, value);
  }, standing);
  const after = whole ? withoutEmptied(written, all) : written;
  const names = namesOf(table);
  const changes = listChanges(complete(standing, names), complete(after, names), names);
  if (changes.length === 0) return;
  await writeVersion(sql, place, { what: 'changed', by: WRITER, before: standing, changes });
  await rows.put(sql, place, after, WRITER);
}

const fieldsOf = ({ fields, children }: Values, { child }: Placed): Fields =>
  child ? (children[child[0]]?.[child[1]] ?? {}) : fields;

const valueIn = (record: Values, mapped: Placed) => mapPart(fieldsOf(record, mapped), [mapped]).part[mapped.to];

/** The record with one value more, in a child that is made where there is none. */
function withValue(record: RegisterRecord, mapped: Placed, value: string | null): RegisterRecord {
  const fields = { ...fieldsOf(record, mapped), [mapped.field]: value };
  if (!mapped.child) return { ...record, fields };
  const [kind, id] = mapped.child;
  return { ...record, children: { ...record.children, [kind]: { ...record.children[kind], [id]: fields } } };
}

/** The record without those of the mapping's children that hold nothing of what Fivaldi could show. */
function withoutEmptied(record: RegisterRecord, mapping: readonly Placed[]): RegisterRecord {
  const holds = (mapped: Placed) => !sameValue(valueIn(record, mapped), null);
  const full = new Set(mapping.filter(holds).map(({ child }) => child?.join('/')));
  const gone = new Set(mapping.flatMap(({ child }) => (child && !full.has(child.join('/')) ? [child.join('/')] : [])));
  const left = Object.entries(record.children).map(
    ([kind, all]) =>
      [kind, Object.fromEntries(Object.entries(all).filter(([id]) => !gone.has(`${kind}/${id}`)))] as const,
  );
  return { ...record, children: Object.fromEntries(left) };
}
