import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import {
  type Bench,
  categoryOf,
  COMPANY,
  PARTNER,
  signedHeaders,
  startBench,
  verdictOf,
} from './netvisor.spec-support.js';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.sandbox.close());

const body = (name: string) =>
  `<customer><customerbaseinformation><name>${name}</name></customerbaseinformation></customer>`;
const add = (name = 'Ä Oy') => bench.call('customer.nv?method=add', body(name));
const names = async () => (await bench.state()).customers.map(({ fields }) => fields['name']);
const order = (fault: object) => bench.control('POST', '/faults', fault);

describe('a fault', () => {
  it.each([
    ['reset-before', [], 'cut'],
    ['reset-after-applying', ['Ä Oy'], 'cut'],
    ['500-after-applying', ['Ä Oy'], 'TECHNICAL_ERROR'],
    ['maintenance', [], 'SYSTEM_MAINTENANCE'],
  ])('%s leaves %j and is met as %s, once', async (kind, left, met) => {
    await order({ kind, operation: 'customer.nv', times: 1 });
    const answered = await add().catch(() => null);
    expect(answered === null ? 'cut' : categoryOf(answered)).toBe(met);
    expect(await names()).toEqual(left);
    expect(await bench.journal()).toMatchObject([{ fault: kind, applied: left.length > 0, refused: null }]);
    expect(verdictOf(await add())).toBe('OK');
  });

  it('500-after-applying is a 500 where the caller wants statuses', async () => {
    await order({ kind: '500-after-applying' });
    expect((await add()).status).toBe(500);
  });

  it('truncated leaves half of the answer, and the effect', async () => {
    await order({ kind: 'truncated', times: 1 });
    expect((await add()).text).toMatch(/^<\?xml(?!.*<\/Root>)/s);
    expect(await names()).toEqual(['Ä Oy']);
  });

  it('html is a page in the place of an answer, and nothing is applied', async () => {
    await order({ kind: 'html', times: 1 });
    const answered = await add();
    expect([answered.status, answered.text.startsWith('<!DOCTYPE html>')]).toEqual([200, true]);
    expect(await names()).toEqual([]);
  });

  it('wrong-encoding is no UTF-8', async () => {
    await add();
    await order({ kind: 'wrong-encoding', times: 2 });
    const decoder = new TextDecoder('utf-8', { fatal: true });
    const umlauts = await bench.call('customerlist.nv');
    expect(() => decoder.decode(umlauts.bytes)).toThrow();
    const plain = await bench.call('productlist.nv');
    expect(decoder.decode(plain.bytes)).not.toContain('<Root>');
  });

  it('slow keeps the answer back', async () => {
    await order({ kind: 'slow', latencyMs: 80, times: 1 });
    const began = performance.now();
    expect(verdictOf(await add())).toBe('OK');
    expect(performance.now() - began).toBeGreaterThan(75);
  });

  it('is met by the operation and the company that it names', async () => {
    await order({ kind: 'maintenance', operation: 'POST product*' });
    await order({ kind: 'maintenance', operation: 'GET customer*', organisationId: 'another' });
    expect([categoryOf(await add()), categoryOf(await bench.call('customerlist.nv'))]).toEqual([null, null]);
    await order({ kind: 'maintenance', operation: 'GET customer*' });
    expect([categoryOf(await add()), categoryOf(await bench.call('customerlist.nv'))]).toEqual([
      null,
      'SYSTEM_MAINTENANCE',
    ]);
  });

  it('harms a share of the calls, is listed, and is taken back', async () => {
    await order({ kind: 'maintenance', share: 0.3, seed: 7 });
    const met = [];
    for (let call = 0; call < 60; call += 1) met.push(categoryOf(await bench.call('customerlist.nv')));
    const harmed = met.filter((category) => category !== null).length;
    expect(harmed).toBeGreaterThan(8);
    expect(harmed).toBeLessThan(30);
    expect((await bench.control('GET', '/faults')).json).toEqual([
      { id: 1, kind: 'maintenance', share: 0.3, seed: 7, seen: 60, harmed },
    ]);
    expect((await bench.control('DELETE', '/faults/1')).status).toBe(204);
    expect((await bench.control('DELETE', '/faults/1')).status).toBe(404);
    await order({ kind: 'maintenance' });
    expect((await bench.control('DELETE', '/faults')).status).toBe(204);
    expect((await bench.control('GET', '/faults')).json).toEqual([]);
    expect(verdictOf(await add())).toBe('OK');
  });
});

