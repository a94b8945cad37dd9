import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { RIGHTS } from './right.js';
import { type Bench, PARTNER, send, signedWire, startBench } from './sandbox.spec-support.js';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench({ companies: [{ businessId: '1234567-1', customerId: 'ASIAKAS' }] });
});
afterAll(() => bench.sandbox.stop());

describe('discovery', () => {
  const get = async (target: string) => {
    const seconds = bench.clock.now.getTime() / 1000;
    const path = `/customer/api${target}`;
    const { status, bytes } = await send(bench.sandbox.url, signedWire('GET', path, undefined, { seconds }));
    return { status, json: bytes.length === 0 ? null : (JSON.parse(bytes.toString('utf8')) as unknown) };
  };

  it.each([
    ['/companies?businessId=1234567-1', 200, { businessId: '1234567-1' }],
    ['/companies?customerId=ASIAKAS', 200, [{ customerId: 'ASIAKAS' }]],
    ['/companies?customerId=ASIAKAS&fields=cuid', 200, [{}]],
    ['/companies?businessId=7654321-1', 404, { status: 'NOT_FOUND' }],
    ['/customers', 200, [{ customerId: 'ASIAKAS' }]],
  ])('answers %s with its own shape', async (target, status, json) => {
    const answered = await get(target);
    expect(answered).toMatchObject({ status, json });
    expect(Array.isArray(answered.json)).toBe(Array.isArray(json));
  });

  it('shows no company that has not let the partner in', async () => {
    const hidden = bench.sandbox.addCompany({ partners: {}, customerId: 'TOINEN' });
    expect((await get('/companies?customerId=TOINEN')).status).toBe(404);
    expect((await get(`/companies/${hidden.cuid}/customers`)).status).toBe(403);
    expect((await get(`/companies/${'0'.repeat(32)}/customers`)).status).toBe(403);
  });
});

describe('rights', () => {
  it.each(RIGHTS)('%s is asked for by its area and by nothing else', async (right) => {
    const [area = '', level = ''] = right.split(':');
    const path = {
      customers: ['/customers', '/customers/createCustomer'],
      products: ['/products', '/products/createProduct'],
      sales: ['/sales/sales-orders', '/sales/sales-order'],
      dimensions: ['/chart-of-accounts', '/chart-of-accounts/dimensions?dimension=1'],
      payroll: ['/payroll/employees', '/payroll/transactions'],
      estate: ['/estate-person/persons', null],
    }[area]![level === 'read' ? 0 : 1];
    // Nothing is written in property management.
    if (path === null || path === undefined) return;
    const others = RIGHTS.filter((other) => other !== right);
    const own = await startBench({ companies: [{ partners: { [PARTNER.id]: others } }] });
    const call = level === 'read' ? own.call('GET', path) : own.call('POST', path, {});
    expect(await call).toEqual({ status: 403, json: '' });
    await own.sandbox.stop();
    const allowed = await startBench({ companies: [{ partners: { [PARTNER.id]: [right] } }] });
    expect((await (level === 'read' ? allowed.call('GET', path) : allowed.call('POST', path, {}))).status).not.toBe(
      403,
    );
    await allowed.sandbox.stop();
  });
});

describe('a call that leads nowhere', () => {
  it.each([
    ['GET', '/nothing', 404],
    ['DELETE', '/customers/1001', 405],
    ['POST', '/customers', 405],
    ['GET', '/customers/1001/createAddress', 405],
  ])('%s %s is a %i', async (method, path, status) => {
    expect((await bench.call(method, path)).status).toBe(status);
  });

  it.each([
    ['text/plain', '{}', 415],
    ['application/json', '', 415],
    ['application/json', '{"customerName":', 400],
    ['application/json', Buffer.from('{"customerName":"\xe4"}', 'latin1'), 400],
    ['application/json', '[]', 400],
  ])('with %s and %j is refused', async (contentType, body, status) => {
    const path = `/customer/api/companies/${bench.cuid}/customers/createCustomer`;
    const seconds = bench.clock.now.getTime() / 1000;
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    const wire = signedWire('POST', path, bytes.length === 0 ? undefined : bytes, { seconds, contentType });
    expect((await send(bench.sandbox.url, wire)).status).toBe(status);
  });
});
