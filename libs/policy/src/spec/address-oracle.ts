/**
 * Addresses once more, by hand and as numbers: the second opinion that `address.ts` is compared with.
 *
 * An address is a family and a whole number; a rule is a family and an inclusive range of numbers. A v4 address inside
 * `::ffff:0:0/96` is that v4 address; every other v6 address that carries a v4 one stays v6.
 */
interface Place {
  readonly family: 4 | 6;
  readonly number: bigint;
}

interface Span {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

const MAPPED = 0xffffn;

/** Whether a rule covers the text of an address. Text that is no address is covered by none, no rule covers none. */
export function oracleCovers(rules: readonly string[], text: string): boolean {
  const place = placeOf(text);
  if (place === null) return false;
  return rules.some((rule) => {
    try {
      const { family, first, last } = spanOf(rule);
      return family === place.family && first <= place.number && place.number <= last;
    } catch {
      return false;
    }
  });
}

function spanOf(rule: string): Span {
  const [start = '', end, ...more] = rule.split('-');
  if (more.length > 0) throw new Error(`no rule: ${rule}`);
  if (end !== undefined) return rangeOf(start, end);
  const [base = '', prefix, ...rest] = rule.split('/');
  const place = placeOf(base);
  if (place === null || rest.length > 0) throw new Error(`no rule: ${rule}`);
  if (prefix === undefined) return { family: place.family, first: place.number, last: place.number };
  return blockOf(place, prefix, base.includes(':') && place.family === 4 ? 96 : 0);
}

function rangeOf(start: string, end: string): Span {
  const [from, to] = [placeOf(start), placeOf(end)];
  if (from === null || to === null || from.family !== to.family || from.number > to.number) throw new Error('no range');
  return { family: from.family, first: from.number, last: to.number };
}

/** `skipped` bits of the prefix belong to the v6 spelling of a v4 address. */
function blockOf({ family, number }: Place, prefix: string, skipped: number): Span {
  const width = family === 4 ? 32 : 128;
  const bits = Number(prefix) - skipped;
  if (!/^(0|[1-9]\d{0,2})$/.test(prefix) || bits < 1 || bits > width) throw new Error('no prefix');
  const size = 1n << BigInt(width - bits);
  if (number % size !== 0n) throw new Error('bits beyond the prefix');
  return { family, first: number, last: number + size - 1n };
}

function placeOf(text: string): Place | null {
  const four = fourOf(text);
  if (four !== null) return { family: 4, number: four };
  const six = sixOf(text);
  if (six === null) return null;
  return six >> 32n === MAPPED ? { family: 4, number: six & 0xffffffffn } : { family: 6, number: six };
}

function fourOf(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return null;
  return parts.reduce((number, part) => number * 256n + BigInt(part), 0n);
}

function sixOf(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [left = [], right] = halves.map((half, index) => groupsOf(half, index === halves.length - 1));
  if (left === null || right === null) return null;
  const missing = 8 - left.length - (right?.length ?? 0);
  if (right === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...left, ...Array<bigint>(missing).fill(0n), ...(right ?? [])];
  return groups.reduce((number, group) => number * 65_536n + group, 0n);
}

/** Sixteen bits each; only the last group of an address may be written as a v4 address. */
function groupsOf(half: string, last: boolean): bigint[] | null {
  if (half === '') return [];
  const parts = half.split(':');
  const four = last ? fourOf(parts.at(-1) ?? '') : null;
  const plain = four === null ? parts : parts.slice(0, -1);
  if (!plain.every((part) => /^[0-9a-f]{1,4}$/i.test(part))) return null;
  const groups = plain.map((part) => BigInt(`0x${part}`));
  return four === null ? groups : [...groups, four >> 16n, four & 0xffffn];
}
