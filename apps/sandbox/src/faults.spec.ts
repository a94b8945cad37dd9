import { readFileSync } from 'node:fs';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { FaultOrder } from './faults.js';
import { type Answered, type Bench, creating, namesOf, PARTNER, startBench } from './sandbox.spec-support.js';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.sandbox.stop());

const create = (name: string) => creating(bench, name);
const names = () => namesOf(bench);

/** What a call came to: its status, or that it was cut, and the bytes. */
async function outcome(fault: FaultOrder): Promise<{ status: number | 'cut'; answered: Answered | null }> {
  bench.sandbox.faults.add(fault);
  try {
    const answered = await create('Äiti');
    return { status: answered.status, answered };
  } catch {
    return { status: 'cut', answered: null };
  }
}

describe('a fault', () => {
  it.each<[FaultOrder, number | 'cut', boolean]>([
    [{ kind: 'slow', when: 'before', ms: 30 }, 200, true],
    [{ kind: 'slow', ms: 30 }, 200, true],
    [{ kind: 'limited' }, 429, false],
    [{ kind: 'unauthorised' }, 401, false],
    [{ kind: 'forbidden' }, 403, false],
    [{ kind: 'error', when: 'before' }, 500, false],
    [{ kind: 'error', when: 'after' }, 500, true],
    [{ kind: 'cut', when: 'before' }, 'cut', false],
    [{ kind: 'cut', when: 'after' }, 'cut', true],
    [{ kind: 'html', when: 'before' }, 200, false],
    [{ kind: 'html', when: 'after' }, 200, true],
    [{ kind: 'encoding' }, 200, true],
    [{ kind: 'truncated' }, 200, true],
    [{ kind: 'drip', ms: 0 }, 200, true],
    [{ kind: 'huge', bytes: 1_000_000 }, 200, true],
  ])('%j answers %s, applied: %s, and the journal says so', async (fault, status, applied) => {
    expect((await outcome(fault)).status).toBe(status);
    expect(await names()).toEqual(applied ? ['Äiti'] : []);
    expect(bench.sandbox.journal()).toMatchObject([
      { applied, fault: fault.kind, status: status === 'cut' ? null : status },
    ]);
  });

  const bytesUnder = async (fault: FaultOrder): Promise<Buffer> => (await outcome(fault)).answered!.bytes;

  it('of the encoding sends bytes that are no UTF-8', async () => {
    const bytes = await bytesUnder({ kind: 'encoding' });
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes)).toThrow();
    expect((JSON.parse(bytes.toString('latin1')) as { customerName: string }).customerName).toBe('Äiti');
  });

  it('of truncation sends a whole answer with half of the JSON', async () => {
    const text = (await bytesUnder({ kind: 'truncated' })).toString();
    expect(text).toMatch(/^\{"businessId/);
    expect(() => JSON.parse(text) as unknown).toThrow();
  });

  it('of HTML sends a page', async () => {
    const { answered } = await outcome({ kind: 'html' });
    expect([answered?.headers['content-type'], answered?.bytes.toString()]).toEqual([
      'text/html;charset=UTF-8',
      expect.stringMatching(/^<!DOCTYPE html>/),
    ]);
  });

  it('of size sends as many bytes of JSON as it was told to', async () => {
    const bytes = await bytesUnder({ kind: 'huge', bytes: 3_000_000 });
    expect(bytes.length).toBe(3_000_000);
    expect(JSON.parse(bytes.toString())).toEqual([]);
  });

  it('of slowness keeps the answer back', async () => {
    const began = performance.now();
    await outcome({ kind: 'slow', ms: 80 });
    expect(performance.now() - began).toBeGreaterThanOrEqual(79);
  });

  it('of the limit says that nothing remains', async () => {
    const { answered } = await outcome({ kind: 'limited' });
    expect(answered?.headers['x-ratelimit-remaining']).toBe('0');
  });

  it('of a 500 speaks in the family of its area', async () => {
    bench.sandbox.faults.add({ kind: 'error' });
    expect((await bench.call('GET', '/customers')).json).toMatchObject({ status: 'INTERNAL_SERVER_ERROR' });
    expect((await bench.call('GET', '/payroll/employees')).json).toMatchObject({ httpResponseCode: '500' });
  });
});

