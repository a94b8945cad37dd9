import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { EXPORT_DEFAULTS } from '#lib/contracts';

import { ALL_SECTIONS, AuthUnderTest } from '../auth.spec-support.js';
import { readCompanies } from '../onboarding/facts.js';
import { csv, OnboardingUnderTest } from '../onboarding/onboarding.spec-support.js';
import { xmlSettingsVersions } from '../rules/xml-settings-version.js';

const RIGHT = { stream: 'tuoterekisteri', direction: 'import' } as const;
const OTHER = { stream: 'yritysrekisteri', direction: 'import' } as const;
const HEAD = 'Yritys;Fivaldi-numero;Malli';

let auth: AuthUnderTest;
let firm: OnboardingUnderTest;
let partnerUserId: string;

beforeAll(async () => {
  auth = await AuthUnderTest.start((server) => server.as('auth'));
});
beforeEach(async () => {
  firm = await OnboardingUnderTest.start(auth);
  partnerUserId = await auth.partnerUser();
  await auth.save('upper-rights', partnerUserId, { rights: [RIGHT, OTHER] });
});
afterAll(() => auth.close());

const basic = (changes: object = {}): object => ({
  isDefault: true,
  webServices: true,
  xmlSettings: ALL_SECTIONS,
  restrictionGroup: { name: 'toimisto', addresses: ['192.0.2.0/24'], partnerUserIds: [partnerUserId] },
  grants: [{ partnerUserId, rights: [RIGHT] }],
  ...changes,
});

const decide = async (client = '192.0.2.7') => {
  const [company] = await firm.companies();
  const moment = { at: 'acceptance', client } as const;
  const { stream, direction } = RIGHT;
  return auth.decider.decide({ partnerUserId, companyId: company!.company_id, stream, direction, moment });
};

const inheritance = async () => {
  const [company] = await firm.companies();
  return firm.templates.inheritance({ ...firm.within, companyId: company!.company_id });
};

const applied = async (name: string) =>
  firm.committed(await firm.worked(await firm.onboardings.apply({ ...firm.within, name })));

