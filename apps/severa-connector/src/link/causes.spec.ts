import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { DOCUMENT_CAUSES } from '../flows/document-causes.js';
import { REGISTER_CAUSES } from '../flows/register-causes.js';
import { CAUSES, explainCause } from './causes.js';
import { CONNECTION_CAUSES } from './connection-causes.js';
import { causeOfCategory, TRANSFER_CAUSES } from './transfer-causes.js';

const LISTS = [CONNECTION_CAUSES, TRANSFER_CAUSES, REGISTER_CAUSES, DOCUMENT_CAUSES];

describe('the causes', () => {
  it('stand in one list each', () => {
    const codes = LISTS.flatMap((list) => Object.keys(list));
    expect(codes.filter((code, no) => codes.indexOf(code) !== no)).toEqual([]);
  });

  it.each(Object.keys(CAUSES))('%s says what is wrong and what to do, in three languages of its own', (code) => {
    const { fi, sv, en } = CAUSES[code] ?? { fi: null, sv: null, en: null };
    expect(new Set([fi?.what, sv?.what, en?.what]).size).toBe(3);
    expect(new Set([fi?.remedy, sv?.remedy, en?.remedy]).size).toBe(3);
    for (const { what, remedy } of [fi, sv, en].filter((one) => one !== null)) {
      expect(what).toMatch(/^\p{Lu}.*[.!]$/u);
      expect(remedy).toMatch(/^\p{Lu}.*[.!]$/u);
    }
  });

  it('are the seed’s own words where the seed has them', () => {
    expect(explainCause('severa-key-invalid', 'fi').what).toBe(
      'Virheellinen Severan API-avain: Yhteyttä ei voida muodostaa. Tarkista API-avain.',
    );
    expect(explainCause('netvisor-credentials-invalid', 'fi').what).toBe(
      'Virheelliset Netvisorin tunnistetiedot: Yhteyttä ei voida muodostaa. Tarkista integraatiotunnukset.',
    );
  });

  it('have a text for every code that the connector names', () => {
    const named = sources().flatMap((text) => [...text.matchAll(/cause: '([a-z][a-z-]*)'/g)].map(([, code]) => code));
    expect(named.length).toBeGreaterThan(10);
    expect([...new Set(named)].filter((code) => !(code !== undefined && code in CAUSES))).toEqual([]);
  });

  it('that nobody has written a text for are the operator’s, under their own code', () => {
    expect(explainCause('never-heard-of', 'en')).toMatchObject({ code: 'never-heard-of', owner: 'operator' });
  });

  it.each([
    ['INVALID_DATA', 'netvisor-invalid-data'],
    ['INVALID_DATA_SIZE', 'netvisor-data-size'],
    ['DUPLICATE_DATA', 'netvisor-duplicate-data'],
    ['PERIOD_LOCK', 'netvisor-period-lock'],
    ['SERVICE_ACCESS_ERROR', 'netvisor-access'],
    ['AUTHENTICATION_FAILED', 'netvisor-credentials-invalid'],
    ['SYSTEM_MAINTENANCE', 'netvisor-unavailable'],
    ['TECHNICAL_ERROR', 'netvisor-other'],
    ['ANYTHING_ELSE', 'netvisor-other'],
  ])('of Netvisor’s %s is %s', (category, cause) => {
    expect(causeOfCategory(category)).toBe(cause);
    expect(CAUSES).toHaveProperty(cause);
  });
});

/** The connector as it is written, without its specs. */
function sources(): readonly string[] {
  const root = join(import.meta.dirname, '..');
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.spec(-support)?\.ts$/.test(file))
    .map((file) => readFileSync(join(root, file), 'utf8'));
}