describe('a sandbox that is stopped', () => {
  it('cuts the calls that it keeps waiting', async () => {
    const own = await startBench();
    own.sandbox.faults.add({ kind: 'slow', when: 'before', ms: 600_000 });
    const call = own.call('GET', '/customers');
    const cut = expect(call).rejects.toThrow();
    while (own.sandbox.faults.list()[0]?.seen !== 1) await new Promise(setImmediate);
    await own.sandbox.stop();
    await cut;
  });
});

const kindsOf = (): (string | null)[] => bench.sandbox.journal().map(({ fault }) => fault);

describe('an order of faults', () => {
  it('harms only the calls that it describes', async () => {
    bench.sandbox.faults.add({ kind: 'error', method: 'POST', path: '/companies/*/customers/*' });
    bench.sandbox.faults.add({ kind: 'forbidden', cuid: 'another' });
    await bench.call('GET', '/customers');
    await bench.call('POST', '/products/createProduct', { productCode: 'A' });
    await create('A');
    expect(kindsOf()).toEqual([null, null, 'error']);
  });

  it('lets some pass first, and ends after its count', async () => {
    bench.sandbox.faults.add({ kind: 'error', skip: 1, count: 2 });
    for (let call = 0; call < 5; call += 1) await create('A');
    expect(kindsOf()).toEqual([null, 'error', 'error', null, null]);
  });

  it('harms a share of the calls, the same ones for the same seed', async () => {
    const harmed = async (seed: number) => {
      bench.sandbox.faults.clear();
      bench.sandbox.faults.add({ kind: 'error', share: 0.3, seed });
      const from = bench.sandbox.journal().length;
      for (let call = 0; call < 60; call += 1) await bench.call('GET', '/customers');
      return kindsOf().slice(from).join();
    };
    const first = await harmed(7);
    expect(await harmed(7)).toBe(first);
    expect(await harmed(8)).not.toBe(first);
    const count = first.split(',').filter((kind) => kind === 'error').length;
    expect(count).toBeGreaterThan(8);
    expect(count).toBeLessThan(30);
  });
});

describe('the control routes', () => {
  it('give, list and take back faults', async () => {
    const { status, json } = await bench.control('POST', '/faults', { kind: 'error', when: 'after', count: 1 });
    expect([status, json]).toEqual([201, { id: 1 }]);
    await create('A');
    expect((await bench.control('GET', '/faults')).json).toEqual([
      { id: 1, kind: 'error', when: 'after', count: 1, seen: 1, harmed: 1 },
    ]);
    expect((await bench.control('DELETE', '/faults/1')).status).toBe(204);
    expect((await bench.control('DELETE', '/faults/1')).status).toBe(404);
    expect((await bench.control('GET', '/faults')).json).toEqual([]);
  });

  it('make companies and partners', async () => {
    const seeds = Array.from({ length: 3 }, (_, index) => ({ businessId: `123456${index}-0` }));
    const { status, json } = await bench.control('POST', '/companies', seeds);
    const companies = json as { cuid: string }[];
    expect([status, new Set(companies.map(({ cuid }) => cuid.length))]).toEqual([201, new Set([32])]);
    expect(new Set(companies.map(({ cuid }) => cuid)).size).toBe(3);
    expect((await bench.control('GET', '/companies')).json).toHaveLength(4);

    expect((await bench.control('DELETE', `/partners/${PARTNER.id}`)).status).toBe(204);
    expect((await create('A')).status).toBe(401);
    expect((await bench.control('POST', '/partners', PARTNER)).status).toBe(204);
    expect((await create('A')).status).toBe(200);
  });

  it.each([
    ['POST', '/faults', { kind: 'nonsense' }, 400],
    ['POST', '/faults', { kind: 'limited', when: 'after' }, 400],
    ['POST', '/companies', [{ cuid: 'short' }], 400],
    ['GET', '/companies/none', undefined, 404],
    ['GET', '/nothing', undefined, 404],
    ['GET', '/health', undefined, 200],
  ])('%s %s with %j is a %i', async (method, path, body, status) => {
    expect((await bench.control(method, path, body)).status).toBe(status);
  });

  it('never show a secret', async () => {
    await create('A');
    const shown = await Promise.all(
      ['/faults', '/companies', '/journal', '/traffic', '/refusals'].map((path) => bench.control('GET', path)),
    );
    expect(JSON.stringify(shown)).not.toContain(PARTNER.secret);
    expect(readFileSync(bench.sandbox.journalFile, 'utf8')).not.toContain(PARTNER.secret);
  });
});
