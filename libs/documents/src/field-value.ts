import type { FieldType } from './record-table.js';
import type { RecordReason } from './record.js';

/** Why a value is not of its type, and what would be. */
export interface ValueFault {
  readonly reason: RecordReason;
  readonly limit: number | string;
}

/** Canonical text, or why there is none. */
export type ValueReader = (value: string) => string | ValueFault;

/**
 * The reader of one type. It takes a trimmed, non-empty value and gives its
 * canonical text, so that equal values are equal texts: `001.10` is `1.1`.
 * A canonical text reads as itself, booleans apart: documents write 1 and 0.
 */
export function valueReader(type: FieldType): ValueReader {
  switch (type.kind) {
    case 'text':
      return textReader(type.max);
    case 'pattern':
      return patternReader(type.pattern, type.max, type.says.en);
    case 'decimal':
      return decimalReader(type.precision, type.scale);
    case 'code': {
      const fault: ValueFault = { reason: 'not-in-code-list', limit: type.values.join(', ') };
      return (value) => (type.values.includes(value) ? value : fault);
    }
    case 'boolean':
      return readBoolean;
    case 'date':
      return readDate;
  }
}

/**
 * Without XML white space (space, tab, CR, LF) at its ends: documents are
 * indented. What is inside stays, and so does every other kind of space.
 */
export function trimmed(value: string): string {
  let from = 0;
  let until = value.length;
  while (from < until && isWhite(value.charCodeAt(from))) from++;
  while (until > from && isWhite(value.charCodeAt(until - 1))) until--;
  return from === 0 && until === value.length ? value : value.slice(from, until);
}

/** The same text, holding on to nothing: V8 keeps a part of a text as a window onto the whole of it. */
export function detached(value: string): string {
  // Shorter parts are copies already.
  return value.length < 13 ? value : ` ${value}`.slice(1);
}

/** Nothing but XML white space. */
export function isBlank(value: string): boolean {
  for (let i = 0; i < value.length; i++) if (!isWhite(value.charCodeAt(i))) return false;
  return true;
}

const isWhite = (letter: number): boolean => letter === 0x20 || letter === 0x0a || letter === 0x09 || letter === 0x0d;
const isDigit = (letter: number): boolean => letter >= 0x30 && letter <= 0x39;

function textReader(max: number): ValueReader {
  const fault: ValueFault = { reason: 'too-long', limit: max };
  return (value) => (fits(value, max) ? value : fault);
}

/** Counts characters only when the code units, which are never fewer, are too many. */
function fits(value: string, max: number): boolean {
  if (value.length <= max) return true;
  if (value.length > 2 * max) return false;
  let characters = 0;
  for (const _ of value) characters++;
  return characters <= max;
}

function patternReader(pattern: string, max: number, says: string): ValueReader {
  const whole = new RegExp(`^(?:${pattern})$`, 'u');
  const fault: ValueFault = { reason: 'pattern-mismatch', limit: says };
  return (value) => (value.length <= max && whole.test(value) ? value : fault);
}

function decimalReader(precision: number, scale: number): ValueReader {
  const notDecimal: ValueFault = { reason: 'not-a-decimal', limit: `${precision},${scale}` };
  const comma: ValueFault = { reason: 'decimal-comma', limit: `${precision},${scale}` };
  const tooMany: ValueFault = { reason: 'too-many-digits', limit: `${precision},${scale}` };
  return (value) => {
    const start = value.charCodeAt(0) === 0x2d ? 1 : 0;
    const dot = dotOf(value, start);
    if (dot < 0) return value.includes(',') ? comma : notDecimal;
    let from = start;
    let until = value.length;
    while (from < dot - 1 && value.charCodeAt(from) === 0x30) from++;
    if (dot < until) {
      while (value.charCodeAt(until - 1) === 0x30) until--;
      if (until === dot + 1) until = dot;
    }
    if (dot - from > precision - scale || until - dot - 1 > scale) return tooMany;
    return signed(value, start, from, until);
  };
}

/** Where the whole digits end, or -1 when it is not `digits` or `digits.digits`. */
function dotOf(value: string, start: number): number {
  let dot = value.length;
  for (let i = start; i < value.length; i++) {
    const letter = value.charCodeAt(i);
    if (isDigit(letter)) continue;
    if (letter !== 0x2e || dot < value.length || i === start || i === value.length - 1) return -1;
    dot = i;
  }
  return dot > start ? dot : -1;
}

function signed(value: string, start: number, from: number, until: number): string {
  if (start === 0) return from === 0 && until === value.length ? value : value.slice(from, until);
  const digits = value.slice(from, until);
  return digits === '0' ? digits : `-${digits}`;
}

const NOT_BOOLEAN: ValueFault = { reason: 'not-a-boolean', limit: '1, 0' };

function readBoolean(value: string): string | ValueFault {
  if (value === '1') return 'true';
  return value === '0' ? 'false' : NOT_BOOLEAN;
}

const NOT_DATE: ValueFault = { reason: 'not-a-date', limit: 'YYYY-MM-DD' };

/** A day of the calendar, years 0001–9999: 2025-02-30 is not one. */
function readDate(value: string): string | ValueFault {
  if (!/^\d{4}-\d\d-\d\d$/.test(value) || value.startsWith('0000')) return NOT_DATE;
  const day = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value) ? value : NOT_DATE;
}
