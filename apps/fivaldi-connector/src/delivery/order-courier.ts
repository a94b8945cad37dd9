import { type Complaint, complaintsIn } from '#lib/upstream';

import { type Content, filled, type Known, type Part, valuesOf } from './content.js';
import type { Addressee, Courier, Mapping, Others } from './courier.js';
import { mapPart, mappingOf, type RegisterRow, type Unfit } from './mapping.js';
import { head, netPrice, PARTIES, PARTY_NAMES, productRow, textRow } from './order-fields.js';
import { orderPull } from './order-pull.js';
import { rowTotal } from './row-total.js';
import { changeTimeOf, dayBefore, idOf, listOf, recordOf, type Said } from './said.js';

const path = ({ cuid }: Addressee, ...rest: readonly string[]) => ['companies', cuid, 'sales', ...rest];

/**
 * Sales orders of Myynninhallinta. Fivaldi gives each an id; `externalOrderNumber` links it to ours. An order is made
 * as a draft and changed as a whole, as long as it is one.
 */
export const orderCourier: Courier = {
  register: 'order',
  unrepeatable: false,
  // A number of ours that Fivaldi has already was sent by us; nobody else chooses it.
  searchFirst: false,
  whole: true,
  map,
  search: {
    byKey: false,
    request: (to, _content, since) => ({
      method: 'GET',
      path: path(to, 'sales-orders'),
      ...(since && { query: [['fromDate', dayBefore(since)]] }),
    }),
    find: (result, to, content) => {
      const said = listOf(result).find(({ externalOrderNumber }) => externalOrderNumber === to.key);
      const known = said && orderCourier.parse(said, to, content);
      const shown = said && orderPull.show?.(said, content);
      return known ? { ...known, ...changeTimeOf(said), ...(shown && { shown }) } : 'absent';
    },
    batch: {
      named: (result) => idOf(recordOf(result)['externalBatchId']),
      request: (to, batch) => ({ method: 'GET', path: path(to, 'sales-orders', 'batch', batch) }),
    },
  },
  index: null,
  pull: orderPull,
  read: (to, id) => ({ method: 'GET', path: path(to, 'sales-order', id) }),
  parse: (result, _to, content) => {
    const said = recordOf(result);
    const id = idOf(said['id']);
    return id === null
      ? null
      : { id, core: valuesOf(said, Object.keys(content.core)), parts: partsSaid(said, content) };
  },
  create: (to, content) => ({ method: 'POST', path: path(to, 'sales-order'), body: bodyOf(content) }),
  objections,
  update: (to, id, _changed, content) => ({ method: 'PUT', path: path(to, 'sales-order', id), body: bodyOf(content) }),
  createPart: () => null,
  updatePart: () => null,
};

const rowsOf = ({ parts }: Content) => Object.entries(parts).filter(([name]) => name.startsWith('rows/'));

const bodyOf = (content: Content) => ({
  ...filled(content.core),
  ...(content.parts['buyer'] && { buyer: content.parts['buyer'] }),
  ...(content.parts['recipient'] && { recipient: content.parts['recipient'] }),
  salesOrderRowDTOS: rowsOf(content).map(([, row]) => row),
});

/**
 * What a creation is answered with is declared as any object; `externalBatchId` and `errors` were seen in a published
 * client (contract §1.5). Errors beside an id are no refusal: that order is there.
 */
function objections(result: unknown): readonly Complaint[] | null {
  const said = recordOf(result);
  const { errors } = said as { readonly errors?: unknown };
  return Array.isArray(errors) && errors.length > 0 && idOf(said['id']) === null ? complaintsIn(errors) : null;
}

