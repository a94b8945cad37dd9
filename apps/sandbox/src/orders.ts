import { type Call, notADay, routesOf, sinceDay, withBody } from './call.js';
import type { Company, Order } from './company.js';
import { ORDER } from './facts/order-fields.js';
import { type Dto, type FieldFault, faultsIn, isDto, settable } from './field-check.js';
import { wallTime } from './helsinki.js';
import { countedRow, faultsOfRow, rounded, vatPercentOf } from './order-rows.js';
import { attachmentFault, attachmentIn } from './attachment.js';
import { applied, type AppliedRecord, given, invalid, type Outcome, refused } from './wire.js';

/**
 * Sales orders [Myynninhallinta].
 *
 * New orders are DRAFT; only those can be replaced or get an attachment. Numbers, ids, batch and sums are Fivaldi's. A
 * batch with one bad order is refused whole. The same external number twice is two orders. Every id must be of the lists
 * of `company-invoicing-details`, every customer and product of the registers.
 */
export const ORDER_ROUTES = routesOf('sales', 'older', [
  { method: 'GET', path: '/sales/company-invoicing-details', handle: ({ company }: Call) => given(invoicing(company)) },
  {
    method: 'GET',
    path: '/sales/sales-orders/batch/{externalBatchId}',
    handle: (call: Call) => {
      const batch = call.path('externalBatchId');
      return given(ordersOf(call.company, ({ fields }) => fields['externalBatchId'] === batch));
    },
  },
  { method: 'GET', path: '/sales/sales-orders', handle: list },
  { method: 'GET', path: '/sales/sales-order/{id}', handle: (call: Call) => ofOrder(call, (it) => given(it.fields)) },
  { method: 'PUT', path: '/sales/sales-order/{id}', handle: withBody(ORDER, replace) },
  { method: 'POST', path: '/sales/sales-order', handle: (call: Call) => create([call.body], call) },
  {
    method: 'POST',
    path: '/sales/multiple-sales-orders',
    handle: (call: Call) => (Array.isArray(call.body) ? create(call.body, call) : refused('must be an array')),
  },
  { method: 'POST', path: '/sales/sales-order/{id}/attachment', takesFile: true, handle: attach },
]);

/** The shape is this sandbox's own; the names of the lists are those of the registers' basic details. */
const invoicing = (company: Company): Dto => ({
  ...company.details,
  customerIds: [...company.customers.keys()],
  accountDimensions: [...company.dimensions.values()],
});

function list(call: Call): Outcome {
  const since = sinceDay(call, 'fromDate');
  if (since === null) return notADay('fromDate');
  const status = call.query.get('status');
  if (status !== null && status !== 'DRAFT' && status !== 'INVOICED')
    return refused('must be DRAFT or INVOICED', 'status');
  return given(
    ordersOf(
      call.company,
      ({ createdAt, fields }) => since(createdAt) && (status === null || fields['orderStatus'] === status),
    ),
  );
}

const ordersOf = (company: Company, fits: (order: Order) => boolean): Dto[] =>
  [...company.orders.values()].filter(fits).map(({ fields }) => fields);

function create(bodies: readonly unknown[], call: Call): Outcome {
  const faults = bodies.flatMap((body) => faultsOfOrder(body, call.company));
  const externalBatchId = call.company.freeDocumentId();
  if (faults.length > 0) {
    if (call.company.seed.badOrder !== 'listed') return invalid(faults);
    return given({ externalBatchId, errors: faults.map(({ message }) => message) });
  }
  const records = bodies.filter(isDto).map((body) => {
    const own = { createTime: wallTime(call.now), createUser: call.partner, externalBatchId, orderStatus: 'DRAFT' };
    const id = call.company.freeDocumentId();
    const numbered = { id, orderNumber: call.company.freeOrderNumber(), cuid: call.company.cuid, ...own };
    const order: Order = { id, createdAt: call.now, fields: { ...counted(body, call), ...numbered }, attachments: [] };
    call.company.orders.set(id, order);
    return recordOf(order, 'created');
  });
  const named = { batch: { externalBatchId }, id: { id: records[0]?.key }, nothing: {} };
  return applied({ ...named[call.company.seed.createdOrder ?? 'batch'], errors: [] }, ...records);
}

const KEPT = ['id', 'orderNumber', 'cuid', 'createTime', 'createUser', 'externalBatchId', 'orderStatus'];

