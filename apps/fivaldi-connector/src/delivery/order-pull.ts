import { type Content, type Known, type Part, valuesOf } from './content.js';
import type { Addressee, Newcomer, Pull } from './courier.js';
import { type Mapped, namesIn, type Placed, placed, registerFields, text } from './mapping.js';
import { anyRow, customer, head, netPrice, PARTIES, PARTY_NAMES, productRow, textRow, totals } from './order-fields.js';
import { changesIn, dayBefore, idOf, listOf, recordOf, type Said } from './said.js';

/** Our own numbers of orders and Fivaldi's are two series: one that was numbered there only is none of ours. */
const NUMBERED_THERE = 'FV-';

const lists = ({ cuid }: Addressee) => ['companies', cuid, 'sales', 'sales-orders'];

/** Which of an order's parts is a row of ours. */
const ROW = /^rows\/(\d+)$/;
const isParty = (name: string) => PARTY_NAMES.find((party) => party === name);

/**
 * What Fivaldi's two lists of orders tell (contract §1.5):
 *
 *   list                        | tells                                                       | mark
 *   ----------------------------+-------------------------------------------------------------+-----------
 *   `fromDate=<day>`            | what was made on that day or later, drafts and invoiced     | documented
 *   `status=DRAFT`              | what may still be changed, however old, with `changeTime`   | documented
 *   either                      | that an order was taken away, or changed once invoiced      | neither
 *
 * That `changeTime` moves with a change of a row, too, is taken to be so [inferred]. An order is read by its id: nothing
 * says that a list shows its rows.
 */
export const orderPull: Pull = {
  request: (to, since) => ({ method: 'GET', path: lists(to), query: [['fromDate', dayBefore(since)]] }),
  open: (to) => ({ method: 'GET', path: lists(to), query: [['status', 'DRAFT']] }),
  changes: (result) => {
    const customers = new Map(listOf(result).map((said) => [idOf(said['id']), idOf(said['customerId'])]));
    return changesIn(result, { id: 'id', link: 'externalOrderNumber' }).map((listed) => ({
      ...listed,
      customer: customers.get(listed.id) ?? null,
    }));
  },
  mapping: (parts) => [...head, customer, ...totals, ...parts.flatMap(mappingOfPart)],
  newcomer,
  show,
};

function mappingOfPart(name: string): readonly Placed[] {
  const party = isParty(name);
  if (party) return placed(name, PARTIES[party]);
  const [, no] = ROW.exec(name) ?? [];
  return no === undefined ? [] : placed(name, anyRow, ['rows', no]);
}

/** The order with its rows in their places; a row has no name of its own there. */
function newcomer(result: unknown): Newcomer | null {
  const said = recordOf(result);
  const [id, customerId] = [idOf(said['id']), idOf(said['customerId'])];
  if (id === null || customerId === null) return null;
  const own = registered(said, [...head, ...totals, ...inEuro]);
  const parties = PARTY_NAMES.map((name) => registered(said[name], PARTIES[name]));
  const rows = rowsIn(said).map((row, place) => {
    const { fields, unfit } = registered(row, isText(row) ? [textRow] : [...productRow, netPrice]);
    return { fields: { ...fields, row_no: String(place + 1), ...(isText(row) && { text_row: 'true' }) }, unfit };
  });
  return {
    link: idOf(said['externalOrderNumber']),
    name: NUMBERED_THERE + (idOf(said['orderNumber']) ?? id),
    customer: customerId,
    fields: Object.assign({}, own.fields, ...parties.map(({ fields }) => fields)) as Newcomer['fields'],
    children: { rows: rows.map(({ fields }) => fields) },
    unfit: [own, ...parties, ...rows].flatMap(({ unfit }) => unfit),
  };
}

const inEuro: readonly Mapped[] = [text('currency', 'currency', 3)];

const registered = (said: unknown, mapping: readonly Mapped[]) =>
  registerFields(valuesOf(said, namesIn(mapping)), mapping);

const rowsIn = (said: Said): readonly Said[] =>
  Array.isArray(said['salesOrderRowDTOS']) ? listOf(said['salesOrderRowDTOS']) : [];
const isText = (row: Said): boolean => row['textRow'] === true;

function show(result: unknown, ours: Content, known: Known['parts'] = {}): Content | null {
  const said = recordOf(result);
  if (idOf(said['customerId']) === null || !Array.isArray(said['salesOrderRowDTOS'])) return null;
  const named = namedRows(rowsIn(said), Object.keys(known), Object.keys(ours.parts));
  const rows = named.map(([name, row]) => [name, shownRow(row, known[name]?.as ?? ours.parts[name] ?? {})] as const);
  const parties = PARTY_NAMES.map((name) => [name, valuesOf(said[name], namesIn(PARTIES[name]))] as const);
  return {
    core: valuesOf(said, namesIn([...head, customer, ...totals])),
    parts: Object.fromEntries([...parties, ...rows]),
  };
}

/** A row has both prices there. Of one that we gave a total, the total is looked at; else the price of a piece. */
function shownRow(row: Said, ours: Part): Part {
  if (isText(row)) return { textRow: true, ...valuesOf(row, [textRow.to]) };
  const price = Object.hasOwn(ours, 'totalSumIncludingTax') ? 'totalSumIncludingTax' : netPrice.to;
  return valuesOf(row, [...namesIn(productRow), price]);
}

/**
 * Theirs under our names, by their places: first those of the rows that they had from us, then those that ours has by
 * now, then numbers that ours has not.
 */
function namedRows(
  rows: readonly Said[],
  known: readonly string[],
  ours: readonly string[],
): readonly (readonly [string, Said])[] {
  const numbers = (names: readonly string[]) =>
    names.flatMap((name) => ROW.exec(name)?.slice(1).map(Number) ?? []).sort((a, b) => a - b);
  const [had, has] = [numbers(known), numbers(ours)];
  const all = [...had, ...has.filter((number) => !had.includes(number))];
  const last = Math.max(0, ...all);
  return rows.map((row, place) => [`rows/${all[place] ?? last + 1 + place - all.length}`, row]);
}
