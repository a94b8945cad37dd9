import { BlockList, isIP } from 'node:net';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { addressMatches, type AddressRule, normaliseAddress, parseAddressRule } from './address.js';

function rulesOf(...texts: readonly string[]): readonly AddressRule[] {
  return texts.map((text) => {
    const rule = parseAddressRule(text);
    if ('code' in rule) throw new Error(`${text}: ${rule.code}`);
    return rule;
  });
}

describe('an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['10:0:0:0:0:0:0:0', '10::'],
    ['::', '::'],
    ['::1', '::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
  ])('%s has the one spelling %s', (text, spelling) => {
    expect(normaliseAddress(text)).toBe(spelling);
  });

  it.each([
    ['IPv4-compatible', '::192.0.2.1', '::c000:201'],
    ['NAT64', '64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
    ['6to4', '2002:c000:201::', '2002:c000:201::'],
    ['Teredo', '2001:0:c000:201::', '2001:0:c000:201::'],
  ])('that only carries an IPv4 (%s) stays IPv6 and is not that IPv4', (_, text, spelling) => {
    expect(normaliseAddress(text)).toBe(spelling);
    expect(addressMatches(rulesOf('192.0.2.1'), text)).toBe(false);
  });

  it.each([
    '',
    ' 192.0.2.1',
    '192.0.2.1 ',
    '192.0.2.1\n',
    '192.0.2.1:443',
    '[::1]',
    'fe80::1%eth0',
    '::ffff:192.0.2.1%1',
    '010.0.0.1',
    '0x0a.1.2.3',
    '127.1',
    '2130706433',
    '192.0.2.256',
    '::ffff:010.0.0.1',
    '1:2:3:4:5:6:7',
    '1::2::3',
    '00001::',
    'localhost',
    'unknown',
  ])('%j is none', (text) => {
    expect(normaliseAddress(text)).toBeUndefined();
    expect(addressMatches(rulesOf('0.0.0.0/1', '128.0.0.0/1', '::/1', '8000::/1'), text)).toBe(false);
  });

  it('keeps its spelling when it is spelled again, and keeps its value', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const spelling = normaliseAddress(text) ?? '';
        expect(isIP(spelling)).not.toBe(0);
        expect(normaliseAddress(spelling)).toBe(spelling);
        expect(addressMatches(rulesOf(spelling), text)).toBe(true);
      }),
    );
  });
});