function replace(body: Dto, call: Call): Outcome {
  return ofOrder(call, (order) => {
    if (order.fields['orderStatus'] !== 'DRAFT') return refused('Only orders with status DRAFT can be updated');
    const faults = faultsOfOrder(body, call.company);
    if (faults.length > 0) return invalid(faults);
    const kept = Object.fromEntries(KEPT.map((name) => [name, order.fields[name]]));
    order.fields = { ...counted(body, call), ...kept };
    return applied(order.fields, recordOf(order, 'updated'));
  });
}

function attach(call: Call): Outcome {
  return ofOrder(call, (order) => {
    if (order.fields['orderStatus'] !== 'DRAFT') return refused('Only orders with status DRAFT can have an attachment');
    const attachment = call.file && attachmentIn(call.file.contentType, call.file.bytes);
    if (!attachment) return refused("Required part 'file' is not present");
    const errorMessage = attachmentFault(attachment);
    if (errorMessage !== null) return given({ hasErrors: true, errorMessage });
    order.attachments.push(attachment.fileName);
    return applied({ hasErrors: false, errorMessage: null }, recordOf(order, 'added'));
  });
}

const ID_LISTS = [
  ['paymentTermId', 'paymentTermDTOList', 'Payment term'],
  ['deliveryMethodId', 'deliveryMethodDTOList', 'Delivery method'],
  ['deliveryTermId', 'deliveryTermDTOList', 'Delivery term'],
  ['salesPersonId', 'salesPersonDTOList', 'Sales person'],
  ['transmissionTypeId', 'transmissionTypeDTOList', 'Transmission type'],
  ['postingGroupId', 'salesPostingGroupDTOList', 'Posting group'],
] as const;

const noSuch = (what: string, id: unknown): FieldFault => ({
  field: null,
  message: `${what} with id [${String(id)}] does not exist on Fivaldi company`,
});

function faultsOfOrder(body: unknown, company: Company): FieldFault[] {
  const faults = faultsIn(body, ORDER);
  if (faults.length > 0 || !isDto(body)) return faults;
  for (const [field, details, what] of ID_LISTS) {
    const id = body[field];
    if (typeof id !== 'string') continue;
    if (!company.details[details].some((it) => it[field] === id)) faults.push(noSuch(what, id));
  }
  if (!company.customers.has(String(body['customerId']))) faults.push(noSuch('Customer', body['customerId']));
  const rows = Array.isArray(body['salesOrderRowDTOS']) ? (body['salesOrderRowDTOS'] as Dto[]) : [];
  return [...faults, ...rows.flatMap((row, index) => faultsOfRow(row, index, company))];
}

const PARTIES = ['buyer', 'recipient'] as const;
const COUNTRY = new Intl.DisplayNames('fi', { type: 'region' });

/** A party with the name of its country, which is Fivaldi's to set. */
const withCountry = (party: Dto): Dto => ({
  ...party,
  countryName:
    typeof party['countryCode'] === 'string' ? (COUNTRY.of(party['countryCode'].toUpperCase()) ?? null) : null,
});

/** The order as given, with each row's other price and the sums of all. */
function counted(body: Dto, call: Call): Dto {
  const stamp = { changeTime: wallTime(call.now), changeUser: call.partner };
  const rows = Array.isArray(body['salesOrderRowDTOS']) ? (body['salesOrderRowDTOS'] as Dto[]) : [];
  const all = rows.map((row) => countedRow(row, vatPercentOf(row, body['postingGroupId'], call.company)));
  const excluded = rounded(
    all.reduce((sum, row) => sum + row.excluded, 0),
    2,
  );
  const included = rounded(
    all.reduce((sum, row) => sum + row.included, 0),
    2,
  );
  return {
    ...settable(body, ORDER),
    ...stamp,
    ...Object.fromEntries(PARTIES.flatMap((name) => (isDto(body[name]) ? [[name, withCountry(body[name])]] : []))),
    salesOrderRowDTOS: all.map(({ row }) => ({ ...row, ...stamp })),
    totalVatExcludedAmount: excluded,
    totalVatIncludedAmount: included,
    totalVatAmount: rounded(included - excluded, 2),
  };
}

function ofOrder(call: Call, handle: (order: Order) => Outcome): Outcome {
  const order = call.company.orders.get(call.path('id'));
  if (order) return handle(order);
  const message = `Sales order with id [${call.path('id')}] does not exist on Fivaldi company`;
  return refused(message);
}

const recordOf = ({ id, fields }: Order, effect: AppliedRecord['effect']): AppliedRecord => ({
  register: 'order',
  key: id,
  externalKey: typeof fields['externalOrderNumber'] === 'string' ? fields['externalOrderNumber'] : null,
  effect,
});
