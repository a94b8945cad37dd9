import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { type AuditReport, deadlineOf, isIn, type Outdated, overdue, type TimesOf } from './overdue-updates.ts';

const DAY = 86_400_000;
const FIXED = Date.parse('2026-03-01T12:00:00Z');
const after = (days: number) => new Date(FIXED + days * DAY);
const TIMES = {
  created: '2020-01-01T00:00:00Z',
  modified: '2026-03-02T00:00:00Z',
  '1.0.0': '2025-01-01T00:00:00Z',
  '1.0.1-rc.1': '2025-02-01T00:00:00Z',
  '1.1.0': new Date(FIXED).toISOString(),
  '1.2.0': new Date(FIXED + 5 * DAY).toISOString(),
};
const timesOf: TimesOf = () => TIMES;

const weak = (name: string, score: number, more: object = {}): AuditReport => ({
  vulnerabilities: {
    [name]: {
      severity: 'high',
      effects: [],
      via: [{ title: 'reads too far', severity: 'high', range: '<1.1.0', cvss: { score }, ...more }],
    },
  },
});
const found = (audit: AuditReport, days: number, outdated: Outdated = {}) =>
  overdue(audit, outdated, timesOf, after(days));

describe('a component with a known weakness', () => {
  it.each([
    ['fastify', 9.8, 2],
    ['@nestjs/core', 7, 7],
    ['saxes', 6.9, 30],
    ['csv-parse', 3.9, 90],
    ['pg', 9, 7],
    ['pg', 8.9, 30],
    ['pg', 4, 90],
    ['pg', 1, 92],
  ])('%s of %d is overdue %d days after its fix, and not before', (name, score, days) => {
    expect(found(weak(name, score), days)).toEqual([]);
    expect(found(weak(name, score), days + 1)).toEqual([{ name, why: 'reads too far', days: 1 }]);
  });

  it('is one from outside when something from outside brings it', () => {
    const { vulnerabilities } = weak('deep', 9.1);
    const chain: AuditReport = {
      vulnerabilities: {
        deep: { ...vulnerabilities['deep']!, effects: ['middle'] },
        middle: { severity: 'high', via: ['deep'], effects: ['fastify', 'middle'] },
        fastify: { severity: 'high', via: ['middle'], effects: [] },
      },
    };
    expect(found(chain, 3)).toEqual([{ name: 'deep', why: 'reads too far', days: 1 }]);
  });

  it.each([
    ['critical', 8],
    ['high', 31],
    ['moderate', 91],
    ['low', 93],
    ['unheard of', 8],
  ])('without a score goes by its word: %s', (severity, days) => {
    const unscored = weak('pg', 0, { severity, cvss: undefined });
    expect(found(unscored, days - 1)).toEqual([]);
    expect(found(unscored, days)).toHaveLength(1);
  });

  it('has no deadline before there is a fix', () => {
    expect(found(weak('pg', 9.8, { range: '*' }), 400)).toEqual([]);
  });
});

describe('a component with a newer version', () => {
  const outdated = (latest: string): Outdated => ({ pg: { current: '1.0.0', latest } });
  const sound: AuditReport = { vulnerabilities: {} };

  it('is overdue after a quarter', () => {
    expect(found(sound, 92, outdated('1.1.0'))).toEqual([]);
    expect(found(sound, 93, outdated('1.1.0'))).toEqual([{ name: 'pg', why: '1.1.0 is out', days: 1 }]);
  });

  it('is not when only its major version is newer', () => {
    expect(found(sound, 900, outdated('2.0.0'))).toEqual([]);
  });
});

describe('the range of an advisory', () => {
  it.each([
    ['1.0.9', '<1.1.0', true],
    ['1.1.0', '<1.1.0', false],
    ['1.10.0', '<1.9.0', false],
    ['4.17.20', '<=4.17.20', true],
    ['4.17.21', '>= 4.0.0 <= 4.17.20', false],
    ['5.0.1', '<=4.17.20 || >=5.0.0 <5.0.2', true],
    ['5.0.2', '<=4.17.20 || >=5.0.0 <5.0.2', false],
    ['1.2.3', '1.2.3', true],
    ['1.2.3', '=1.2.4', false],
    ['2.0.1', '>2.0.0', true],
    ['9.9.9', '*', true],
  ])('has %s in %s: %j', (version, range, inside) => {
    expect(isIn(version, range)).toBe(inside);
  });
});

describe('the deadlines', () => {
  it('are those of the page', () => {
    const page = readFileSync(new URL('../docs/reference/updates.md', import.meta.url), 'utf8');
    const days = [...page.matchAll(/^\|[^|]+\| (\d+) days +\| (?:(\d+) days|with the others) +\|$/gm)].map(
      ([, outside, inside]) => [Number(outside), inside === undefined ? 92 : Number(inside)],
    );
    expect([9.5, 7, 4, 1].map((score) => [deadlineOf(score, true), deadlineOf(score, false)])).toEqual(days);
  });
});
