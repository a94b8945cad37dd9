import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { freePort } from '../../libs/testing/src/index.ts';
import { addPartner, type DemoCompany, type DemoPartner, grant, onboardCompany } from '../../scripts/demo/company.ts';
import { fivaldiXml, product } from './documents.ts';
import { install, type Installed } from './installed.ts';

const CHECKOUT = join(import.meta.dirname, '..', '..');

let installed: Installed;
let environment: string;
let company: DemoCompany;
let partner: DemoPartner;
let folder: string;

beforeAll(async () => {
  installed = await install();
  const { operator } = installed;
  const made = await operator.json('POST', '/v1/environments', { name: 'Tilitoimisto' });
  environment = String(made.body['environmentId']);
  company = await onboardCompany(operator, 'Yritys', {}, environment);
  partner = await addPartner(operator, 'Kumppani');
  await grant(operator, partner, company);
  folder = mkdtempSync(join(tmpdir(), 'tietovirta-cli-'));
}, 90_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await installed.stop();
}, 60_000);

/** Runs the program as somebody at a terminal would. */
async function tietovirta(words: string, access: { url?: string; token?: string | null } = {}) {
  const { url = installed.url, token = installed.operatorToken } = access;
  const env = {
    ...process.env,
    TIETOVIRTA_URL: url,
    XDG_CONFIG_HOME: folder,
    ...(token && { TIETOVIRTA_TOKEN: token }),
  };
  const main = join(CHECKOUT, 'dist', 'apps', 'cli', 'src', 'main.js');
  return ended(spawn(process.execPath, [main, ...words.split(' ')], { env, stdio: ['ignore', 'pipe', 'pipe'] }));
}

async function ended(child: ReturnType<typeof spawn>) {
  const [out, err, [code]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, 'exit') as Promise<[number]>,
  ]);
  return { code, out, err };
}

async function importProducts(): Promise<string> {
  const { body } = await partner.client.importDocument(
    company.id,
    'tuoterekisteri',
    fivaldiXml(company.number, product('A')),
  );
  return body.id;
}

describe('tietovirta', () => {
  it('doctor says whether the service can be used, and what to do when it cannot', async () => {
    expect(await tietovirta('doctor')).toMatchObject({ code: 0, out: expect.stringMatching(/sign-in +yes/) });
    const stranger = await tietovirta('doctor', { token: null });
    expect(stranger).toMatchObject({ code: 6, out: expect.stringContaining('tietovirta login') });
    const nowhere = await tietovirta('doctor', { url: `http://127.0.0.1:${await freePort()}` });
    expect(nowhere).toMatchObject({ code: 6, out: expect.stringContaining('TIETOVIRTA_URL') });
  });

  it('transfers watch follows one to its end, and its exit code says how it ended', async () => {
    const id = await importProducts();
    expect(await tietovirta(`transfers watch ${id}`)).toMatchObject({
      code: 0,
      out: expect.stringContaining('succeeded'),
    });
    const { body } = await partner.client.importDocument(
      company.id,
      'tuoterekisteri',
      fivaldiXml(company.number, product('B') + product('B')),
    );
    const failed = await tietovirta(`transfers watch ${body.id}`);
    expect(failed).toMatchObject({ code: 6, err: expect.stringContaining('failed') });
    const again = await tietovirta(`--json transfers replay ${body.id} --key one`);
    expect(JSON.parse(again.out)).toMatchObject({ repeated: false });
    const repeated = await tietovirta(`--json transfers replay ${body.id} --key one`);
    expect(JSON.parse(repeated.out)).toMatchObject({
      repeated: true,
      id: (JSON.parse(again.out) as { id: string }).id,
    });
    const listed = await tietovirta(`--json transfers list --environment ${environment} --state failed`);
    expect(listed.out).toContain(body.id);
    expect(listed.out).not.toContain(id);
  });

  it('explain tells every reason, and by its exit code whether it is allowed', async () => {
    const asked = `explain --environment ${environment} --partner-user ${partner.id} --company ${company.id} --direction`;
    expect(await tietovirta(`${asked} import --stream tuoterekisteri`)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/allowed +yes/),
    });
    const refused = await tietovirta(`--language sv ${asked} export --stream tuoterekisteri`);
    expect(refused).toMatchObject({
      code: 3,
      out: expect.stringMatching(/VISMA_GRANT_MISSING +operator +Partneranvändaren/),
    });
  });

  it('companies import shows what a file would do, every mistake of it, and then does it', async () => {
    const file = join(folder, 'yritykset.csv');
    writeFileSync(file, 'nimi;y-tunnus;fivaldi-numero\nUusi Oy;7654321-2;55501\nVäärä Oy;1234567-2;55502\n');
    const tried = await tietovirta(`companies import ${file} --environment ${environment} --dry-run`);
    expect(tried).toMatchObject({ code: 0, out: expect.stringMatching(/3 .*1234567-2/) });
    expect(tried.out).toMatch(/created +1/);
    const done = await tietovirta(`companies import ${file} --environment ${environment}`);
    expect(done).toMatchObject({ code: 0, out: expect.stringMatching(/saved +1/) });
    const { body } = await installed.operator.call('GET', `/v1/environments/${environment}/companies?search=Uusi`);
    expect(body).toMatchObject({ companies: [{ name: 'Uusi Oy', businessId: '7654321-2' }] });
  });

  it('audit search finds, and audit export gives evidence that needs nothing of ours to be verified', async () => {
    const found = await tietovirta(`--json audit search --environment ${environment} --action company.saved`);
    expect(found.out).toContain('company.saved');
    expect(await tietovirta(`audit verify --environment ${environment}`)).toMatchObject({ code: 0 });

    const evidence = join(folder, 'evidence');
    expect(await tietovirta(`audit export ${evidence} --environment ${environment}`)).toMatchObject({
      code: 0,
      err: '',
    });
    const { body } = await installed.operator.call<{ keys: { pem: string }[] }>('GET', '/v1/audit/keys');
    const key = join(folder, 'key.pem');
    writeFileSync(key, body.keys.map(({ pem }) => pem).join(''));
    const verifier = join(CHECKOUT, 'scripts', 'verify-audit.mjs');
    const verify = () =>
      ended(spawn(process.execPath, [verifier, evidence, '--key', key], { stdio: ['ignore', 'pipe', 'pipe'] }));
    expect(await verify()).toMatchObject({ code: 0 });
    writeFileSync(join(evidence, 'entries.jsonl'), '{}\n', { flag: 'a' });
    expect((await verify()).code).not.toBe(0);
  });

  it('says what is wrong with a command line', async () => {
    expect(await tietovirta('transfers list --limit many')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--limit'),
    });
    expect(await tietovirta('transfers show nonsense')).toMatchObject({ code: 3 });
    expect(await tietovirta('whoami', { token: 'nobody' })).toMatchObject({ code: 4 });
  });
});
