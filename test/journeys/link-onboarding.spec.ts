/** How a company's Severa and Netvisor are linked and taken into use, phase by phase, by those who may. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { until } from '../../libs/testing/src/index.ts';
import { PHASES } from '../../scripts/demo/company-link.ts';
import type { ApiClient } from '../../scripts/local/api-client.ts';
import { type Linked, LinkGround } from './link-ground.ts';

/** The seed's two sentences, word for word, and what they are in the other languages. */
const SENTENCES = {
  severa: {
    fi: 'Virheellinen Severan API-avain: Yhteyttä ei voida muodostaa. Tarkista API-avain.',
    sv: 'Ogiltig API-nyckel för Severa: Förbindelsen kan inte upprättas. Kontrollera API-nyckeln.',
    en: 'Invalid Severa API key: No connection can be made. Check the API key.',
  },
  netvisor: {
    fi: 'Virheelliset Netvisorin tunnistetiedot: Yhteyttä ei voida muodostaa. Tarkista integraatiotunnukset.',
    sv: 'Ogiltiga identifieringsuppgifter för Netvisor: Förbindelsen kan inte upprättas. Kontrollera integrationskoderna.',
    en: 'Invalid Netvisor credentials: No connection can be made. Check the integration credentials.',
  },
} as const;

const LANGUAGES = ['fi', 'sv', 'en'] as const;