describe('an address rule', () => {
  it.each([
    ['192.0.2.1', ['192.0.2.1', '::ffff:192.0.2.1'], ['192.0.2.0', '192.0.2.2', '::192.0.2.1']],
    ['192.0.2.0/24', ['192.0.2.0', '192.0.2.255'], ['192.0.1.255', '192.0.3.0']],
    ['192.0.2.1/32', ['192.0.2.1'], ['192.0.2.0', '192.0.2.2']],
    ['192.0.2.10-192.0.3.5', ['192.0.2.10', '192.0.2.255', '192.0.3.5'], ['192.0.2.9', '192.0.3.6']],
    ['192.0.2.1-192.0.2.1', ['192.0.2.1'], ['192.0.2.2']],
    ['128.0.0.0/1', ['128.0.0.0', '255.255.255.255'], ['127.255.255.255', '8000::']],
    ['2001:db8::/32', ['2001:db8::', '2001:DB8:ffff:ffff:ffff:ffff:ffff:ffff'], ['2001:db7:ffff::', '2001:db9::']],
    ['2001:db8::5-2001:db8::a', ['2001:db8::5', '2001:db8::a'], ['2001:db8::4', '2001:db8::b']],
    ['::/1', ['::1', '::8.8.8.8', '7fff::'], ['8.8.8.8', '::ffff:8.8.8.8', '8000::']],
    ['::ffff:192.0.2.0/120', ['192.0.2.7', '::ffff:192.0.2.7'], ['192.0.3.0', '::192.0.2.7']],
    ['::ffff:192.0.2.1-::ffff:192.0.2.3', ['192.0.2.2'], ['192.0.2.4']],
  ])('%s allows its own and nothing beside', (text, inside, outside) => {
    const rules = rulesOf(text);
    expect(inside.filter((address) => !addressMatches(rules, address))).toEqual([]);
    expect(outside.filter((address) => addressMatches(rules, address))).toEqual([]);
  });

  it.each([
    ['192.0.2.1/24', '192.0.2.0/24'],
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['10.1.2.3/0', '0.0.0.0/0'],
    ['2001:DB8::1/64', '2001:db8::/64'],
    ['::ffff:192.0.2.1/120', '192.0.2.0/24'],
    ['::ffff:0:0/90', '::ffc0:0:0/90'],
  ])('%s has host bits set and is offered as %s', (text, corrected) => {
    expect(parseAddressRule(text)).toEqual({ code: 'address-rule.host-bits-set', corrected });
  });

  it.each([
    ['10.0.0.0/255.0.0.0', 'address-rule.prefix-unreadable'],
    ['10.0.0.0/33', 'address-rule.prefix-unreadable'],
    ['10.0.0.0/08', 'address-rule.prefix-unreadable'],
    ['10.0.0.0/+8', 'address-rule.prefix-unreadable'],
    ['10.0.0.0/ 8', 'address-rule.prefix-unreadable'],
    ['10.0.0.0/', 'address-rule.prefix-unreadable'],
    ['10.0.0.0/8/8', 'address-rule.prefix-unreadable'],
    ['2001:db8::/129', 'address-rule.prefix-unreadable'],
    ['0.0.0.0/0', 'address-rule.allows-everything'],
    ['::/0', 'address-rule.allows-everything'],
    ['::ffff:0:0/96', 'address-rule.allows-everything'],
    ['0.0.0.0-255.255.255.255', 'address-rule.allows-everything'],
    ['192.0.2.9-192.0.2.1', 'address-rule.reversed'],
    ['192.0.2.1-2001:db8::1', 'address-rule.mixed-families'],
    ['::1-::ffff:192.0.2.1', 'address-rule.mixed-families'],
    ['192.0.2.1 - 192.0.2.9', 'address-rule.unreadable'],
    ['192.0.2.1-9', 'address-rule.unreadable'],
    ['192.0.2.1-192.0.2.3-192.0.2.5', 'address-rule.unreadable'],
    ['192.0.2.0/24-192.0.3.0/24', 'address-rule.unreadable'],
    ['192.0.2.*', 'address-rule.unreadable'],
    ['012.1.2.3', 'address-rule.unreadable'],
    ['fe80::1%eth0', 'address-rule.unreadable'],
    ['partner.example', 'address-rule.unreadable'],
    ['', 'address-rule.unreadable'],
  ])('%j is refused: %s', (text, code) => {
    expect(parseAddressRule(text)).toEqual({ code });
  });

  it('agrees with the block list of the platform, family by family', () => {
    const bits = { ipv4: 32, ipv6: 128 };
    const cases = fc.constantFrom('ipv4' as const, 'ipv6' as const).chain((family) => {
      const address = (family === 'ipv4' ? fc.ipV4() : fc.ipV6()).filter(
        (text) => !/^(0*:)*:?:(0*:)*f{4}:/i.test(text),
      );
      return fc.tuple(fc.constant(family), address, fc.integer({ min: 1, max: bits[family] }), address);
    });
    fc.assert(
      fc.property(cases, ([family, network, prefix, candidate]) => {
        const rule = parseAddressRule(`${network}/${prefix}`);
        const text = 'code' in rule ? (rule.corrected ?? '') : `${network}/${prefix}`;
        const list = new BlockList();
        list.addSubnet(network, prefix, family);
        for (const address of [candidate, network]) {
          expect(addressMatches(rulesOf(text), address)).toBe(list.check(address, family));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('allows nothing when there is none', () => {
    expect(addressMatches([], '192.0.2.1')).toBe(false);
  });
});
