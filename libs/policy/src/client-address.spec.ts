import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { type AddressRule, parseAddressRule } from './address.js';
import { clientAddress } from './client-address.js';

const trusted = ['10.0.0.0/8', '2001:db8:1::/48']
  .map(parseAddressRule)
  .filter((rule): rule is AddressRule => !('code' in rule));

describe('the client address', () => {
  it.each([
    ['is the peer that is no proxy', '192.0.2.1', undefined, '192.0.2.1'],
    ['is that peer whatever it claims', '192.0.2.1', ['203.0.113.9'], '192.0.2.1'],
    ['is a mapped peer as IPv4', '::ffff:192.0.2.1', undefined, '192.0.2.1'],
    ['is the proxy itself when it says nothing', '10.0.0.1', undefined, '10.0.0.1'],
    ['is what the proxy saw', '10.0.0.1', ['203.0.113.9'], '203.0.113.9'],
    ['is what the outermost proxy saw', '10.0.0.1', ['203.0.113.9, 10.0.0.2,\t2001:db8:1::5'], '203.0.113.9'],
    ['is read through a mapped proxy', '::ffff:10.0.0.1', ['203.0.113.9'], '203.0.113.9'],
    ['is never what the client wrote on the left', '10.0.0.1', ['198.51.100.1, 203.0.113.9'], '203.0.113.9'],
    ['is not spoiled by nonsense on the left', '10.0.0.1', ['"><x>, 203.0.113.9'], '203.0.113.9'],
    ['joins several headers in their order', '10.0.0.1', ['198.51.100.1', '203.0.113.9', '10.0.0.2'], '203.0.113.9'],
    ['is the left-most hop when all are proxies', '10.0.0.1', ['10.0.0.3, 10.0.0.2'], '10.0.0.3'],
    ['is unknown behind a hop that cannot be read', '10.0.0.1', ['203.0.113.9, unknown, 10.0.0.2'], undefined],
    ['is unknown behind a hop with a port', '10.0.0.1', ['203.0.113.9:4711'], undefined],
    ['is unknown behind an empty hop', '10.0.0.1', ['203.0.113.9,'], undefined],
    ['is unknown behind an empty header', '10.0.0.1', [''], undefined],
    ['is unknown when the peer is gone', undefined, ['203.0.113.9'], undefined],
    ['is unknown when the peer has a zone id', 'fe80::1%eth0', undefined, undefined],
  ])('%s', (_, peer, forwardedFor, expected) => {
    expect(clientAddress(peer, forwardedFor, trusted)).toBe(expected);
  });

  it('believes no header when no proxy is trusted', () => {
    expect(clientAddress('10.0.0.1', ['203.0.113.9'], [])).toBe('10.0.0.1');
  });

  it('does not depend on anything left of the first hop that is not trusted', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.ipV4())), (claims) => {
        expect(clientAddress('10.0.0.1', [...claims, '203.0.113.9, 10.0.0.2'], trusted)).toBe('203.0.113.9');
      }),
    );
  });
});
