import { children, element, type NetvisorElement, type NetvisorReply, type NetvisorRequest } from '#lib/upstream';

import type { Incoming, Outgoing } from '../engine/flow.js';
import type { OtherSide } from './register-sides.spec-support.js';

const netvisorOk = (content: readonly NetvisorElement[] = [], inserted: string | null = null): NetvisorReply => ({
  as: 'ok',
  root: element('Root', content),
  inserted,
  transactionId: 't',
});

const refused = (category: string): NetvisorReply => ({ as: 'refused', category, text: category, transactionId: 't' });

const queryOf = (request: NetvisorRequest, name: string): string | undefined =>
  request.query?.find(([given]) => given === name)?.[1];

/** A register of Netvisor, customers or products: records by their key, each by the names of its elements. */
export class NetvisorRegister implements OtherSide {
  readonly writes: string[] = [];
  readonly requests: NetvisorRequest[] = [];
  readonly records = new Map<string, Record<string, string>>();
  /** Answers to a creation without naming the key. */
  silent = false;
  /** Keeps nothing of what is made. */
  forgetful = false;
  /** Refuses what is changed, whatever it is. */
  refusing = false;
  /** Answers a look-up with whatever begins with the code that was asked for. */
  loose = false;
  #next = 100;

  constructor(records: Readonly<Record<string, Readonly<Record<string, string>>>> = {}) {
    for (const [key, record] of Object.entries(records)) this.records.set(key, { ...record });
  }

  answer(call: Outgoing): Incoming {
    if (call.system !== 'netvisor') throw new Error('not for Netvisor');
    return { system: 'netvisor', reply: this.reply(call.request) };
  }

  reply(request: NetvisorRequest): NetvisorReply {
    this.requests.push(request);
    switch (request.resource) {
      case 'customerlist.nv':
        return netvisorOk([element('Customerlist', this.#listed(request).map(customerRow))]);
      case 'getcustomer.nv':
        return netvisorOk([element('Customers', this.#asked(request).map(customerCardOf))]);
      case 'productlist.nv':
        return netvisorOk([element('ProductList', this.#listedProducts(request).map(productRow))]);
      case 'getproduct.nv':
        return this.#products(request);
      case 'customer.nv':
      case 'product.nv':
        return this.#write(request);
      default:
        throw new Error(request.resource);
    }
  }

  #listed(request: NetvisorRequest): readonly (readonly [string, Record<string, string>])[] {
    const codes = queryOf(request, 'customercodelist')?.split(',');
    return [...this.records].filter(
      ([, record]) => !codes || codes.some((code) => this.#fits(record['internalidentifier'] ?? '', code)),
    );
  }

  #asked(request: NetvisorRequest): readonly (readonly [string, Record<string, string>])[] {
    const keys = queryOf(request, 'idlist')?.split(',') ?? [];
    return [...this.records].filter(([key]) => keys.includes(key));
  }

  /** Those that were deleted, too, unless it is told not to; a keyword is a part of a code. */
  #listedProducts(request: NetvisorRequest): readonly (readonly [string, Record<string, string>])[] {
    const [keyword = '', deleted] = ['keyword', 'deleted'].map((name) => queryOf(request, name));
    return [...this.records]
      .filter(([, record]) => deleted !== '0' || record['deleted'] === undefined)
      .filter(([, record]) => (record['productcode'] ?? '').includes(keyword));
  }

  #products(request: NetvisorRequest): NetvisorReply {
    return netvisorOk([element('Products', this.#asked(request).map(productCardOf))]);
  }

  #fits(code: string, asked: string): boolean {
    return this.loose ? code.startsWith(asked) : code === asked;
  }

  #write(request: NetvisorRequest): NetvisorReply {
    const method = queryOf(request, 'method') ?? '';
    this.writes.push(`${request.resource} ${method}`);
    const fields = leavesOf(request.body);
    const code = fields['internalidentifier'] ?? fields['productcode'];
    if (method === 'edit') {
      const record = this.records.get(queryOf(request, 'id') ?? '');
      if (!record || this.refusing) return refused('INVALID_DATA');
      Object.assign(record, fields);
      return netvisorOk();
    }
    const codes = [...this.records.values()].map((one) => one['internalidentifier'] ?? one['productcode']);
    if (codes.includes(code)) return refused('DUPLICATE_DATA');
    const key = String(this.#next++);
    if (!this.forgetful) this.records.set(key, fields);
    return netvisorOk([], this.silent ? null : key);
  }
}

const leavesOf = (body: NetvisorElement | undefined): Record<string, string> =>
  Object.fromEntries(
    (body?.children ?? []).flatMap((part) => part.children.map(({ name, text }) => [name, text] as const)),
  );

type Row = readonly [string, Record<string, string>];

const customerRow = ([key, record]: Row): NetvisorElement =>
  element('Customer', [
    element('Netvisorkey', key),
    element('Name', record['name'] ?? ''),
    element('Code', record['internalidentifier'] ?? ''),
    element('OrganisationIdentifier', record['externalidentifier'] ?? ''),
  ]);

const customerCardOf = ([key, record]: Row): NetvisorElement => {
  const [finvoice, base] = [true, false].map((of) =>
    Object.entries(record)
      .filter(([name]) => name.startsWith('finvoice') === of)
      .map(([name, value]) => element(name, value)),
  );
  return element('Customer', [
    element('CustomerBaseInformation', [element('NetvisorKey', key), ...(base ?? [])]),
    element('CustomerFinvoiceDetails', finvoice ?? []),
  ]);
};

const productRow = ([key, record]: Row): NetvisorElement =>
  element('Product', [
    element('NetvisorKey', key),
    element('ProductCode', record['productcode'] ?? ''),
    element('Name', record['name'] ?? ''),
    element('UnitPrice', record['unitprice'] ?? ''),
    ...(record['unitgrossprice'] === undefined ? [] : [element('UnitGrossPrice', record['unitgrossprice'])]),
  ]);

const productCardOf = ([key, record]: Row): NetvisorElement =>
  element('Product', [
    element('ProductBaseInformation', [
      element('NetvisorKey', key),
      element('ProductCode', record['productcode'] ?? ''),
      element('ProductGroup', record['productgroup'] ?? ''),
      element('Name', record['name'] ?? ''),
      element('UnitPrice', record['grossprice'] ?? record['unitprice'] ?? '', {
        type: record['grossprice'] === undefined ? 'net' : 'brutto',
      }),
      element('Unit', record['unit'] ?? ''),
      element('IsActive', record['isactive'] ?? '1'),
    ]),
    element('ProductBookKeepingDetails', [element('DefaultVatPercent', record['defaultvatpercentage'] ?? '')]),
  ]);

/** The elements of a request's body, each with what stands in it. */
export const bodyOf = (request: NetvisorRequest): Readonly<Record<string, string>> => leavesOf(request.body);

export const attributesIn = (request: NetvisorRequest, name: string): Readonly<Record<string, string>> | undefined =>
  (request.body?.children ?? []).flatMap((part) => children(part, name))[0]?.attributes;
