import { byMethod, type Call, dimensionsOf, listOf, type Resource, reads, writes } from './call.js';
import { contains, edited, faultOfDimensions, newCard } from './cards.js';
import { customerAnswer } from './customer-answer.js';
import type { Card, Fields } from './organisation.js';
import { changed, duplicate, given, inserted, invalid, type Outcome, type Refusal } from './outcome.js';
import { groupsOf, leavesOf } from './shape.js';
import { CUSTOMER, ROUTER_CODES } from './shapes/customer.js';
import { childOf, el, type XmlElement } from './xml.js';

const MOST_CODES = 100;
const MOST_IDS = 500;

/** Customers [asiakkaat]. An edit changes what is given; what is given empty becomes blank. */
export const CUSTOMER_RESOURCES: Readonly<Record<string, Resource>> = {
  'customer.nv': writes(CUSTOMER, write),
  'customerlist.nv': reads(list),
  'getcustomer.nv': reads(get),
};

const unknown = (id: string | number): Refusal => invalid(`Customer not found with Netvisor identifier: ${id}`);

function write(body: XmlElement, call: Call): Outcome {
  const { customers, dimensions } = call.organisation;
  const fields = leavesOf(body, groupsOf(CUSTOMER));
  const details = childOf(body, 'customerdimensiondetails');
  const uses = dimensionsOf(details);
  return byMethod(
    call,
    () => {
      if (!fields['name']) return invalid('Element name is mandatory for a new customer');
      const numbered = automatic(fields, call);
      const fault = faultOfCustomer(numbered, null, call) ?? faultOfDimensions(uses, call);
      if (fault) return fault;
      const card = newCard({ isactive: '1', ...numbered }, uses, call);
      dimensions.ensure(uses);
      customers.put(card);
      return inserted(card.key, customers.codeOf(card) || null);
    },
    (id) => {
      const card = customers.cards.get(id);
      if (!card) return unknown(id);
      const numbered = automatic(fields, call);
      const fault = faultOfCustomer(numbered, card, call) ?? faultOfDimensions(uses, call);
      if (fault) return fault;
      const next = edited(card, numbered, details ? uses : null, call);
      dimensions.ensure(uses);
      customers.put(next);
      return changed({ method: 'edit', key: String(id), reference: customers.codeOf(next) || null });
    },
  );
}

/** `<internalidentifier type="automatic"/>` asks for the next free code. */
function automatic(fields: Fields, call: Call): Fields {
  const { 'internalidentifier@type': type, ...rest } = fields;
  if (type !== 'automatic') return rest;
  return { ...rest, internalidentifier: call.organisation.customers.freeCode() };
}

function faultOfCustomer(fields: Fields, before: Card | null, { organisation }: Call): Refusal | null {
  const { internalidentifier: code = '', organizationunitnumber: unit = '', finvoiceroutercode: router = '' } = fields;
  const same = code === '' ? undefined : organisation.customers.byCode(code);
  if (same && same.key !== before?.key) return duplicate(`Customer code is already in use: ${code}`);
  if (fields['name'] === '') return invalid('Element name may not be empty');
  if (unit !== '' && !/^\d{12,17}$/.test(unit)) return invalid('Element organizationunitnumber is not 12 to 17 digits');
  if (router !== '' && !ROUTER_CODES.has(router)) return invalid(`Element finvoiceroutercode is unknown: ${router}`);
  const { defaultpaymentterm: term = '', 'defaultpaymentterm@type': type } = fields;
  const isKnown = organisation.paymentTerms.some(({ key, description }) =>
    type === 'netvisor' ? String(key) === term : description === term,
  );
  return term !== '' && !isKnown ? invalid(`Element defaultpaymentterm is unknown: ${term}`) : null;
}

function list(call: Call): Outcome {
  const { customers } = call.organisation;
  const codes = call.query('customercodelist');
  const wanted = codes === undefined ? null : listOf(codes, MOST_CODES);
  if (codes !== undefined && wanted === null) return invalid(`At most ${MOST_CODES} codes in customercodelist`);
  const keyword = call.query('keyword');
  const since = keyword === undefined ? (call.query('changedsince') ?? '') : '';
  const all = wanted
    ? [...new Set(wanted)].map((code) => customers.byCode(code)).filter((card) => card !== undefined)
    : [...customers.cards.values()];
  const found = all
    .filter(({ changed: at }) => at >= since)
    .filter(({ fields }) => keyword === undefined || contains(searched(fields), keyword));
  return given(
    el(
      'Customerlist',
      found.map((card) => row(card, call.base)),
    ),
  );
}

const searched = (fields: Fields) =>
  ['name', 'internalidentifier', 'externalidentifier', 'nameextension'].map((name) => fields[name]);

function row({ key, fields }: Card, base: string): XmlElement {
  return el('Customer', [
    el('Netvisorkey', key),
    el('Name', fields['name']),
    el('Code', fields['internalidentifier']),
    el('OrganisationIdentifier', fields['externalidentifier']),
    fields['customergroupname'] ? el('CustomerGroupName', fields['customergroupname']) : null,
    el('Uri', `${base}getcustomer.nv?id=${key}`),
  ]);
}

function get(call: Call): Outcome {
  const { cards } = call.organisation.customers;
  const id = call.query('id');
  if (id !== undefined) {
    const card = cards.get(Number(id));
    return card ? given(customerAnswer(card, call)) : unknown(id);
  }
  const ids = listOf(call.query('idlist') ?? '', MOST_IDS);
  if (!ids) return invalid(`At most ${MOST_IDS} keys in idlist`);
  const found = ids.map((one) => cards.get(Number(one))).filter((card) => card !== undefined);
  return given(
    el(
      'Customers',
      found.map((card) => customerAnswer(card, call)),
    ),
  );
}
