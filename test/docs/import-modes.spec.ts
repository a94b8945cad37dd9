import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { format } from 'prettier';

import * as contracts from '../../libs/contracts/src/index.ts';
import * as documents from '../../libs/documents/src/index.ts';
import * as policy from '../../libs/policy/src/index.ts';
import { importModesPage, type Rooms } from '../../scripts/import-modes-page.ts';

const ROOMS: Rooms = { contracts, documents, policy };

describe('the page of import modes', () => {
  it('says what the executable specification says; npm run docs writes it', async () => {
    const standing = readFileSync(join(import.meta.dirname, '../../docs/reference/import-modes.md'), 'utf8');
    const page = await format(importModesPage(ROOMS), { parser: 'markdown', printWidth: 120 });
    expect(standing).toBe(page);
  });

  it('has every stream that is imported, in every mode of its registers', () => {
    const page = importModesPage(ROOMS);
    for (const stream of contracts.DOCUMENT_STREAM_NAMES.filter((name) => contracts.supports(name, 'import'))) {
      for (const { register } of documents.tablesOf(stream)) expect(page).toContain(`| ${stream} | ${register} |`);
    }
    for (const mode of policy.PRODUCT_REGISTER_MODES) expect(page).toContain(`| product | \`${mode}\` |`);
    for (const mode of policy.PAYROLL_DIMENSIONS) expect(page).toContain(`| \`${mode}\` |`);
    expect(page).not.toMatch(/\| (\?|create|unchanged) \|/);
  });

  it('would change with the specification', () => {
    const lenient = { ...policy, planRecord: () => ({ do: 'leave' as const }) };
    expect(importModesPage({ ...ROOMS, policy: lenient })).not.toBe(importModesPage(ROOMS));
  });
});