describe('calls of one company that overlap', () => {
  it('are an error but for the first, and counted', async () => {
    await bench.control('PUT', '/latency', { ms: 150 });
    const met = await Promise.all([add('A'), add('B'), bench.call('customerlist.nv')]);
    const categories = met.map(categoryOf);
    expect(categories.filter((category) => category === null)).toHaveLength(1);
    expect(categories.filter((category) => category === 'TECHNICAL_ERROR')).toHaveLength(2);
    const overlapping = (await bench.journal()).filter(({ overlap }) => overlap);
    expect(overlapping).toHaveLength(2);
    expect(overlapping.every(({ applied }) => applied === false)).toBe(true);
    expect(await names()).toHaveLength(categories.slice(0, 2).filter((category) => category === null).length);
    expect(await bench.control('GET', '/companies')).toMatchObject({ json: [{ overlaps: 2, calls: 3 }] });
  });

  it('of two companies are none, and neither are calls one after another', async () => {
    const other = { organisationId: '2222222-2', customerId: 'CUSTOMER-2', customerKey: 'key-2' };
    await bench.control('POST', '/companies', other);
    await bench.control('PUT', '/latency', { ms: 40 });
    const met = await Promise.all([add(), bench.call('customer.nv?method=add', body('B'), { company: other })]);
    expect(met.map(verdictOf)).toEqual(['OK', 'OK']);
    await bench.control('PUT', '/latency', { ms: 0 });
    for (let call = 0; call < 50; call += 1) expect(verdictOf(await add())).toBe('OK');
  });

  it('end with a caller that goes away', async () => {
    await order({ kind: 'slow', latencyMs: 60_000, times: 1 });
    const hanging = new AbortController();
    const url = `${bench.sandbox.url}customerlist.nv`;
    const gone = fetch(url, { headers: signedHeaders(url, {}), signal: hanging.signal }).catch(() => 'gone');
    const calls = async () => ((await bench.control('GET', '/companies')).json as { calls: number }[])[0]?.calls;
    await until(async () => (await calls()) === 1);
    hanging.abort();
    expect(await gone).toBe('gone');
    await until(async () => verdictOf(await add()) === 'OK');
  });
});

/** Asks again until it holds. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const last = Date.now() + 5_000;
  while (!(await holds())) {
    if (Date.now() > last) throw new Error('It never held');
  }
}

describe('the journal', () => {
  it('has what was to change something, refused or not, in its file before the answer', async () => {
    const journalFile = join(mkdtempSync(join(tmpdir(), 'netvisor-')), 'journal.jsonl');
    const filed = await startBench({ journalFile });
    try {
      await filed.call('customer.nv?method=add', body('A'));
      await filed.call('customer.nv?method=add', body(''));
      await filed.call('customerlist.nv');
      const lines = readFileSync(journalFile, 'utf8').trim().split('\n');
      expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(await filed.journal());
      expect(await filed.journal()).toMatchObject([
        {
          seq: 1,
          organisation: COMPANY.organisationId,
          resource: 'customer.nv',
          method: 'add',
          applied: true,
          refused: null,
        },
        { seq: 2, resource: 'customer.nv', method: 'add', key: null, applied: false, refused: 'INVALID_DATA' },
      ]);
      expect((await filed.control('DELETE', '/journal')).status).toBe(204);
      expect(await filed.journal()).toEqual([]);
      await filed.call('customer.nv?method=add', body('B'));
      expect(await filed.journal()).toMatchObject([{ seq: 3 }]);
    } finally {
      await filed.sandbox.close();
    }
  });

  it('has no key', async () => {
    await add();
    const shown = await Promise.all(
      ['/journal', '/companies', `/companies/${COMPANY.organisationId}/state`].map((path) =>
        bench.control('GET', path),
      ),
    );
    for (const key of [COMPANY.customerKey, PARTNER.key]) expect(JSON.stringify(shown)).not.toContain(key);
  });
});

describe('the control routes', () => {
  const of = `/companies/${COMPANY.organisationId}`;

  it.each([
    ['GET', '/health', undefined, 200],
    ['GET', '/nothing', undefined, 404],
    ['GET', '/companies/0000000-0/state', undefined, 404],
    ['POST', '/companies', { organisationId: 'x' }, 400],
    ['POST', `${of}/nothing`, [], 404],
    ['POST', `${of}/customers`, [{ fields: { colour: 'red' } }], 400],
    ['POST', `${of}/customers`, [{ fields: { name: 'A' } }], 201],
    ['POST', `${of}/sales-invoices`, { number: '1', status: 'paid' }, 400],
    ['DELETE', `${of}/customers/9`, undefined, 404],
    ['PUT', `${of}/period-lock`, { date: '31.12.2026' }, 400],
    ['PUT', '/companies/0000000-0/period-lock', { date: '2026-12-31' }, 404],
    ['PUT', '/latency', { ms: -1 }, 400],
    ['POST', '/faults', { kind: 'nonsense' }, 400],
  ])('%s %s with %j is a %i', async (method, path, sent, status) => {
    expect((await bench.control(method, path, sent)).status).toBe(status);
  });

  it('change a card as a person does, and remove it', async () => {
    const [key] = await bench.seed('customers', { fields: { internalidentifier: '1', name: 'A', city: 'Oulu' } });
    await bench.seed('customers', { netvisorKey: key, fields: { name: 'B' } });
    expect((await bench.state()).customers).toMatchObject([{ key, fields: { name: 'B', city: 'Oulu' } }]);
    expect((await bench.control('DELETE', `${of}/customers/${key}`)).status).toBe(204);
    expect((await bench.state()).customers).toEqual([]);
    expect(await bench.journal()).toEqual([]);
  });
});
