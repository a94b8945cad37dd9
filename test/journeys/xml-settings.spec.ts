import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Answer, ApiClient } from '../../scripts/local/api-client.ts';
import { install, type Installed } from './installed.ts';
import { personAtWork } from './signed-in.ts';

const SAFE = {
  companyRegister: 'update-keep',
  productRegister: 'add-only',
  salesOrders: { mode: 'add-only' },
  payroll: { dimensions: 'from-data' },
};
const RISKY = { ...SAFE, companyRegister: 'update-all', productRegister: 'replace-all' };
const NEW = { 'if-none-match': '*' };

/** The base settings of XML transfers over HTTP, kept by an accountant who sees what is at stake. */
describe('the XML settings of a company', () => {
  let installed: Installed;
  let accountant: ApiClient;
  const environment = randomUUID();
  let company: string;
  let settings: string;

  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    accountant.call(method, path, {
      headers: {
        'accept-language': 'fi',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const seen = (answer: Answer) => ({ 'if-match': answer.headers.get('etag') ?? '' });
  const standing = () => call('GET', settings);
  const preview = (body: unknown) => call('POST', `${settings}/preview`, body);
  const make = (register: string, key: string, fields: Record<string, string>) =>
    call('PUT', `${company}/registers/${register}/records/${key}`, { fields }, NEW);

  beforeAll(async () => {
    installed = await install();
    const { operator } = installed;
    await operator.saveRule('environment', environment, { name: 'Tilitoimisto' });
    const companyId = randomUUID();
    const body = { environmentId: environment, name: 'Asiakas Oy', fivaldiNumber: '77' };
    await operator.saveRule('company', companyId, body);
    company = `/v1/environments/${environment}/companies/${companyId}`;
    settings = `${company}/xml-settings`;
    accountant = (await personAtWork(operator, [{ role: 'accountant', environmentId: environment, companyId }])).client;
  }, 90_000);
  afterAll(() => installed.stop());

  it('are four empty sections, which are saved together or not at all', async () => {
    const shown = await standing();
    expect(shown.body).toEqual({
      saved: false,
      settings: {
        companyRegister: null,
        productRegister: null,
        salesOrders: null,
        payroll: null,
        brakePercent: 20,
        export: { fileName: null, dimensionLevel: null, protectedPersons: 'leave-out' },
      },
      missing: [
        { section: 'companyRegister', label: 'Yritysrekisteri' },
        { section: 'productRegister', label: 'Tuoterekisteri' },
        { section: 'salesOrders', label: 'Myyntitilaukset' },
        { section: 'payroll', label: 'Palkkatapahtumat' },
      ],
    });
    const half = await call('PUT', settings, { ...SAFE, companyRegister: null, payroll: {} }, seen(shown));
    expect(half).toMatchObject({
      status: 400,
      body: {
        code: 'xml-settings.incomplete',
        detail: expect.stringMatching(/: Yritysrekisteri, Palkkatapahtumat$/),
        errors: [
          { pointer: '/companyRegister', label: { sv: 'Företagsregister', en: 'Company register' } },
          { pointer: '/payroll', label: { fi: 'Palkkatapahtumat' } },
        ],
      },
    });
    expect((await standing()).body).toMatchObject({ saved: false });
    expect(await call('PUT', settings, SAFE)).toMatchObject({ status: 428 });
    expect(await call('PUT', settings, SAFE, NEW)).toMatchObject({ status: 204 });
    expect(await call('PUT', settings, SAFE, NEW)).toMatchObject({ status: 412 });
    expect((await standing()).body).toMatchObject({ saved: true, settings: SAFE, missing: [] });
  });

  it.each(['../a.xml', 'a/b.xml', 'a\\b', '.', 'x'.repeat(101), 'a\u0007', ' a'])(
    'take no file name that is no safe name: %j',
    async (fileName) => {
      const answer = await call('PUT', settings, { ...SAFE, export: { fileName } }, seen(await standing()));
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/export/fileName' }] } });
    },
  );

  it('show what is at stake before a destructive choice, and take it only from whoever has seen that', async () => {
    await make('company', '1', { name1: 'Oma Oy', einvoice_address: '003712345678' });
    await make('product', 'A', { name: 'Vasara' });
    const shown = await standing();
    const looked = await preview(RISKY);
    expect(looked).toMatchObject({
      status: 200,
      body: {
        changes: [
          { field: 'companyRegister', before: 'update-keep', after: 'update-all' },
          { field: 'productRegister', before: 'add-only', after: 'replace-all' },
        ],
        destructive: [
          {
            choice: 'company.update-all',
            isNew: true,
            warning: 'Tämä valinta tyhjentää olemassa olevat tiedot, jos tietoa ei tuoda aineistossa.',
            inFigures: 'Asiakkaita ja toimittajia: 1. Niiltä voi tyhjentyä: Nimi (1), Verkkolaskuosoite (1)',
            records: 1,
            fields: [{ field: 'name1' }, { field: 'einvoice_address', records: 1 }],
          },
          { choice: 'product.replace-all', records: 1, byHand: 1 },
        ],
      },
    });
    const blindly = await call('PUT', settings, RISKY, seen(shown));
    expect(blindly).toMatchObject({ status: 409, body: { code: 'xml-settings.unconfirmed', preview: looked.body } });

    const confirm = `${settings}?confirm=${String(looked.body['confirm'])}`;
    for (const key of Array.from({ length: 9 }, (_, n) => `B${n}`)) await make('product', key, { name: 'Saha' });
    const outdated = await call('PUT', confirm, RISKY, seen(shown));
    expect(outdated).toMatchObject({ status: 409, body: { code: 'xml-settings.preview-outdated' } });
    const fresh = outdated.body['preview'] as { confirm: string; destructive: { records: number }[] };
    expect(fresh.destructive[1]).toMatchObject({ records: 10, byHand: 10 });

    const saved = await call('PUT', `${settings}?confirm=${fresh.confirm}`, RISKY, seen(shown));
    expect(saved.status).toBe(204);
    expect((await standing()).body).toMatchObject({ settings: RISKY });
    // In force already: only what is new has to be confirmed.
    expect(await call('PUT', settings, { ...RISKY, brakePercent: 7 }, seen(saved))).toMatchObject({ status: 204 });
  });

  it('can be gone back to, with who saved them and what they changed', async () => {
    const { body } = await call('GET', `${settings}/versions`);
    expect(body['versions']).toMatchObject([
      { version: 3, by: { kind: 'person' }, changes: [{ field: 'brakePercent', before: 20, after: 7 }] },
      { version: 2, settings: RISKY },
      { version: 1, settings: SAFE, restored: null },
    ]);
    const back = await call('POST', `${settings}/restore`, { version: 1 }, seen(await standing()));
    expect(back.status).toBe(204);
    expect((await standing()).body).toMatchObject({ settings: SAFE });
    const forward = await call('POST', `${settings}/restore`, { version: 2 }, seen(back));
    expect(forward).toMatchObject({ status: 409, body: { code: 'xml-settings.unconfirmed' } });
    const { confirm } = forward.body['preview'] as { confirm: string };
    const again = await call('POST', `${settings}/restore?confirm=${confirm}`, { version: 2 }, seen(back));
    expect(again.status).toBe(204);
    expect(await call('POST', `${settings}/restore`, { version: 9 }, seen(again))).toMatchObject({
      status: 404,
      body: { code: 'xml-settings-version.absent' },
    });
  });

  it('of another company are as if there were none', async () => {
    const companies = company.slice(0, company.lastIndexOf('/'));
    const sister = randomUUID();
    await installed.operator.saveRule('company', sister, {
      environmentId: environment,
      name: 'Sisar Oy',
      fivaldiNumber: '78',
    });
    for (const id of [sister, randomUUID()]) {
      const there = `${companies}/${id}/xml-settings`;
      const answers = [
        await call('GET', there),
        await call('PUT', there, SAFE, NEW),
        await call('POST', `${there}/preview`, RISKY),
        await call('GET', `${there}/versions`),
        await call('POST', `${there}/restore`, { version: 1 }, { 'if-match': '"seen"' }),
      ];
      for (const { status, body } of answers) expect([status, body['code']]).toEqual([404, 'environment.absent']);
    }
  });
});
