import type { SeveraReply, SeveraRequest } from '#lib/upstream';

import type { Incoming, Outgoing } from '../engine/flow.js';
import type { OtherSide } from './register-sides.spec-support.js';

const severaOk = (body: unknown, status = 200): SeveraReply => ({ as: 'ok', status, body, nextPageToken: null });

const ABSENT: SeveraReply = { as: 'refused', status: 404, type: null, texts: [] };

type SeveraRecord = Record<string, unknown>;

/** Customers of Severa with their addresses, and its products. */
export class SeveraRegister implements OtherSide {
  readonly writes: string[] = [];
  readonly requests: SeveraRequest[] = [];
  readonly customers: SeveraRecord[] = [];
  readonly addresses: SeveraRecord[] = [];
  readonly products: SeveraRecord[] = [];
  /** Answers a look-up with everything there is. */
  loose = false;
  /** Answers to a creation without a word of what was made. */
  silent = false;
  /** Keeps nothing of what is made. */
  forgetful = false;
  #next = 1;

  answer(call: Outgoing): Incoming {
    if (call.system !== 'severa') throw new Error('not for Severa');
    return { system: 'severa', reply: this.reply(call.request) };
  }

  reply({ method, path, query, body }: SeveraRequest): SeveraReply {
    this.requests.push({ method, path, ...(query && { query }), ...(body !== undefined && { body }) });
    const [list, guid, inner] = path;
    if (method !== 'GET') this.writes.push(`${method} ${inner ?? list}`);
    const records = list === 'products' ? this.products : list === 'addresses' ? this.addresses : this.customers;
    const isThere = (inner === undefined ? records : this.customers).some((one) => one['guid'] === guid);
    if (guid !== undefined && !isThere) return ABSENT;
    if (method === 'PATCH') return severaOk([this.#patched(records, guid, body)]);
    if (inner === 'addresses') return this.#addresses(method, guid ?? '', body);
    if (guid !== undefined)
      return severaOk(records.filter((one) => one['guid'] === guid).map((one) => this.#shown(one))[0]);
    if (method === 'POST') return severaOk(this.#made(records, body), 201);
    const wanted = query?.find(([name]) => name === 'numbers' || name === 'code');
    const shown = records.map((record) => this.#shown(record));
    return severaOk(
      wanted && !this.loose
        ? shown.filter((one) => String(wanted[0] === 'code' ? one['code'] : one['number']) === wanted[1])
        : shown,
    );
  }

  #made(records: SeveraRecord[], body: unknown): SeveraRecord | null {
    const record = { guid: `g${this.#next++}`, ...(body as object) };
    if (!this.forgetful) records.push(record);
    return this.silent ? null : record;
  }

  #addresses(method: string, customer: string, body: unknown): SeveraReply {
    if (method === 'POST') return severaOk(this.#made(this.addresses, { ...(body as object), customer }), 201);
    return severaOk(this.addresses.filter((one) => one['customer'] === customer));
  }

  #patched(records: readonly SeveraRecord[], guid: string | undefined, body: unknown): SeveraRecord {
    const record = records.find((one) => one['guid'] === guid);
    if (!record) throw new Error(`nothing to change: ${guid}`);
    for (const { path, value } of body as readonly { path: string; value: unknown }[]) {
      if (path === '/country/guid') record['country'] = { guid: value };
      else record[path.slice(1)] = value;
    }
    return record;
  }

  /** A customer shows the first of its addresses, with the country's name. */
  #shown(record: SeveraRecord): SeveraRecord {
    const address = this.addresses.find((one) => one['customer'] === record['guid']);
    const country = address?.['country'] as { guid: string } | undefined;
    const named = COUNTRIES.find((one) => one.guid === country?.guid)?.name ?? null;
    return { ...record, headquarterAddress: address ? { ...address, country: named } : null };
  }
}

export const COUNTRIES = [
  { guid: 'c-fi', name: 'Suomi', englishName: 'Finland', code2: 'FI', code3: 'FIN' },
  { guid: 'c-se', name: 'Ruotsi', englishName: 'Sweden', code2: 'SE', code3: 'SWE' },
] as const;
