import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

import { auditEnvironment } from '../../apps/audit/src/audit-config.ts';
import { authEnvironment } from '../../apps/auth/src/auth-config.ts';
import { connectorEnvironment } from '../../apps/fivaldi-connector/src/connector-config.ts';
import { gatewayEnvironment } from '../../apps/gateway/src/gateway-config.ts';
import { connectorEnvironment as severaEnvironment } from '../../apps/severa-connector/src/connector-config.ts';

const CHECKOUT = join(import.meta.dirname, '..', '..');
const textOf = (file: string): string => readFileSync(join(CHECKOUT, file), 'utf8');
const filesIn = (room: string): readonly string[] =>
  readdirSync(join(CHECKOUT, room), { recursive: true, encoding: 'utf8' }).map((file) => join(room, file));

const PAGE = textOf('docs/reference/keys.md');
const [, INVENTORY = ''] = PAGE.split('\n## Inventory\n');
const rows = INVENTORY.split('\n## ', 1)[0]!
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split('|').map((cell) => cell.trim()));

const ENVIRONMENTS: Readonly<Record<string, { readonly shape: object }>> = {
  gateway: gatewayEnvironment,
  auth: authEnvironment,
  'fivaldi-connector': connectorEnvironment,
  'severa-connector': severaEnvironment,
  audit: auditEnvironment,
};
/** As the page calls the services; others, such as the partner whose key it is, are none of ours. */
const CALLED: Readonly<Record<string, string>> = {
  gateway: 'gateway',
  auth: 'auth',
  connector: 'fivaldi-connector',
  'severa connector': 'severa-connector',
  audit: 'audit',
};

/** Each key of the inventory that a service is given by a variable, and which services the page says have it. */
const SAID = rows.flatMap(([, key = '', , who = '']) => {
  const holders = who.split(/[,;] /).flatMap((one) => CALLED[one] ?? []);
  return [...key.matchAll(/`([A-Z_]+)`/g)].map(([, variable = '']) => [variable, holders.sort()] as const);
});
/** What it opens is named among the credentials; and public halves. */
const NO_KEYS = ['OIDC_CLIENT_SECRET', 'AUDIT_RETIRED_KEYS'];

const variables = Object.entries(ENVIRONMENTS).flatMap(([service, { shape }]) =>
  Object.keys(shape).map((variable) => ({ service, variable })),
);

describe('the policy on keys', () => {
  it('follows a standard, and each key has an end and a way to be replaced', () => {
    expect(PAGE).toContain('NIST SP 800-57');
    const keys = rows.slice(2);
    expect(keys.length).toBeGreaterThan(8);
    expect(keys.filter((cells) => cells.slice(1, -1).some((cell) => cell === ''))).toEqual([]);
  });

  it('names every key that a service is given, and no other', () => {
    const given = variables.map(({ variable }) => variable).filter((name) => /_(?:KEYS?|SECRET)$/.test(name));
    expect(SAID.map(([variable]) => variable).sort()).toEqual(
      [...new Set(given)].filter((name) => !NO_KEYS.includes(name)).sort(),
    );
  });

  it.each(SAID)('says who has %s: the services that read it, which %j are', (variable, holders) => {
    expect(variables.filter((one) => one.variable === variable).map(({ service }) => service)).toEqual(holders);
  });

  it.each(SAID)('gives %s to nobody else where it is installed: %j', (variable, holders) => {
    const { services } = parse(textOf('deploy/compose.yaml'), { merge: true }) as {
      services: Record<string, { readonly secrets?: readonly string[] }>;
    };
    const given = Object.entries(services).filter(([, { secrets = [] }]) => secrets.includes(variable.toLowerCase()));
    expect(given.map(([service]) => service).sort()).toEqual(holders);
  });

  it('has every algorithm that the code names', () => {
    const named =
      /['`](aes-\d+-\w+|chacha20[\w-]*|md5|sha-?\d+|ed25519|ed448|rsa[\w-]*|argon2\w*|scrypt|pbkdf2|bcrypt)['`]/gi;
    const files = ['apps', 'libs']
      .flatMap(filesIn)
      .filter((file) => file.endsWith('.ts') && !/\.spec(-support)?\.ts$|^apps\/sandbox\/|^libs\/testing\//.test(file));
    const plain = (text: string): string => text.toLowerCase().replaceAll('-', '');
    const used = new Set(
      files.flatMap((file) => [...textOf(file).matchAll(named)].map(([, name = '']) => plain(name))),
    );
    expect([...used]).toEqual(expect.arrayContaining(['aes256gcm', 'sha256', 'ed25519', 'argon2id']));
    expect([...used].filter((name) => !plain(PAGE).includes(name))).toEqual([]);
  });

  it('keeps its word that no key is in the repository', () => {
    const files = ['apps', 'libs', 'scripts', 'deploy', 'test', 'bench', 'docs']
      .flatMap(filesIn)
      .filter(
        (file) => /\.(?:ts|mjs|sh|ya?ml|md|json|conf|pem|key|example)$/.test(file) && !file.includes('/secrets/'),
      );
    expect(files.length).toBeGreaterThan(600);
    const key = /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----(?:\\n|\s)+[A-Za-z0-9+/]{16}/;
    expect(files.filter((file) => key.test(textOf(file)))).toEqual([]);
  });
});
