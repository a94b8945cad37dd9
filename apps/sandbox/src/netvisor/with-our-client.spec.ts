import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { element, NetvisorClient, type NetvisorCredentials, type NetvisorElement, textAt } from '#lib/upstream';

import { type Bench, COMPANY, PARTNER, startBench } from './netvisor.spec-support.js';

const SENDER = 'Tietovirta';
const { organisationId, customerId, customerKey } = COMPANY;
const CREDENTIALS: NetvisorCredentials = { host: 'training', customerId, customerKey, organisationId, language: 'FI' };

let bench: Bench;
let client: NetvisorClient;
beforeEach(async () => {
  bench = await startBench();
  const urls = { production: 'http://127.0.0.1:9', training: bench.sandbox.url };
  const { id: partnerId, key: partnerKey } = PARTNER;
  client = new NetvisorClient({ urls, sender: SENDER, partnerId, partnerKey, now: () => bench.clock.now });
});
afterEach(async () => {
  client.close();
  await bench.sandbox.close();
});

const post = (resource: string, body: NetvisorElement, query: readonly (readonly [string, string])[] = []) =>
  client.send(CREDENTIALS, { method: 'POST', resource, query, body });
const get = (resource: string, ...query: readonly (readonly [string, string])[]) =>
  client.send(CREDENTIALS, { method: 'GET', resource, query });
const add = [['method', 'add']] as const;
const customer = (code: string, name: string) =>
  element('customer', [
    element('customerbaseinformation', [element('name', name), element('internalidentifier', code)]),
  ]);

/** The two were written from the contract alone: what they agree on is likely to be what it says. */
describe('our client of Netvisor and its stand-in', () => {
  it('agree on signatures, on umlauts, and on the order that a body is sent in', async () => {
    const added = await post('customer.nv', customer('1001', 'Ähtärin Öljy & Å €'), add);
    expect(added).toMatchObject({ as: 'ok' });
    expect((await bench.state()).customers[0]?.fields['name']).toBe('Ähtärin Öljy & Å €');
    const listed = await get('customerlist.nv', ['customercodelist', '1001,1002'], ['keyword', 'öljy & å']);
    expect(listed.as === 'ok' && textAt(listed.root, 'Customerlist', 'Customer', 'Name')).toBe('Ähtärin Öljy & Å €');
  });

  it('agree on what a failure is', async () => {
    await post('customer.nv', customer('1001', 'A'), add);
    expect(await post('customer.nv', customer('1001', 'B'), add)).toMatchObject({
      as: 'refused',
      category: 'DUPLICATE_DATA',
    });
    expect(await get('getcustomer.nv', ['id', '9'])).toMatchObject({ as: 'refused', category: 'INVALID_DATA' });
    await bench.control('DELETE', `/users/${customerId}`);
    expect(await get('customerlist.nv')).toMatchObject({ as: 'unauthorised' });
  });

  it.each([
    ['maintenance', 'unavailable'],
    ['reset-before', 'unknown'],
    ['reset-after-applying', 'unknown'],
    ['500-after-applying', 'unknown'],
    ['truncated', 'unknown'],
    ['html', 'unknown'],
    ['wrong-encoding', 'unknown'],
  ])('meet at %s as %s', async (kind, as) => {
    await bench.control('POST', '/faults', { kind, times: 1 });
    expect(await post('customer.nv', customer('1', 'Ä'), add)).toMatchObject({ as });
    expect(await post('customer.nv', customer('2', 'Ä'), add)).toMatchObject({ as: 'ok' });
  });
});
