import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import {
  type AuditEvent,
  COMPANY_REGISTER_MODES,
  PAYROLL_DIMENSIONS,
  PRODUCT_REGISTER_MODES,
  SALES_ORDER_MODES,
  STREAM_NAMES,
  STREAMS,
} from '#lib/contracts';

import { ALL_SECTIONS, AuthUnderTest, OPERATOR, partnerUser, PASSWORD } from './auth.spec-support.js';

let auth: AuthUnderTest;
let environmentId: string;
let companyId: string;
let partnerUserId: string;

beforeAll(async () => {
  auth = await AuthUnderTest.start();
  environmentId = await auth.environment();
  companyId = await auth.company(environmentId);
  partnerUserId = await auth.partnerUser();
});
afterAll(() => auth.close());

const last = async (action: AuditEvent['action']) => (await auth.auditEvents(action)).at(-1);
const importing = (...streams: string[]) => streams.map((stream) => ({ stream, direction: 'import' }));

describe('a saved rule', () => {
  interface Case {
    readonly action: AuditEvent['action'];
    readonly rule: string;
    readonly id: string;
    readonly first: object;
    readonly second: object;
    readonly about: readonly ('environmentId' | 'companyId' | 'partnerUserId')[];
    /** What the audit log says of the first, where it is not the body as it was given. */
    readonly shown?: unknown;
    readonly shownNext?: unknown;
  }
  const [newEnvironment, newCompany, newUser] = [randomUUID(), randomUUID(), randomUUID()];
  const settings = { ...ALL_SECTIONS, brakePercent: 20 };
  const orders = { useDiscountRegister: false, createMissingProducts: false };
  const shownSettings = { ...settings, salesOrders: { ...settings.salesOrders, ...orders } };
  const user = {
    ...partnerUser(newUser),
    language: 'SWE',
    active: true,
    scopeCompanyId: null,
    weekdayRestriction: { from: 1320, to: 360 },
    weekendRestricted: true,
    addresses: ['198.51.100.0/24', '2001:db8::1-2001:db8::9'],
  };
  const table: Record<string, () => Case> = {
    environment: () => ({
      action: 'environment.saved',
      rule: 'environment',
      id: newEnvironment,
      first: { name: 'Tili', active: true, timeZone: 'Europe/Helsinki' },
      second: { name: 'Tili ja Poika', active: false, timeZone: 'Europe/Stockholm' },
      about: [],
    }),
    company: () => ({
      action: 'company.saved',
      rule: 'company',
      id: newCompany,
      first: { environmentId, name: 'Asiakas', fivaldiNumber: '700001' },
      second: { environmentId, name: 'Asiakas', fivaldiNumber: '700002' },
      about: ['environmentId'],
    }),
    'partner user': () => ({
      action: 'partner-user.saved',
      rule: 'partner-user',
      id: newUser,
      first: user,
      second: { ...user, weekdayRestriction: null, addresses: null, scopeCompanyId: companyId },
      about: [],
    }),
    'set of upper rights': () => ({
      action: 'upper-rights.saved',
      rule: 'upper-rights',
      id: partnerUserId,
      first: { rights: importing('tuoterekisteri', 'palkat') },
      second: { rights: importing('palkat', 'tilaukset') },
      about: ['partnerUserId'],
      shown: importing('palkat', 'tuoterekisteri'),
      shownNext: importing('palkat', 'tilaukset'),
    }),
    'set of grants': () => ({
      action: 'grants.saved',
      rule: 'grants',
      id: companyId,
      first: { partnerUserId, rights: importing('tilaukset', 'palkat') },
      second: { partnerUserId, rights: importing('palkat') },
      about: ['environmentId', 'companyId', 'partnerUserId'],
      shown: importing('palkat', 'tilaukset'),
      shownNext: importing('palkat'),
    }),
    'restriction group': () => ({
      action: 'restriction-group.saved',
      rule: 'restriction-group',
      id: 'yötyö',
      first: { companyId, times: [{ weekday: 1, from: 0, to: 1440 }], addresses: [], partnerUserIds: [partnerUserId] },
      second: { companyId, times: null, addresses: null, partnerUserIds: [] },
      about: ['environmentId', 'companyId'],
    }),
    'set of XML settings': () => ({
      action: 'xml-settings.saved',
      rule: 'xml-settings',
      id: companyId,
      first: settings,
      second: { ...settings, companyRegister: 'add-only' },
      about: ['environmentId', 'companyId'],
      shown: shownSettings,
      shownNext: { ...shownSettings, companyRegister: 'add-only' },
    }),
  };

  it.each(Object.keys(table))('%s: is there afterwards, audited with before and after, and announced', async (name) => {
    const { action, rule, id, first, second, about, shown = first, shownNext = second } = table[name]!();
    const nudges = auth.nudges;
    await auth.save(rule, id, first);
    const created = await last(action);
    expect(created).toMatchObject({ outcome: 'success', actor: { kind: 'operator', id: OPERATOR } });
    expect(created!.details).toMatchObject({ before: null, after: shown });

    await auth.save(rule, id, second);
    const changed = await last(action);
    expect(changed!.details).toMatchObject({ before: shown, after: shownNext });
    const ids = { environmentId, companyId, partnerUserId };
    for (const one of about) expect(changed).toMatchObject({ [one]: ids[one] });
    const { environmentId: environment, companyId: company, partnerUserId: partner } = changed!;
    const announced = { environmentId: environment, companyId: company, partnerUserId: partner };
    expect((await auth.rulesChanged()).slice(-2)).toEqual([announced, announced]);
    expect(auth.nudges).toBe(nudges + 2);

    // Saving it again reads it from the database: what was announced is what is kept.
    await auth.save(rule, id, second);
    expect((await last(action))!.details).toMatchObject({ before: shownNext, after: shownNext });
  });

  it('may be any that the catalogue of streams and the settings know: the database has the same lists', async () => {
    const rights = STREAM_NAMES.flatMap((stream) =>
      STREAMS[stream].directions.map((direction) => ({ stream, direction })),
    );
    await auth.save('upper-rights', partnerUserId, { rights });
    await auth.save('grants', companyId, { partnerUserId, rights });
    for (const companyRegister of COMPANY_REGISTER_MODES) await saveSettings({ companyRegister });
    for (const productRegister of PRODUCT_REGISTER_MODES) await saveSettings({ productRegister });
    for (const mode of SALES_ORDER_MODES) await saveSettings({ salesOrders: { mode } });
    for (const dimensions of PAYROLL_DIMENSIONS) await saveSettings({ payroll: { dimensions } });
  });

  const saveSettings = (section: object) => auth.save('xml-settings', companyId, { ...ALL_SECTIONS, ...section });

  it('never shows a password, and says that one was set', async () => {
    await auth.save('partner-user', partnerUserId, { ...partnerUser(partnerUserId), password: PASSWORD });
    const event = await last('partner-user.saved');
    expect(event!.details).toMatchObject({ passwordSet: true });
    expect(JSON.stringify(event)).not.toMatch(new RegExp(`${PASSWORD}|argon2`));
    await auth.save('partner-user', partnerUserId, partnerUser(partnerUserId));
    expect((await last('partner-user.saved'))!.details).toMatchObject({ passwordSet: false });
    const [row] = await auth.database.rows('select 1 from auth.partner_user where password_hash is not null');
    expect(row).toBeDefined();
  });

  it('says how many grants a withdrawn upper right leaves inert, and how many it brings back', async () => {
    const { partnerUserId: user } = await auth.furnish();
    await auth.save('upper-rights', user, { rights: [] });
    expect((await last('upper-rights.saved'))!.details).toMatchObject({ grantsInert: 1, grantsRevived: 0 });
    await auth.save('upper-rights', user, { rights: importing('tuoterekisteri') });
    expect((await last('upper-rights.saved'))!.details).toMatchObject({ grantsInert: 0, grantsRevived: 1 });
  });

  it('is one of a kind however many save it at once and spell its id, each before being the last after', async () => {
    const id = randomUUID();
    const names = Array.from({ length: 8 }, (_, n) => `Nimi ${n}`);
    await Promise.all(names.map((name, n) => auth.save('environment', n % 2 ? id.toUpperCase() : id, { name })));
    const events = (await auth.auditEvents('environment.saved')).slice(-8).map(({ details }) => details);
    const [befores, afters] = [events.map(({ before }) => before), events.map(({ after }) => after)];
    expect(befores).toEqual([null, ...afters.slice(0, -1)]);
  });
});