/** Theirs under our names: rows by their place, since a row has no name of its own there. */
function partsSaid(said: Said, content: Content): Known['parts'] {
  const rows = Array.isArray(said['salesOrderRowDTOS']) ? listOf(said['salesOrderRowDTOS']) : [];
  const ours = rowsOf(content);
  const theirs = rows.map((row, place): readonly [string, Part] => {
    const [name, part] = ours[place] ?? [`rows/#${place}`, {}];
    return [name, filled(valuesOf(row, Object.keys(part)))];
  });
  const parties = PARTY_NAMES.flatMap((name): (readonly [string, Part])[] => {
    const part = content.parts[name];
    return part ? [[name, filled(valuesOf(said[name], Object.keys(part)))]] : [];
  });
  return Object.fromEntries([...parties, ...theirs].map(([name, part]) => [name, { id: null, as: part }]));
}

function map({ fields, children }: RegisterRow, key: string, { customer }: Others): Mapping {
  if (customer?.id === null) return { as: 'waits', cause: 'customer-first' };
  // A customer that only Fivaldi has is named by Fivaldi's own number.
  const customerId = customer?.id ?? fields['company_code'] ?? null;
  const own = mapPart(fields, head);
  const core: Part = {
    ...own.part,
    externalOrderNumber: key,
    customerId,
    currency: 'EUR',
    currencyRate: { decimal: '1' },
    languageCode: own.part['languageCode'] ?? 'FIN',
    paymentTermId: own.part['paymentTermId'] ?? customer?.paymentTerm ?? null,
    postingGroupId: own.part['postingGroupId'] ?? customer?.postingGroup ?? null,
  };
  const parties = Object.entries(PARTIES).map(([name, mapping]) => ({ name, ...mapPart(fields, mapping, `${name}/`) }));
  const rows = Object.entries(children['rows'] ?? {})
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([no, row]) => ({ name: `rows/${no}`, ...mapRow(row, `rows/${no}/`) }));
  const parts = [...parties, ...rows].map(({ name, part }) => [name, filled(part)] as const);
  const needed = ['customerId', 'paymentTermId', 'postingGroupId'].filter((name) => core[name] === null);
  return mappingOf({ core, parts: Object.fromEntries(parts.filter(([, part]) => Object.keys(part).length > 0)) }, [
    ...own.unfit,
    ...needed.map((field): Unfit => ({ field, cause: 'missing' })),
    ...notInEuro(fields),
    ...[...parties, ...rows].flatMap(({ unfit }) => unfit),
  ]);
}

function notInEuro({ currency, currency_rate: rate }: RegisterRow['fields']): readonly Unfit[] {
  const isEuro = (currency ?? 'EUR') === 'EUR' && Number(rate ?? 1) === 1;
  return isEuro ? [] : [{ field: 'currency', cause: 'not-euro' }];
}

/**
 * A row's price is given one way only:
 *
 *   without tax | with tax | sent
 *   ------------+----------+--------------------------------------------------------------
 *   given       | any      | unitPriceExcludingTax
 *   –           | given    | totalSumIncludingTax: price × quantity, less the discount, in cents
 *   –           | –        | nothing: the row is rejected here
 */
function mapRow(row: RegisterRow['fields'], place: string): { readonly part: Part; readonly unfit: readonly Unfit[] } {
  if (row['text_row'] === 'true') {
    const { part, unfit } = mapPart(row, [textRow], place);
    return { part: { textRow: true, ...part }, unfit };
  }
  const { part, unfit } = mapPart(row, productRow, place);
  const missing = (['productCode', 'quantity'] as const).filter((name) => part[name] === null);
  const faults = [...unfit, ...missing.map((name): Unfit => ({ field: place + name, cause: 'missing' }))];
  if (row['taxable_unit_price'] != null) {
    const net = mapPart(row, [netPrice], place);
    return { part: { ...part, ...net.part }, unfit: [...faults, ...net.unfit] };
  }
  const { unit_price_incl_tax: gross, quantity, discount_percent: discount } = row;
  if (gross == null || quantity == null) return { part, unfit: [...faults, { field: place, cause: 'no-price' }] };
  return {
    part: { ...part, totalSumIncludingTax: { decimal: rowTotal(gross, quantity, discount ?? '0') } },
    unfit: faults,
  };
}