describe('a template', () => {
  it('gives a new company all that a decision needs', async () => {
    await firm.template('Perus', basic());
    expect((await firm.onboarded(csv('Yritys;Fivaldi-numero', 'A Oy;1'))).counts).toMatchObject({ saved: 1 });
    expect(await decide()).toMatchObject({
      allowed: true,
      company: { xmlSettings: { productRegister: 'replace-all' } },
    });
    expect(await decide('198.51.100.1')).toMatchObject({ reasons: ['GROUP_IP_NOT_ALLOWED'] });
  });

  it('gives its choices for exports with the rest, as the first version of the settings that the company keeps', async () => {
    const exported = { fileName: 'vienti.xml', dimensionLevel: 2, protectedPersons: 'mask' } as const;
    const mark = await firm.template('Perus', basic({ xmlSettings: { ...ALL_SECTIONS, export: exported } }));
    await firm.onboarded(csv('Yritys;Fivaldi-numero', 'A Oy;1'));
    expect(await decide()).toMatchObject({ company: { xmlSettings: { export: exported } } });
    const [company] = await firm.companies();
    const place = { environmentId: firm.environmentId, companyId: company!.company_id };
    const page = { before: undefined, limit: 9 };
    const versions = await auth.database.transaction((sql) => xmlSettingsVersions(sql, place, page), {
      scope: { tenant: firm.environmentId },
    });
    expect(versions).toMatchObject([{ version: 1, by: { kind: 'person' }, settings: { export: exported } }]);

    await firm.template('Perus', basic({ xmlSettings: ALL_SECTIONS }), mark);
    await applied('Perus');
    expect(await decide()).toMatchObject({ company: { xmlSettings: { export: EXPORT_DEFAULTS } } });
  });

  it('leaves each kind of rule in the audit log as if it had been saved by itself', async () => {
    await firm.template('Perus', basic());
    await firm.onboarded(csv('Yritys;Fivaldi-numero', 'A Oy;1'));
    const own = async (action: Parameters<typeof auth.auditEvents>[0]) =>
      (await auth.auditEvents(action)).filter(({ environmentId }) => environmentId === firm.environmentId);
    expect(await own('company.saved')).toMatchObject([{ details: { after: { name: 'A Oy', template: 'Perus' } } }]);
    expect(await own('xml-settings.saved')).toMatchObject([
      { details: { before: null, after: { productRegister: 'replace-all', brakePercent: 20 } } },
    ]);
    expect(await own('grants.saved')).toMatchObject([{ partnerUserId, details: { before: null, after: [RIGHT] } }]);
    expect(await own('restriction-group.saved')).toMatchObject([{ details: { group: 'toimisto', before: null } }]);
  });

  it('that is named goes before the one of the firm, and what the file says before both', async () => {
    await firm.template('Perus', basic());
    const xmlSettings = { ...ALL_SECTIONS, productRegister: 'add-only' };
    await firm.template('Varovainen', basic({ isDefault: false, xmlSettings }));
    const view = await firm.tried(
      csv(
        `${HEAD};Tuoterekisterin tuontitapa`,
        'A;1;;',
        'B;2;Varovainen;',
        'C;3;Varovainen;update-keep',
        'D;4;Varoivainen;',
      ),
    );
    const rows = await firm.rows(view);
    const modes = rows.map(
      ({ changes }) => changes.find(({ field }) => field === 'xmlSettings.productRegister')?.after,
    );
    expect(modes).toEqual(['replace-all', 'add-only', 'update-keep', undefined]);
    expect(rows[3]?.mistakes).toMatchObject([
      { field: 'template', code: 'template.unknown', message: 'There is no such template; the nearest is Varovainen' },
    ]);
  });

  it('changes no company until it is applied, and then only what was inherited', async () => {
    const mark = await firm.template('Perus', basic());
    await firm.onboarded(csv(HEAD, 'A Oy;1;'));
    const [company] = await firm.companies();
    await auth.save('xml-settings', company!.company_id, { ...ALL_SECTIONS, productRegister: 'add-only' });
    const xmlSettings = { ...ALL_SECTIONS, productRegister: 'update-all', companyRegister: 'add-only' };
    await firm.template('Perus', basic({ xmlSettings, grants: [] }), mark);

    expect(await decide()).toMatchObject({
      allowed: true,
      company: { xmlSettings: { companyRegister: 'update-keep' } },
    });
    const settings = new Map((await inheritance()).settings.map(({ setting, ...says }) => [setting, says]));
    expect(settings.get('xmlSettings.productRegister')).toEqual({
      value: 'add-only',
      from: 'own',
      template: 'update-all',
      differs: true,
    });
    expect(settings.get('xmlSettings.companyRegister')).toMatchObject({ from: 'template', differs: true });
    expect(settings.get('xmlSettings.brakePercent')).toMatchObject({ from: 'template', differs: false });
    expect(settings.get(`grants.${partnerUserId}`)).toMatchObject({ from: 'template', template: null, differs: true });

    expect((await applied('Perus')).counts).toMatchObject({ changed: 1, saved: 1 });
    expect(await decide()).toMatchObject({ allowed: false, reasons: ['COMPANY_GRANT_MISSING'] });
    const after = new Map((await inheritance()).settings.map(({ setting, value }) => [setting, value]));
    expect(after.get('xmlSettings.productRegister')).toBe('add-only');
    expect(after.get('xmlSettings.companyRegister')).toBe('add-only');
    expect((await applied('Perus')).counts).toMatchObject({ skipped: 1 });
  });

  it('moves its restriction group when that is named anew, and never takes one away by its silence', async () => {
    const mark = await firm.template('Perus', basic());
    await firm.onboarded(csv(HEAD, 'A Oy;1;'));
    const restrictionGroup = { name: 'uusi', addresses: ['198.51.100.0/24'], partnerUserIds: [partnerUserId] };
    const next = await firm.template('Perus', basic({ restrictionGroup }), mark);
    await applied('Perus');
    expect(await decide('198.51.100.1')).toMatchObject({ allowed: true });
    expect(await decide('192.0.2.7')).toMatchObject({ reasons: ['GROUP_IP_NOT_ALLOWED'] });
    await firm.template('Perus', basic({ restrictionGroup: null }), next);
    expect((await applied('Perus')).counts).toMatchObject({ skipped: 1 });
    expect(await decide('192.0.2.7')).toMatchObject({ reasons: ['GROUP_IP_NOT_ALLOWED'] });
  });

  it("does not move a partner user out of the company's own group", async () => {
    await firm.onboarded(csv('Yritys;Fivaldi-numero', 'A Oy;1'));
    const [company] = await firm.companies();
    await auth.save('restriction-group', 'oma', {
      companyId: company!.company_id,
      addresses: ['203.0.113.1'],
      partnerUserIds: [partnerUserId],
    });
    await firm.template('Perus', basic());
    const view = await firm.tried(csv(HEAD, 'A Oy;1;Perus'));
    expect(await firm.rows(view)).toMatchObject([
      { outcome: 'blocked', mistakes: [{ code: 'restriction-group.member-elsewhere' }] },
    ]);
  });

  it('blocks what it would grant when the operator has withdrawn the upper right since', async () => {
    await firm.template('Perus', basic());
    await auth.save('upper-rights', partnerUserId, { rights: [OTHER] });
    const view = await firm.tried(csv(HEAD, 'A Oy;1;'));
    expect(await firm.rows(view)).toMatchObject([
      { outcome: 'blocked', mistakes: [{ field: 'template', code: 'grant.refused' }] },
    ]);
  });

  it('grants nothing to a company whose Web Services are off, and what it was to have once they are on', async () => {
    await firm.template('Perus', basic());
    await firm.onboarded(csv('Yritys;Fivaldi-numero;Web Services', 'A Oy;1;ei'));
    expect(await decide()).toMatchObject({ reasons: ['COMPANY_GRANT_MISSING'] });
    await firm.onboarded(csv('Yritys;Fivaldi-numero;Web Services', 'A Oy;1;kyllä'));
    expect(await decide()).toMatchObject({ allowed: true });
  });

  it('never gives again what was taken by hand', async () => {
    const mark = await firm.template('Perus', basic());
    await firm.onboarded(csv(HEAD, 'A Oy;1;'));
    const [company] = await firm.companies();
    await auth.save('grants', company!.company_id, { partnerUserId, rights: [] });
    expect((await applied('Perus')).counts).toMatchObject({ skipped: 1 });
    await firm.template(
      'Perus',
      basic({ grants: [{ partnerUserId, rights: [RIGHT, OTHER] }], webServices: null }),
      mark,
    );
    await firm.onboarded(csv(HEAD, 'B Oy;1;'));
    await applied('Perus');
    expect(await decide()).toMatchObject({ reasons: ['COMPANY_GRANT_MISSING'] });
  });

  it.each<[string, () => object, object]>([
    [
      'a right that the stream does not support',
      () => ({ grants: [{ partnerUserId, rights: [{ stream: 'kiha', direction: 'import' }] }] }),
      { code: 'rights.refused', details: { reasons: ['DIRECTION_UNSUPPORTED'] } },
    ],
    [
      'a right that the operator has not given',
      () => ({ grants: [{ partnerUserId, rights: [{ stream: 'kiha', direction: 'export' }] }] }),
      { code: 'rights.refused', details: { errors: [{ pointer: '/grants/0/rights/0', code: 'VISMA_GRANT_MISSING' }] } },
    ],
    [
      'a partner user that there is not',
      () => ({ grants: [{ partnerUserId: '0190a7c0-0000-7000-8000-0000000000ff', rights: [] }] }),
      {
        code: 'rule.unusable',
        details: { errors: [{ pointer: '/grants/0/partnerUserId', code: 'partner-user.absent' }] },
      },
    ],
    [
      'an address that cannot be read',
      () => ({ restrictionGroup: { name: 'r', addresses: ['192.0.2.300'] } }),
      { code: 'rule.unusable' },
    ],
  ])('is not saved with %s', async (_, change, error) => {
    await expect(firm.template('Perus', basic(change()))).rejects.toMatchObject(error);
    expect((await firm.templates.list(firm.within)).templates).toEqual([]);
  });

  it('is changed and removed by its mark alone; companies keep what they have as their own', async () => {
    const mark = await firm.template('Perus', basic());
    await expect(firm.template('Perus', basic())).rejects.toMatchObject({ code: 'rule.outdated' });
    await expect(firm.template('Toinen', basic())).rejects.toMatchObject({ code: 'template.default-elsewhere' });
    await firm.onboarded(csv(HEAD, 'A Oy;1;'));
    await expect(firm.templates.remove({ ...firm.within, name: 'Perus', ifMark: 'x' })).rejects.toMatchObject({
      code: 'rule.outdated',
    });
    expect(await firm.templates.remove({ ...firm.within, name: 'Perus', ifMark: mark })).toBe(1);
    expect(await decide()).toMatchObject({ allowed: true });
    expect((await inheritance()).template).toBeNull();
  });

  it('is nothing to another environment', async () => {
    await firm.template('Perus', basic());
    const stranger = await OnboardingUnderTest.start(auth);
    expect((await stranger.templates.list(stranger.within)).templates).toEqual([]);
    await expect(stranger.onboardings.apply({ ...stranger.within, name: 'Perus' })).rejects.toMatchObject({
      code: 'template.absent',
    });
    await firm.onboarded(csv(HEAD, 'A Oy;1;'));
    const [company] = await firm.companies();
    const ask = { ...stranger.within, companyId: company!.company_id };
    await expect(stranger.templates.inheritance(ask)).rejects.toMatchObject({ code: 'company.absent' });
  });

  it('holds no group that lets nobody in, or that cannot be read, and says where', async () => {
    const times = [{ weekday: 1, from: 480, to: 480 }];
    const saving = firm.template(
      'Perus',
      basic({ restrictionGroup: { name: 'toimisto', times, addresses: ['kotoa'] } }),
    );
    await expect(saving).rejects.toMatchObject({
      kind: 'invalid',
      details: {
        errors: [
          { pointer: '/restrictionGroup/times/0/to', code: 'time.without-length' },
          { pointer: '/restrictionGroup/addresses/0', code: 'address-rule.unreadable' },
        ],
      },
    });
    expect((await firm.templates.list(firm.within)).templates).toEqual([]);
  });

  it('has no name that PostgreSQL cannot take', async () => {
    const named = { ...firm.within, name: 'Perus\0' };
    const unfit = { kind: 'invalid', details: { errors: [{ pointer: '/name', code: 'text.unusable' }] } };
    await expect(firm.templates.remove({ ...named, ifMark: 'x' })).rejects.toMatchObject(unfit);
    await expect(firm.onboardings.apply(named)).rejects.toMatchObject(unfit);
  });

  it('can be applied though uploads that broke off have left no room', async () => {
    await firm.template('Perus', basic());
    await auth.database.rows(
      `insert into auth.onboarding (environment_id, onboarding_id, state, form, actor, received_at)
       select $1, gen_random_uuid(), 'open', 'csv', '{}', clock_timestamp() - interval '2 hours'
         from generate_series(1, 20)`,
      [firm.environmentId],
      { scope: { tenant: firm.environmentId } },
    );
    expect(await applied('Perus')).toMatchObject({ state: 'done' });
  });

  it('is compared with what stands in one order, however PostgreSQL finds it', async () => {
    const users = [partnerUserId, await auth.partnerUser()].sort();
    await auth.save('upper-rights', users[0]!, { rights: [RIGHT] });
    await auth.save('upper-rights', users[1]!, { rights: [RIGHT] });
    await firm.onboarded(csv('Yritys;Fivaldi-numero;Web Services', 'A Oy;1;on'));
    const [company] = await firm.companies();
    for (const id of users.toReversed()) {
      await auth.save('grants', company!.company_id, { partnerUserId: id, rights: [RIGHT] });
    }
    const settings = await auth.database.transaction(
      async (sql) => {
        for (const way of ['indexscan', 'bitmapscan']) await sql.rows(`set local enable_${way} = off`);
        return (await readCompanies(sql, firm.environmentId, ['1'])).get('1')?.settings;
      },
      { scope: { tenant: firm.environmentId } },
    );
    expect(Object.keys(settings ?? {})).toEqual(['webServices', ...users.map((id) => `grants.${id}`)]);
  });
});
