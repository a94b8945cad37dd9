import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { createTestDatabase, type TestDatabase } from '../../libs/testing/src/index.ts';

const page = readFileSync(new URL('../../docs/reference/data-classes.md', import.meta.url), 'utf8');
const [, section = ''] = page.split('\n## In which tables they lie\n');

/** The names that stand for tables, by class. */
const CLASSES: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  [...section.matchAll(/^\| ([SCPRO]) +\| (.+) \|$/gm)].map(([, letter = '', names = '']) => [
    letter,
    [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  ]),
);
const stands = (name: string, table: string): boolean =>
  new RegExp(`^${name.replace('.', '\\.').replace('*', '\\w+')}$`).test(table);
const isOf = (letter: string, table: string): boolean => (CLASSES[letter] ?? []).some((name) => stands(name, table));

let clone: TestDatabase;
let tables: readonly { readonly name: string; readonly columns: readonly string[] }[];

beforeAll(async () => {
  clone = await createTestDatabase();
  const owner = new pg.Client({ connectionString: clone.url });
  await owner.connect();
  const { rows } = await owner.query<{ name: string; columns: string[] }>(`
    select n.nspname || '.' || r.relname as name, array_agg(a.attname::text order by a.attnum) as columns
      from pg_class r
      join pg_namespace n on n.oid = r.relnamespace
      join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
     where r.relkind in ('r', 'p') and not r.relispartition
       and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
     group by 1 order by 1`);
  tables = rows;
  await owner.end();
});
afterAll(() => clone.drop());

const without = (letter: string, columns: RegExp): string[] =>
  tables
    .filter((table) => table.columns.some((column) => columns.test(column)))
    .flatMap(({ name }) => (isOf(letter, name) ? [] : [name]));

describe('the page on classes of data', () => {
  it('has a class for every table that there is, and names none that is not', () => {
    const letters = Object.keys(CLASSES);
    expect(letters).toEqual(['S', 'C', 'P', 'R', 'O']);
    expect(tables.filter(({ name }) => !letters.some((letter) => isOf(letter, name))).map(({ name }) => name)).toEqual(
      [],
    );
    const named = Object.values(CLASSES).flat();
    expect(named.filter((name) => !tables.some((table) => stands(name, table.name)))).toEqual([]);
    expect(tables.length).toBeGreaterThan(60);
  });

  it('calls secret whatever holds a password, a token, a code, a seed or a key', () => {
    expect(without('S', /^(password_hash|token_hash|code_hash|totp_secret|totp_offer|sealed|wrapped)$/)).toEqual([]);
  });

  it('calls a matter of people whatever holds where they came from or how they are reached', () => {
    const reached = without('P', /^(address|client_address|recipient|mobile|email)$/);
    // Contents are protected more strictly.
    expect(reached.filter((name) => !isOf('C', name))).toEqual([]);
  });

  it('calls contents whatever holds a document or a record', () => {
    expect(without('C', /^(written_by|imported|sha256|before)$/).filter((name) => !isOf('R', name))).toEqual([]);
  });
});
