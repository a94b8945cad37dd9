import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { CLIENT, type Json, KEY, type Said, type SeveraBench, startSeveraBench } from './severa.spec-support.js';

let bench: SeveraBench;
let journalFile: string;
beforeEach(async () => {
  journalFile = join(await mkdtemp(join(tmpdir(), 'severa-')), 'journal.jsonl');
  bench = await startSeveraBench({ journalFile });
});
afterEach(() => bench.sandbox.close());

const post = (name: string): Promise<Said> => bench.call('POST', '/v1/customers', { name });
const journal = async (): Promise<Json[]> => (await bench.control('GET', '/journal')).json as Json[];
const order = (more: Json): Promise<Said> => bench.control('POST', '/faults', more);
const names = async (): Promise<unknown[]> =>
  ((await bench.control('GET', `/organisations/${CLIENT.clientId}/customers`)).json as Json[]).map(({ name }) => name);

/** What the caller met: a status, or that the connection was cut. */
const met = (call: Promise<Said>): Promise<number | 'cut'> =>
  call.then(
    ({ status }) => status,
    () => 'cut' as const,
  );

describe('a fault', () => {
  it.each<[string, number | 'cut', boolean]>([
    ['slow', 201, true],
    ['reset-before', 'cut', false],
    ['reset-after-applying', 'cut', true],
    ['500-before', 500, false],
    ['500-after-applying', 500, true],
    ['truncated', 201, true],
    ['html', 200, false],
    ['maintenance', 503, false],
    ['wrong-encoding', 201, true],
    ['limited', 429, false],
    ['unauthorised', 401, false],
  ])('%s: the caller meets %s, and whether it was applied is %s', async (kind, outcome, applied) => {
    await order({ kind, operation: 'POST /v1/customers', latencyMs: 5 });
    expect(await met(post('Tämä'))).toBe(outcome);
    expect(await names()).toEqual(applied ? ['Tämä'] : []);
    const status = outcome === 'cut' ? null : outcome;
    expect(await journal()).toEqual(applied ? [expect.objectContaining({ fault: kind, status })] : []);
  });

  it('spoils the bytes of the answer that it is to spoil', async () => {
    await order({ kind: 'truncated', times: 1 });
    const { bytes } = await post('A');
    expect(() => JSON.parse(bytes.toString()) as unknown).toThrow();
    await order({ kind: 'wrong-encoding', times: 1 });
    expect((await post('Ääkkönen')).bytes.toString('utf8')).toContain('\ufffd');
    await order({ kind: 'html', times: 1 });
    expect((await post('D')).headers['content-type']).toBe('text/html; charset=utf-8');
  });

  it('harms only the operation and the organisation that it names, and as many calls as it says', async () => {
    await order({ kind: '500-before', operation: 'PATCH /v1/customers/*', organisation: CLIENT.clientId, times: 1 });
    const { guid } = (await post('A')).json as { guid: string };
    const patch = () => bench.call('PATCH', `/v1.0/customers/${guid}`, [{ op: 'Replace', path: '/name', value: 'B' }]);
    expect([(await patch()).status, (await patch()).status]).toEqual([500, 200]);
    expect((await bench.control('GET', '/faults')).json).toMatchObject([{ seen: 2, harmed: 1, times: 1 }]);
  });

  it('harms a share of the calls, the same ones for the same seed', async () => {
    const harmed = async (): Promise<string> => {
      await bench.control('DELETE', '/faults');
      await order({ kind: '500-before', share: 0.3, seed: 7 });
      const all: unknown[] = [];
      for (let call = 0; call < 40; call += 1) all.push((await bench.call('GET', '/v1/vatrates')).status);
      return all.join();
    };
    const first = await harmed();
    expect(await harmed()).toBe(first);
    expect(first).toContain('500');
    expect(first).toContain('200');
  });

  it('of a token request meets it', async () => {
    await order({ kind: 'maintenance', operation: 'POST /v1/token' });
    expect((await bench.token()).status).toBe(503);
    expect((await post('A')).status).toBe(201);
  });

  it('is taken back one by one', async () => {
    const { json } = await order({ kind: '500-before' });
    expect((await bench.control('DELETE', `/faults/${(json as { id: number }).id}`)).status).toBe(204);
    expect((await post('A')).status).toBe(201);
  });

  it.each([{ kind: 'nonsense' }, { kind: 'slow', organisation: 'nobody' }, { kind: 'slow', share: 2 }])(
    'that is %j is refused',
    async (given) => {
      expect((await order(given)).status).toBe(400);
    },
  );
});

