import 'reflect-metadata';

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { CONTROLLERS } from '../../apps/gateway/src/controllers.ts';
import { routesOf } from '../../apps/gateway/src/doors.ts';
import { ONBOARDING_FILE_BYTES, ONBOARDING_ROWS } from '../../libs/contracts/src/index.ts';
import { DEFAULT_LIMITS } from '../../libs/documents/src/index.ts';

const textOf = (file: string): string => readFileSync(join(import.meta.dirname, '..', '..', file), 'utf8');
const constant = (file: string, name: string): number =>
  Number(new RegExp(`${name}(?:: .+default\\(| = )([\\d_]+)`).exec(textOf(file))?.[1]?.replaceAll('_', ''));

const IMPORT = 'docs/how-to/import-a-register.md';
const ONBOARDING = 'docs/how-to/onboarding.md';
const LEGACY = 'docs/how-to/legacy-xml.md';
const LIMITS = 'docs/reference/limits.md';

/** Each way in that takes a file, and the page that says what it takes. */
const UPLOADS: Readonly<Record<string, string>> = {
  'POST /v1/companies/:company/streams/:stream/imports': IMPORT,
  'POST /pls/:schema/xml_web.sisaanluku': LEGACY,
  'POST /v1/environments/:environmentId/onboardings': ONBOARDING,
  'POST /v1/environments/:environmentId/link-imports': 'docs/how-to/severa-netvisor.md',
};

describe('the pages on files that are sent', () => {
  it('are there for each way in that takes one', () => {
    const routes = routesOf(CONTROLLERS).map(({ method, path }) => `${method} ${path}`);
    expect(Object.keys(UPLOADS).filter((route) => !routes.includes(route))).toEqual([]);
    for (const [route, page] of Object.entries(UPLOADS)) {
      expect(textOf(page)).toContain(/[\w.-]+$/.exec(route)?.[0]);
    }
  });

  it.each<[string, string, RegExp, number]>([
    ['a document', IMPORT, /(\d+) GB is the limit, packed and unpacked/, DEFAULT_LIMITS.inputBytes / 1e9],
    ['a document unpacked', IMPORT, /(\d+) GB is the limit, packed and unpacked/, DEFAULT_LIMITS.unpackedBytes / 1e9],
    ['an onboarding', ONBOARDING, /at most (\d+) MB/, ONBOARDING_FILE_BYTES / 1e6],
    ['an onboarding, in rows', ONBOARDING, /and ([\d,]+) rows/, ONBOARDING_ROWS],
    [
      'a workbook unpacked',
      ONBOARDING,
      /unpack to at most (\d+) MB/,
      constant('apps/auth/src/onboarding/workbook-parts.ts', 'UNPACKED_BYTES') / 1e6,
    ],
    ['an onboarding, again', LIMITS, /a file of (\d+) MB, 20 000 rows/, ONBOARDING_FILE_BYTES / 1e6],
    [
      'links',
      LIMITS,
      /a file of (\d+) MB, CSV/,
      constant('apps/gateway/src/link-import.controller.ts', 'MOST_BYTES') / 1e6,
    ],
    [
      'a document before its sender is known',
      LEGACY,
      /have (\d+) MB/,
      constant('apps/gateway/src/gateway-config.ts', 'LEGACY_SPOOL_BYTES') / 1e6,
    ],
  ])('say how large %s may be', (_, page, words, limit) => {
    const [, said = ''] = words.exec(textOf(page)) ?? [];
    expect(Number(said.replaceAll(',', ''))).toBe(limit);
  });

  it.each([
    [IMPORT, ['application/xml', 'gzip']],
    [ONBOARDING, ['CSV', 'XLSX', 'text/csv']],
    [LEGACY, ['multipart/form-data', 'FivaldiXML']],
    ['docs/how-to/severa-netvisor.md', ['CSV', 'text/csv']],
  ])('say of which kind it may be: %s', (page, kinds) => {
    expect(kinds.filter((kind) => !textOf(page).includes(kind))).toEqual([]);
  });
});