describe('taking a link of Severa and Netvisor into use', () => {
  let ground: LinkGround;
  beforeAll(async () => {
    ground = await LinkGround.open();
  }, 120_000);
  afterAll(() => ground.close(), 60_000);

  const objections = async ({ link }: Linked): Promise<readonly string[]> =>
    (await link.show()).start.objections.map(({ code }) => code);

  it('goes phase by phase, is left and resumed by another person, and starts only when all is done', async () => {
    const linked = await ground.unlinked();
    const { link, books } = linked;
    expect((await link.call('GET', '')).status).toBe(404);

    await ground.set(linked, {});
    const begun = await link.show();
    expect(begun.phases.map(({ phase, light, acknowledged }) => [phase, light, acknowledged])).toEqual(
      PHASES.map((phase) => [phase, phase === 'transfer-history' ? 'done' : 'waits', null]),
    );
    expect(begun.phases[0]?.title).toBe('Valmistele integraatioliittymän käyttöönotto Severassa');
    expect(await objections(linked)).toEqual([
      'phase-open',
      'severa-not-green',
      'netvisor-not-green',
      'customers-undecided',
      'products-undecided',
      'dimensions-undecided',
    ]);
    const early = await link.call('POST', '/start', undefined, { 'accept-language': 'fi' });
    expect(early).toMatchObject({ status: 409, body: { code: 'link.not-ready' } });
    expect(early.body['objections']).toContainEqual({
      code: 'phase-open',
      what: 'Kaikkia vaiheita ei ole kuitattu tehdyiksi.',
    });

    const { severa, netvisor } = books.company;
    await link.give({ system: 'severa', clientId: severa.clientId, clientSecret: severa.clientSecret });
    await link.acknowledge('prepare-in-severa');

    // Two roles in one person are what the seed asks for; each alone is not enough.
    const another = link.by(await ground.person('user-administrator', 'accountant'));
    for (const role of ['user-administrator', 'accountant']) {
      const alone = link.by(await ground.person(role));
      expect((await alone.call('PUT', '/phases/customers/acknowledgement')).status).toBe(403);
    }
    const resumed = await another.show();
    expect(resumed.phases[0]).toMatchObject({ light: 'done', acknowledged: { by: expect.any(String) } });
    expect(resumed.credentials).toEqual([
      expect.objectContaining({ system: 'severa', identity: severa.clientId, savedBy: expect.any(String) }),
    ]);
    await another.give({ system: 'netvisor', ...netvisor });
    const stands = { customers: 'to-netvisor', products: 'none', dimensions: { projects: null, businessUnits: null } };
    await ground.set(linked, stands);
    await another.acknowledge(...PHASES.filter((phase) => phase !== 'dimensions'));
    expect(await objections(linked)).toContain('phase-open');
    await another.acknowledge('dimensions');
    const { phases } = await link.show();
    expect(new Set(phases.map(({ acknowledged }) => acknowledged?.by)).size).toBe(2);
    expect((await link.call('DELETE', '/phases/dimensions/acknowledgement')).status).toBe(204);
    expect(await objections(linked)).toContain('phase-open');
    await another.acknowledge('dimensions');

    // Products stay: Netvisor needs the record TEMP for that.
    await link.call('POST', '/check');
    await until(async () => (await objections(linked)).includes('temporary-product-missing'), {
      what: 'TEMP to be looked for in vain',
    });
    expect((await link.call('POST', '/start')).status).toBe(409);
    await books.inNetvisor('products', {
      fields: { productcode: 'TEMP', name: 'Tilapäinen', productgroup: 'Muut', unitprice: '0' },
    });
    await link.call('POST', '/check');
    await until(async () => (await objections(linked)).length === 0, { what: 'TEMP to be found' });
    expect((await another.show()).start).toEqual({ allowed: true, objections: [] });
    await another.turn('start');
    expect((await link.show()).state).toBe('active');
    expect(await link.call('POST', '/start')).toMatchObject({ status: 409, body: { code: 'link.not-ready' } });
  }, 60_000);

  it('tells a wrong key at once, in the words that people search for, and a right one as well', async () => {
    const linked = await ground.unlinked();
    await ground.set(linked, {});
    const { link, books } = linked;
    const { severa, netvisor } = books.company;
    await link.give({ system: 'severa', clientId: severa.clientId, clientSecret: severa.clientSecret });
    for (const language of LANGUAGES) {
      const checks = await link.give({ system: 'severa-key', key: 'wrong & <odd>' }, language);
      expect(checks.severa.light).toBe('yellow');
      expect(checks.severa.parts).toMatchObject([
        { credential: 'severa', light: 'green', cause: null },
        { credential: 'severa-key', light: 'yellow', cause: { what: SENTENCES.severa[language] } },
      ]);
    }
    for (const language of LANGUAGES) {
      const wrong = { system: 'netvisor', customerId: netvisor.customerId, customerKey: '0'.repeat(32) };
      const checks = await link.give(wrong, language);
      expect(checks.netvisor).toMatchObject({
        light: 'yellow',
        parts: [{ credential: 'netvisor', cause: { what: SENTENCES.netvisor[language], owner: 'netvisor-user' } }],
      });
    }
    expect((await link.show()).phases.slice(0, 2).map(({ light }) => light)).toEqual(['trouble', 'trouble']);
    expect(await link.giveAll(books.company)).toMatchObject({ netvisor: { light: 'green' } });
    expect((await link.show()).checks).toMatchObject({ severa: { light: 'green' }, netvisor: { light: 'green' } });
  }, 60_000);

  it('does not say that Severa is right while a scope is missing', async () => {
    const linked = await ground.unlinked();
    await ground.set(linked, { customers: 'to-netvisor' });
    const { severa } = linked.books.company;
    await ground.systems.severa.tell('PATCH', `organisations/${severa.clientId}`, {
      scopes: ['settings:read'],
      otherScopes: 'left-out',
    });
    const credentials = { system: 'severa', clientId: severa.clientId, clientSecret: severa.clientSecret };
    expect((await linked.link.give(credentials)).severa).toMatchObject({
      light: 'yellow',
      parts: [{ cause: { code: 'severa-scope-missing' }, message: expect.stringContaining('customers:read') }],
    });
  });

  it.each([
    [
      'Severa',
      'severa-key-invalid',
      (systems: LinkGround['systems'], { severa }: Linked['books']['company']) => ({
        remove: () => systems.severa.tell('DELETE', `users/${severa.clientId}`),
        mend: () => systems.severa.tell('PUT', `users/${severa.clientId}`),
        credentials: { system: 'severa', clientId: severa.clientId, clientSecret: severa.clientSecret },
      }),
    ],
    [
      'Netvisor',
      'netvisor-credentials-invalid',
      (systems: LinkGround['systems'], { netvisor, organisationId }: Linked['books']['company']) => {
        const customerId = `${netvisor.customerId}_2`;
        const customerKey = 'f'.repeat(32);
        return {
          remove: () => systems.netvisor.tell('DELETE', `users/${netvisor.customerId}`),
          mend: () => systems.netvisor.tell('POST', 'companies', { organisationId, customerId, customerKey }),
          credentials: { system: 'netvisor', customerId, customerKey },
        };
      },
    ],
  ])(
    'stands still when the user behind the key of %s is removed, loses nothing, and goes on with a new one',
    async (_, cause, of) => {
      const linked = await ground.prepared();
      const { link, books } = linked;
      await books.inSevera('customers', { number: 1, name: 'Ensimmäinen Oy' });
      await ground.start(linked);
      expect(await link.settled('customers-to-netvisor')).toMatchObject({ state: 'succeeded' });

      const { remove, mend, credentials } = of(ground.systems, books.company);
      await books.inSevera('customers', { number: 2, name: 'Toinen Oy' }, { number: 3, name: 'Kolmas Oy' });
      await remove();
      await link.ask('customers-to-netvisor');
      const { paused } = await until(
        async () => {
          const shown = await link.show();
          return shown.paused !== null && shown;
        },
        { within: 20_000, what: 'the link to stand still' },
      );
      expect(paused).toMatchObject({
        code: cause,
        what: SENTENCES[cause.startsWith('severa') ? 'severa' : 'netvisor'].fi,
      });
      expect((await books.ofNetvisor()).customers).toHaveLength(1);
      expect((await link.runs('customers-to-netvisor'))[0]).toMatchObject({ endedAt: null });
      const troubles = await ground.mainUser.call<{ paused: object[] }>(
        'GET',
        `/v1/environments/${ground.environment}/link-troubles`,
      );
      expect(troubles.body.paused).toContainEqual(
        expect.objectContaining({ companyId: linked.company.id, cause: expect.objectContaining({ code: cause }) }),
      );

      await mend();
      await link.give(credentials);
      expect(await link.settled('customers-to-netvisor')).toMatchObject({ state: 'succeeded', counts: { moved: 2 } });
      expect((await link.show()).paused).toBeNull();
      expect((await books.ofNetvisor()).customers).toHaveLength(3);
      expect((await link.history({ flow: 'customers-to-netvisor' })).map(({ result }) => result)).toEqual(
        Array.from({ length: 3 }, () => 'moved'),
      );
    },
    60_000,
  );

  it('says which API resources the chosen flows need', async () => {
    const linked = await ground.prepared();
    const { body } = await linked.link.call<{ resources: Record<string, unknown>[] }>('GET', '/resources');
    expect(body.resources).toContainEqual(
      expect.objectContaining({ system: 'netvisor', name: 'customerlist.nv', inUse: true, open: true }),
    );
    expect(body.resources).toContainEqual(
      expect.objectContaining({ system: 'severa', name: 'customers:read', inUse: true, open: null }),
    );
    expect(body.resources).toContainEqual(expect.objectContaining({ name: 'tripexpense.nv', inUse: false }));
  });

  it('may be done for many companies from a file, secrets excepted', async () => {
    const one = await ground.unlinked();
    const { operator } = ground.installed;
    const businessId = one.books.company.organisationId;
    const companyPath = `/v1/environments/${ground.environment}/companies/${one.company.id}`;
    const read = await operator.call('GET', companyPath);
    const changed = { name: 'Yritys', fivaldiNumber: one.company.number, businessId };
    const put = await operator.call('PUT', companyPath, {
      headers: { 'content-type': 'application/json', 'if-match': read.headers.get('etag') ?? '' },
      body: JSON.stringify(changed),
    });
    expect(put.status).toBe(200);
    const csv =
      'business-id;partner-user;customers;products\n' +
      `${businessId};${ground.partner.userName};to-netvisor;to-netvisor\n` +
      `1234567-1;${ground.partner.userName};to-netvisor;to-netvisor\n`;
    const upload = (client: ApiClient, query: string) =>
      client.call('POST', `/v1/environments/${ground.environment}/link-imports${query}`, {
        headers: { 'content-type': 'text/csv' },
        body: csv,
      });
    const dry = await upload(ground.mainUser, '');
    expect(dry).toMatchObject({ status: 200, body: { committed: false, counts: { create: 1, blocked: 1 } } });
    expect((await one.link.call('GET', '')).status).toBe(404);
    expect(await upload(ground.mainUser, '?commit=true')).toMatchObject({ body: { committed: true } });
    expect(await one.link.show()).toMatchObject({ state: 'preparing', settings: { customers: 'to-netvisor' } });
  });

  it('never made two calls of a company to Netvisor at once', async () => {
    expect(await ground.overlaps()).toBe(0);
  });
});