describe('a body that is larger than anything that belongs here', () => {
  it('is not taken', async () => {
    expect(['cut', 413]).toContain(await met(post('x'.repeat(33 * 1024 * 1024))));
    expect(await names()).toEqual([]);
  });
});

describe('the latency', () => {
  it('keeps every answer back', async () => {
    await bench.control('PUT', '/latency', { ms: 60 });
    const began = performance.now();
    await bench.call('GET', '/v1/vatrates');
    expect(performance.now() - began).toBeGreaterThanOrEqual(59);
  });
});

describe('the journal', () => {
  it('has each call that changed something, with what it changed, and nothing else', async () => {
    const { guid } = (await post('A')).json as { guid: string };
    await bench.call('GET', `/v1/customers/${guid}`);
    await bench.call('POST', '/v1/customers', {});
    expect(await journal()).toEqual([
      {
        seq: 1,
        at: '2026-03-05T10:00:00.000Z',
        organisation: expect.any(String),
        clientId: CLIENT.clientId,
        method: 'POST',
        path: '/v1/customers',
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        changes: [{ register: 'customers', guid, effect: 'created' }],
        times: 1,
        status: 201,
        fault: null,
      },
    ]);
  });

  it('counts the same body at the same path', async () => {
    const { guid } = (await post('A')).json as { guid: string };
    const patch = (value: string) =>
      bench.call('PATCH', `/v1/customers/${guid}`, [{ op: 'Replace', path: '/email', value }]);
    await patch('a@b.fi');
    await patch('c@b.fi');
    await patch('a@b.fi');
    expect((await journal()).map(({ times }) => times)).toEqual([1, 1, 1, 2]);
  });

  it('is emptied when told to, and its file is not', async () => {
    await post('A');
    expect((await bench.control('DELETE', '/journal')).status).toBe(204);
    await post('A');
    expect(await journal()).toMatchObject([{ seq: 2, times: 1 }]);
    expect(readFileSync(journalFile, 'utf8').trim().split('\n')).toHaveLength(2);
  });

  it('shows no secret, nor does anything else', async () => {
    await post('A');
    const paths = ['/journal', '/organisations', '/faults', '/traffic', `/organisations/${CLIENT.clientId}/state`];
    const all = await Promise.all(paths.map((path) => bench.control('GET', path)));
    const text = JSON.stringify(all.map(({ json }) => json)) + readFileSync(journalFile, 'utf8');
    expect(text).not.toContain(CLIENT.clientSecret);
    expect(text).not.toContain(JSON.stringify(KEY).slice(1, -1));
  });
});

describe('the control routes', () => {
  it.each([
    ['GET', '/health', undefined, 200],
    ['GET', '/nothing', undefined, 404],
    ['GET', '/organisations/none', undefined, 404],
    ['GET', `/organisations/${CLIENT.clientId}/nothing`, undefined, 404],
    ['POST', '/organisations', { clientId: 'x' }, 400],
    ['POST', '/organisations', { clientId: 'x', clientSecret: 'y', more: 1 }, 400],
    ['PUT', '/limit', {}, 400],
    ['PUT', '/latency', { ms: -1 }, 400],
    ['DELETE', '/users/none', undefined, 404],
    ['PATCH', `/organisations/${CLIENT.clientId}/customers/none`, {}, 404],
  ])('%s %s with %j is a %i', async (method, path, body, status) => {
    expect((await bench.control(method, path, body)).status).toBe(status);
  });
});
