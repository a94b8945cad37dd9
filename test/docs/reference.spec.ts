import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';

import { auditEnvironment } from '../../apps/audit/src/audit-config.ts';
import { authEnvironment } from '../../apps/auth/src/auth-config.ts';
import { connectorEnvironment } from '../../apps/fivaldi-connector/src/connector-config.ts';
import { gatewayEnvironment } from '../../apps/gateway/src/gateway-config.ts';
import { connectorEnvironment as severaEnvironment } from '../../apps/severa-connector/src/connector-config.ts';

const CHECKOUT = join(import.meta.dirname, '..', '..');
const textOf = (file: string): string => readFileSync(join(CHECKOUT, file), 'utf8');
const page = (name: string): string => textOf(`docs/reference/${name}.md`);

interface Installed {
  readonly services: Readonly<
    Record<string, { readonly networks?: readonly string[]; readonly network_mode?: string }>
  >;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly secrets: Readonly<Record<string, object>>;
}
const composed = (file: string): Installed => parse(textOf(file), { merge: true }) as Installed;
const installed = composed('deploy/compose.yaml');
const withLogs = composed('deploy/compose.logs.yaml');

/** The rows of the table under a heading, cell by cell, without its head. */
function tableUnder(text: string, heading: string): readonly (readonly string[])[] {
  const [, section = ''] = text.split(`\n## ${heading}\n`);
  const lines = section.split('\n## ', 1)[0]!.split('\n');
  const rows = lines.filter((line) => line.startsWith('|')).slice(2);
  return rows.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
const quotedIn = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

describe('connections.md', () => {
  it('has every network that there is, who is in it, and whether it leads out', () => {
    const inNetwork = (name: string): string[] =>
      Object.entries(installed.services)
        .filter(([, { networks = [], network_mode: mode }]) => (mode ?? networks).includes(name))
        .map(([container]) => container);
    const there = [...Object.keys(installed.networks), 'none'].map((name) => [
      name,
      inNetwork(name).sort(),
      name === 'none' || installed.networks[name]?.internal ? 'no' : 'yes',
    ]);
    const said = tableUnder(page('connections'), 'The networks of `deploy/compose.yaml`').map(
      ([network = '', who = '', out]) => [quotedIn(network)[0], who.split(', ').sort(), out],
    );
    expect(said.sort()).toEqual(there.sort());
  });

  it('names every address of somebody outside that a service can be told', () => {
    const told = Object.values(ENVIRONMENTS).flatMap((environment) => Object.keys(environment.shape));
    const outside = told.filter(
      (name) => /_URL$|_ISSUER$/.test(name) && !/^(DATABASE|RABBITMQ|PUBLIC)_URL$/.test(name),
    );
    const names = page('connections').replace('NETVISOR_…_URL', 'NETVISOR_PRODUCTION_URL NETVISOR_TRAINING_URL');
    expect(outside.filter((name) => !names.includes(name))).toEqual([]);
    expect(outside.length).toBeGreaterThan(6);
  });
});

describe('keys.md', () => {
  it('has every secret that an installation holds', () => {
    const held = [installed, withLogs].flatMap(({ secrets }) => Object.keys(secrets));
    const said = tableUnder(page('keys'), 'Which file of `deploy/secrets` holds what').flatMap(([files = '']) =>
      quotedIn(files),
    );
    expect(said.sort()).toEqual(held.sort());
  });

  it('gives each key an algorithm, an owner, a place, a time and a way to be replaced', () => {
    const rows = tableUnder(page('keys'), 'Inventory');
    expect(rows.length).toBeGreaterThan(8);
    expect(rows.filter((cells) => cells.length !== 6 || cells.some((cell) => cell === ''))).toEqual([]);
    const credentials = tableUnder(page('keys'), 'Credentials that are no keys');
    expect(credentials.filter((cells) => cells.length !== 4 || cells.some((cell) => cell === ''))).toEqual([]);
  });

  it('says of passwords what is done to them', () => {
    const [, memory, passes] = /memory: ([\d_]+), passes: (\d)/.exec(textOf('apps/auth/src/password.ts')) ?? [];
    expect([Number(memory?.replace('_', '')) / 1024, passes]).toEqual([19, '2']);
    expect(page('keys')).toContain('argon2id, 19 MiB, two passes');
  });
});

/** What each service reads of its environment, before it looks at several variables together. */
const ENVIRONMENTS: Readonly<Record<string, z.ZodObject>> = {
  gateway: gatewayEnvironment,
  auth: authEnvironment,
  'fivaldi-connector': connectorEnvironment,
  'severa-connector': severaEnvironment,
  audit: auditEnvironment,
};
/** Numbers that bound nothing: ports, how often checkpoints are signed, how long addresses are kept, how old a sign-in. */
const NO_LIMIT = /PORT$|^AUDIT_|^OIDC_MAX_AGE/;

describe('limits.md', () => {
  const limits = Object.values(ENVIRONMENTS).flatMap(({ shape }) =>
    Object.entries(shape).flatMap(([name, schema]) => {
      const absent = (schema as z.ZodType).safeParse(undefined);
      return typeof absent.data === 'number' && !NO_LIMIT.test(name) ? [[name, absent.data] as const] : [];
    }),
  );

  it.each([...new Map(limits)])('says of %s what it is, and that it is %d unless told', (name, number) => {
    const rows = page('limits')
      .split('\n')
      .filter((line) => line.includes(`\`${name}\``))
      .map((line) => line.replaceAll(/(?<=\d) (?=\d{3}\b)/g, ''));
    const spoken = [String(number), ...(number >= 1_000_000 ? [`${number / 1_000_000} MB`] : [])];
    expect(rows.filter((row) => spoken.some((word) => new RegExp(`(?<!\\d)${word}(?!\\d)`).test(row)))).not.toEqual([]);
  });
});

/** What the page says of what is costly, word by word, and where the code says it. */
const COSTLY: readonly (readonly [function_: string, said: string, file: string, standing: RegExp])[] = [
  [
    'hashing a password',
    'two at once, 64 waiting',
    'apps/auth/src/password.ts',
    /slots = 2,\s+private readonly maxWaiting = 64,/,
  ],
  [
    'receiving a document',
    '1 GB',
    'libs/documents/src/limits.ts',
    /inputBytes: 1000 \* MB,\s+unpackedBytes: 1000 \* MB/,
  ],
  ['receiving a document', '30 minutes in all', 'apps/gateway/src/http-server.ts', /REQUEST_TIME = 1_800_000;/],
  [
    'reading a document',
    'ratio of packing 50, depth 64',
    'libs/documents/src/limits.ts',
    /gzipRatio: 50,\s+depth: 64,/,
  ],
  ['reading a document', '25 million elements', 'libs/documents/src/limits.ts', /elements: 25 \* MB,/],
  ['reading a document', 'a million records', 'libs/documents/src/limits.ts', /records: MB,/],
  ['reading a document', '120 s of parsing', 'libs/documents/src/limits.ts', /parseMs: 120_000,/],
  ['reading a workbook', '30 s, then', 'apps/auth/src/onboarding/sheet-rows.ts', /MILLISECONDS = 30_000;/],
  ['planning and committing', 'two at once', 'apps/auth/src/onboarding/onboarding.consumer.ts', /AT_ONCE = 2;/],
  [
    'reading a workbook',
    '50 MB unpacked',
    'apps/auth/src/onboarding/workbook-parts.ts',
    /UNPACKED_BYTES = 50_000_000;/,
  ],
  ['reading a workbook', '1000 parts', 'apps/auth/src/onboarding/workbook-parts.ts', /MOST_PARTS = 1_000;/],
  [
    'planning and committing',
    'a minute a statement',
    'apps/auth/src/onboarding/onboarding-work.ts',
    /STATEMENT_TIMEOUT = 60_000;/,
  ],
  ['verifying a chain', 'two at once', 'apps/audit/src/verifications.ts', /AT_ONCE = 2;/],
  ['the matrix of rights', '25 s', 'apps/auth/src/service-management/grant-matrix.ts', /MOST_TIME = 25_000;/],
  ['the matrix of rights', '10 000 pairs', 'libs/contracts/src/grant-matrix.ts', /MATRIX_PAIRS = 10_000;/],
  [
    'any other statement',
    '15 s; 5 s of waiting for a lock; 60 s idle',
    'libs/store/src/database.ts',
    /statement_timeout: 15_000,\s+lock_timeout: 5_000,\s+idle_in_transaction_session_timeout: 60_000,/,
  ],
  [
    'a request',
    '16 kB and 20 s; 1 MB',
    'apps/gateway/src/http-server.ts',
    /JSON_BYTES = 1_000_000;[\s\S]+HEAD_TIME = 20_000;[\s\S]+maxHeaderSize: 16_384/,
  ],
];

describe('limits.md, of what is costly', () => {
  const rows = tableUnder(page('limits'), 'What is costly, and what bounds it');

  it('names for each function what it costs and what bounds it', () => {
    expect(rows.length).toBeGreaterThan(12);
    expect(rows.filter((cells) => cells.length !== 3 || cells.some((cell) => cell === ''))).toEqual([]);
  });

  it.each(COSTLY)('says of %s: %s, as the code has it', (function_, said, file, standing) => {
    const bounds = rows.filter(([name = '']) => name.startsWith(function_)).map(([, , bound]) => bound);
    expect(bounds.join('\n')).toContain(said);
    expect(textOf(file)).toMatch(standing);
  });
});

describe('log-inventory.md', () => {
  it('has every container that there is', () => {
    const apps = readdirSync(join(CHECKOUT, 'apps'));
    const [, table = ''] = /\n\n(\| who writes[\s\S]+?)\n\n/.exec(page('log-inventory')) ?? [];
    const writers = table.split('\n').map((line) => line.split('|')[1]?.toLowerCase() ?? '');
    const named = (container: string) =>
      writers.some((who) => who.includes(container.replace('postgres', 'postgresql')));
    expect(writers.some((who) => who.includes('each service'))).toBe(true);
    const others = Object.keys(installed.services).filter((name) => !apps.includes(name));
    expect(others.filter((name) => !named(name))).toEqual([]);
  });
});

describe('data-classes.md', () => {
  it('says of every class how it is protected in every way', () => {
    const [, classes = '', protections = ''] = page('data-classes').split(/\n\n(?=\| (?:class|protection) )/);
    const rowsOf = (text: string) =>
      text
        .split('\n\n', 1)[0]!
        .split('\n')
        .map((line) =>
          line
            .split('|')
            .slice(1, -1)
            .map((cell) => cell.trim()),
        );
    const letters = rowsOf(classes)
      .slice(2)
      .map(([letter]) => letter)
      .filter((letter) => letter !== '—');
    const [head = [], , ...rows] = rowsOf(protections);
    expect(head.slice(1)).toEqual(letters);
    expect(rows.filter((cells) => cells.length !== head.length || cells.some((cell) => cell === ''))).toEqual([]);
    const ways = [
      'on the way',
      'at rest',
      'who reads it',
      'apart by tenant',
      'in logs',
      'kept',
      'integrity',
      'backups',
    ];
    expect(rows.map(([way]) => way)).toEqual(expect.arrayContaining(ways));
  });
});
