import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type Bench, creating, namesOf, NOON, PARTNER, startBench } from './sandbox.spec-support.js';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.sandbox.stop());

const create = (name: string) => creating(bench, name);
const names = () => namesOf(bench);

describe('the limit', () => {
  it('is one bucket for a partner, told by three headers, and a 429 in plain text beyond it', async () => {
    bench.sandbox.addPartner({ ...PARTNER, limit: { rate: 2, capacity: 3 } });
    bench.sandbox.addCompany();
    const statuses = [];
    for (let call = 0; call < 4; call += 1) {
      const { status, headers } = await create(`C${call}`);
      statuses.push([status, headers['x-ratelimit-remaining']]);
      expect([headers['x-ratelimit-replenish-rate'], headers['x-ratelimit-burst-capacity']]).toEqual(['2', '3']);
    }
    expect(statuses).toEqual([
      [200, '2'],
      [200, '1'],
      [200, '0'],
      [429, '0'],
    ]);
    const { headers, bytes } = await create('C5');
    expect([headers['content-type'], bytes.toString()]).toEqual(['text/plain;charset=UTF-8', 'Too Many Requests']);
    expect(headers['retry-after']).toBeUndefined();
    expect(await names()).toEqual(['C0', 'C1', 'C2']);
    expect((await bench.control('GET', '/traffic')).json).toEqual({
      [PARTNER.id]: { granted: 3, limited: 2, byCompany: { [bench.cuid]: 3 } },
    });
  });

  it('comes back at its rate, and not above its capacity', async () => {
    bench.sandbox.addPartner({ ...PARTNER, limit: { rate: 2, capacity: 3 } });
    const granted = async (seconds: number) => {
      bench.clock.now = new Date(bench.clock.now.getTime() + seconds * 1000);
      let count = 0;
      while ((await create('C')).status === 200) count += 1;
      return count;
    };
    expect([await granted(0), await granted(0.4), await granted(0.1), await granted(1), await granted(60)]).toEqual([
      3, 0, 1, 2, 3,
    ]);
  });
});

describe('the journal', () => {
  it('has a line for every signed call before it is answered, and says what it changed', async () => {
    await create('A');
    await create('x'.repeat(41));
    await bench.call('GET', '/customers');
    const path = `/customer/api/companies/${bench.cuid}/customers`;
    const same = {
      partner: PARTNER.id,
      cuid: bench.cuid,
      began: NOON.toISOString(),
      at: NOON.toISOString(),
      fault: null,
    };
    const post = { ...same, method: 'POST', path: `${path}/createCustomer` };
    const record = { register: 'customer', key: '1001', externalKey: 'A', effect: 'created' };
    const digest: unknown = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(bench.sandbox.journal()).toEqual([
      { ...post, seq: 1, sha256: digest, applied: true, records: [record], status: 200 },
      { ...post, seq: 2, sha256: digest, applied: false, records: [], status: 400 },
      { ...same, seq: 3, method: 'GET', path, sha256: null, applied: false, records: [], status: 200 },
    ]);
  });

  it('knows a body again, however its keys are ordered', async () => {
    await bench.call('POST', '/customers/createCustomer', { customerName: 'A', email: 'b' });
    await bench.call('POST', '/customers/createCustomer', { email: 'b', customerName: 'A' });
    await bench.call('POST', '/customers/createCustomer', { email: 'b', customerName: 'a' });
    const digests = bench.sandbox.journal().map(({ sha256 }) => sha256);
    expect(digests[0]).toBe(digests[1]);
    expect(digests[0]).not.toBe(digests[2]);
  });

  it('is one JSON object a line, and the same by the control routes', async () => {
    await create('Ä');
    const { json } = await bench.control('GET', '/journal');
    expect(json).toEqual(bench.sandbox.journal());
  });
});
