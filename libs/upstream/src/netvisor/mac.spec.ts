import { createHash } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { mac, type MacParts, timestampsOf } from './mac.js';

/** Contract netvisor §1.7, V2: computed there three ways. */
const V2: MacParts = {
  url: 'https://isvapi.netvisor.fi/customer.nv?method=edit&id=123',
  sender: 'Severa connector',
  customerId: 'CUSTOMERID-1',
  timestamp: '2026-11-21 09:30:00.000',
  language: 'FI',
  organisationId: '1967543-8',
  transactionId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  timestampUnix: '1795253400',
  customerKey: '0123456789abcdef0123456789abcdef',
  partnerKey: 'fedcba9876543210fedcba9876543210',
};

/** HMAC-SHA256 by its definition (RFC 2104), so that the vectors stand on something other than what they prove. */
function hmacByHand(key: string, message: string): string {
  const padded = Buffer.alloc(64);
  const bytes = Buffer.from(key);
  (bytes.length > 64 ? createHash('sha256').update(bytes).digest() : bytes).copy(padded);
  const pad = (byte: number) => padded.map((one) => one ^ byte);
  const inner = createHash('sha256').update(pad(0x36)).update(message).digest();
  return createHash('sha256').update(pad(0x5c)).update(inner).digest('hex');
}

describe("a request's MAC", () => {
  it('is the one of the published recipe', () => {
    expect(mac(V2)).toBe('8005dc2cf28f86e374fb21c1bb5237c91f4251a3d49186670c75b5bd592cb5f7');
  });

  it.each([
    [
      'a list in the query',
      'https://isvapi.netvisor.fi/customerlist.nv?customercodelist=1,2&changedsince=2026-11-01T00:00:00',
    ],
    ['an umlaut in the query', 'https://isvapi.netvisor.fi/customerlist.nv?keyword=%C3%84iti%20%26%20%C3%96ljy'],
    ['an umlaut as it is', 'https://isvapi.netvisor.fi/customerlist.nv?keyword=Äiti'],
    ['no query', 'https://integration.netvisor.fi/dimensionlist.nv'],
  ])('covers the address as it is sent: %s', (_, url) => {
    const { sender, customerId, timestamp, language, organisationId, transactionId, timestampUnix } = V2;
    const message = [url, sender, customerId, timestamp, language, organisationId, transactionId, timestampUnix];
    const keys = `${V2.customerKey}&${V2.partnerKey}`;
    expect(mac({ ...V2, url })).toBe(hmacByHand(keys, `${message.join('&')}&${keys}`));
  });

  it.each(Object.keys(V2) as (keyof MacParts)[])('changes with the %s', (part) => {
    expect(mac({ ...V2, [part]: `${V2[part]}x` })).not.toBe(mac(V2));
  });
});

describe('the timestamps of a request', () => {
  it('are in UTC, to the millisecond and in whole seconds', () => {
    expect(timestampsOf(new Date('2026-11-21T11:30:00.987+02:00'))).toEqual({
      timestamp: '2026-11-21 09:30:00.987',
      timestampUnix: '1795253400',
    });
  });
});
