import { isIP } from 'node:net';

type Family = 4 | 6;

/** One address as its family's number. */
interface Address {
  readonly family: Family;
  readonly value: bigint;
}

/** Addresses that a rule allows: `first` to `last` of one family, both included. */
export interface AddressRule {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

export type AddressFaultCode =
  | 'address-rule.unreadable'
  | 'address-rule.prefix-unreadable'
  | 'address-rule.host-bits-set'
  | 'address-rule.mixed-families'
  | 'address-rule.reversed'
  | 'address-rule.allows-everything';

/** Why a text is no rule. `corrected` is what it says when its host bits are cleared. */
export interface AddressFault {
  readonly code: AddressFaultCode;
  readonly corrected?: string;
}

const BITS: Readonly<Record<Family, number>> = { 4: 32, 6: 128 };
const MAPPED_BITS = 96;
const MAPPED_PREFIX = 0xffffn;

/**
 * Reads one rule of an allow list.
 *
 *   text                     | is
 *   -------------------------+------------------------------------------------------------
 *   `a.b.c.d`                | that address
 *   `a.b.c.d/n`              | the block; host bits must be clear, a fault offers them cleared
 *   `a.b.c.d-a.b.c.e`        | the range, both ends included; one family, not reversed
 *   the same for IPv6        | likewise; `::ffff:a.b.c.d` and its blocks are IPv4
 *   all addresses of a family| refused: no restriction is not written as a rule
 *   anything else            | refused: spaces, zone ids, netmasks, host names, short, octal or hexadecimal IPv4
 */
export function parseAddressRule(text: string): AddressRule | AddressFault {
  const rule = text.includes('-') ? parseRange(text) : parseBlock(text);
  if ('code' in rule) return rule;
  if (rule.first === 0n && rule.last === maxOf(rule.family)) return { code: 'address-rule.allows-everything' };
  return rule;
}

/**
 * The one spelling of an address: dotted for IPv4 and for IPv4 mapped into IPv6 (`::ffff:a.b.c.d`), RFC 5952 for
 * IPv6. `undefined` for what is no address, a zone id included. Other IPv6 that carries an IPv4 (`::a.b.c.d`, NAT64,
 * 6to4, Teredo) stays IPv6 and is not the IPv4 inside.
 */
export function normaliseAddress(text: string): string | undefined {
  const address = parseAddress(text);
  return address && formatAddress(address);
}

/** Whether some rule allows the address. No to an address that cannot be read; IPv4 rules never meet IPv6 addresses. */
export function addressMatches(rules: readonly AddressRule[], address: string): boolean {
  const candidate = parseAddress(address);
  if (!candidate) return false;
  const { family, value } = candidate;
  return rules.some((rule) => rule.family === family && rule.first <= value && value <= rule.last);
}

function parseRange(text: string): AddressRule | AddressFault {
  const [from = '', to = '', ...more] = text.split('-');
  const [first, last] = [parseAddress(from), parseAddress(to)];
  if (!first || !last || more.length > 0) return { code: 'address-rule.unreadable' };
  if (first.family !== last.family) return { code: 'address-rule.mixed-families' };
  if (first.value > last.value) return { code: 'address-rule.reversed' };
  return { family: first.family, first: first.value, last: last.value };
}

function parseBlock(text: string): AddressRule | AddressFault {
  const slash = text.indexOf('/');
  const network = slash < 0 ? text : text.slice(0, slash);
  const address = parseAddress(network);
  if (!address) return { code: 'address-rule.unreadable' };
  if (slash < 0) return { family: address.family, first: address.value, last: address.value };

  const prefix = parsePrefix(text.slice(slash + 1), network.includes(':') ? 6 : 4);
  if (prefix === undefined) return { code: 'address-rule.prefix-unreadable' };
  if (address.family === 4 && network.includes(':')) {
    if (prefix >= MAPPED_BITS) return block(address, prefix - MAPPED_BITS);
    return block({ family: 6, value: (MAPPED_PREFIX << 32n) | address.value }, prefix);
  }
  return block(address, prefix);
}

function block({ family, value }: Address, prefix: number): AddressRule | AddressFault {
  const hostBits = BigInt(BITS[family] - prefix);
  const first = (value >> hostBits) << hostBits;
  if (first !== value) {
    const corrected = `${formatAddress({ family, value: first })}/${prefix}`;
    return { code: 'address-rule.host-bits-set', corrected };
  }
  return { family, first, last: first | ((1n << hostBits) - 1n) };
}

function parsePrefix(text: string, family: Family): number | undefined {
  if (!/^(?:0|[1-9]\d{0,2})$/.test(text)) return undefined;
  const prefix = Number(text);
  return prefix <= BITS[family] ? prefix : undefined;
}

function parseAddress(text: string): Address | undefined {
  // To `isIP` an address with a zone id is one too.
  const family = text.includes('%') ? 0 : isIP(text);
  if (family === 4) return { family: 4, value: valueOfDotted(text) };
  if (family !== 6) return undefined;
  const value = valueOfColons(text);
  return value >> 32n === MAPPED_PREFIX ? { family: 4, value: value & maxOf(4) } : { family: 6, value };
}

function valueOfDotted(text: string): bigint {
  return text.split('.').reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function valueOfColons(text: string): bigint {
  const [head = '', tail] = text.split('::');
  const upper = groupsOf(head);
  const lower = tail === undefined ? [] : groupsOf(tail);
  const gap = new Array<bigint>(8 - upper.length - lower.length).fill(0n);
  return [...upper, ...gap, ...lower].reduce((value, group) => (value << 16n) | group, 0n);
}

function groupsOf(text: string): readonly bigint[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [BigInt(`0x${group}`)];
    const dotted = valueOfDotted(group);
    return [dotted >> 16n, dotted & 0xffffn];
  });
}

function formatAddress({ family, value }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.');
  const groups = [...Array(8).keys()].map((index) => (value >> BigInt(112 - 16 * index)) & 0xffffn);
  const text = groups.map((group) => group.toString(16)).join(':');
  const [longest] = [...text.matchAll(/\b0(?::0)+\b/g)].sort((a, b) => b[0].length - a[0].length);
  if (!longest) return text;
  return `${text.slice(0, longest.index) || ':'}${text.slice(longest.index + longest[0].length) || ':'}`;
}

function maxOf(family: Family): bigint {
  return (1n << BigInt(BITS[family])) - 1n;
}
