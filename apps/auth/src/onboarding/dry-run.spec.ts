import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { AuthUnderTest } from '../auth.spec-support.js';
import { csv, manyCompanies, OnboardingUnderTest } from './onboarding.spec-support.js';

let auth: AuthUnderTest;
let firm: OnboardingUnderTest;

beforeAll(async () => {
  auth = await AuthUnderTest.start((server) => server.as('auth'));
});
beforeEach(async () => {
  firm = await OnboardingUnderTest.start(auth);
});
afterAll(() => auth.close());

const NOTHING = { rows: 0, created: 0, changed: 0, skipped: 0, blocked: 0, outdated: 0, saved: 0 };

describe('a dry run', () => {
  it('says what would be created, changed field by field, skipped and blocked, and changes nothing', async () => {
    await firm.onboarded(csv('Yritys;Y-tunnus;Fivaldi-numero', 'Eka Oy;0112038-9;1', 'Toka Oy;;2'));
    const before = await firm.companies();
    const view = await firm.tried(
      csv('Fivaldi-numero;Web Services;Nimi', '1;;Eka Oy', '2;ei;Toka Ab', '3;kyllä;Kolmas Oy', 'x;;Neljäs Oy'),
    );
    expect(view).toMatchObject({ state: 'ready', mark: expect.any(String) });
    expect(view.counts).toEqual({ ...NOTHING, rows: 4, created: 1, changed: 1, skipped: 1, blocked: 1 });
    const [skipped, changed, created, blocked] = await firm.rows(view);
    expect(skipped).toMatchObject({ no: 1, line: 2, outcome: 'skipped', changes: [] });
    expect(changed).toMatchObject({
      outcome: 'changed',
      changes: [
        { field: 'name', before: 'Toka Oy', after: 'Toka Ab' },
        { field: 'webServices', before: true, after: false },
      ],
    });
    expect(created).toMatchObject({ outcome: 'created', name: 'Kolmas Oy', saved: false });
    expect(blocked).toMatchObject({
      outcome: 'blocked',
      mistakes: [{ field: 'fivaldiNumber', code: 'number.not-digits', value: 'x', message: 'Digits only' }],
    });
    expect(await firm.companies()).toEqual(before);
  });

  it('finds every mistake of a thousand wrong rows at once', async () => {
    const rows = Array.from(
      { length: 1000 },
      (_, n) => `${'N'.repeat(101)};1234567-${n % 10};${n}a;ehkä;Malli ${n};kaikki`,
    );
    const view = await firm.tried(
      csv('Yritys;Y-tunnus;Fivaldi-numero;Web Services;Malli;Tuoterekisterin tuontitapa', ...rows),
    );
    expect(view.counts).toEqual({ ...NOTHING, rows: 1000, blocked: 1000 });
    const shown = await firm.rows(view);
    expect(shown).toHaveLength(1000);
    for (const { mistakes } of shown) {
      expect(mistakes.map(({ field }) => field)).toEqual(
        expect.arrayContaining(['name', 'businessId', 'fivaldiNumber', 'webServices', 'template', 'productRegister']),
      );
    }
  });

  it('tells the same company twice in the file from two companies, and names the other line', async () => {
    const view = await firm.tried(
      csv('Yritys;Y-tunnus;Fivaldi-numero', 'A;0112038-9;1', 'B;;2', 'C;0112038-9;1', 'D;;3'),
    );
    expect((await firm.rows(view)).map(({ outcome }) => outcome)).toEqual(['blocked', 'created', 'blocked', 'created']);
    const [first] = await firm.rows(view, 'fi');
    expect(first?.mistakes).toMatchObject([
      { field: 'fivaldiNumber', code: 'file.duplicate', value: '1', message: 'Sama arvo on myös rivillä 4' },
      { field: 'businessId', code: 'file.duplicate', value: '0112038-9', message: 'Sama arvo on myös rivillä 4' },
    ]);
  });

  it('does not give a business ID to a second company', async () => {
    await firm.onboarded(csv('Yritys;Y-tunnus;Fivaldi-numero', 'Eka Oy;0112038-9;1'));
    const view = await firm.tried(csv('Yritys;Y-tunnus;Fivaldi-numero', 'Toinen Oy;0112038-9;2'));
    expect(await firm.rows(view)).toMatchObject([
      {
        outcome: 'blocked',
        mistakes: [
          {
            code: 'business-id.taken',
            message: 'The business ID already belongs to the company with Fivaldi number 1',
          },
        ],
      },
    ]);
  });

  it('asks for all four sections of the XML settings or none', async () => {
    const view = await firm.tried(csv('Yritys;Fivaldi-numero;Tuoterekisterin tuontitapa', 'A;1;update-keep'));
    const [row] = await firm.rows(view);
    expect(row?.mistakes.map(({ field, code }) => `${field} ${code}`)).toEqual([
      'companyRegister settings.incomplete',
      'salesOrders settings.incomplete',
      'payroll settings.incomplete',
    ]);
  });

  it('sees nothing of another environment', async () => {
    const view = await firm.onboarded(manyCompanies(1));
    const stranger = await OnboardingUnderTest.start(auth);
    await expect(stranger.onboardings.read(stranger.key(view.id))).rejects.toMatchObject({ code: 'onboarding.absent' });
    await expect(stranger.commit(view)).rejects.toMatchObject({ code: 'onboarding.absent' });
    expect((await stranger.tried(manyCompanies(1))).counts).toMatchObject({ created: 1, skipped: 0 });
  });

  it('of an environment that does not exist is refused as such', async () => {
    const nowhere = new OnboardingUnderTest(auth, '0190a7c0-0000-7000-8000-0000000000ee');
    await expect(nowhere.tried(manyCompanies(1))).rejects.toMatchObject({ code: 'environment.absent' });
  });

  it('keeps no byte of a file that was read, or cancelled before', async () => {
    await firm.tried(manyCompanies(1));
    const onboardingId = await firm.onboardings.open({ ...firm.within, form: 'csv', charset: null });
    await firm.onboardings.part({ ...firm.key(onboardingId), no: 0, data: 'aaaa' });
    await firm.onboardings.cancel({ ...firm.within, onboardingId });
    const left = await auth.database.rows(
      'select from auth.onboarding_file where environment_id = $1',
      [firm.environmentId],
      {
        scope: { tenant: firm.environmentId },
      },
    );
    expect(left).toEqual([]);
  });

  it('is one of twenty that an environment may have under way', async () => {
    const open = () => firm.onboardings.open({ ...firm.within, form: 'csv', charset: null });
    for (let n = 0; n < 20; n += 1) await open();
    await expect(open()).rejects.toMatchObject({ code: 'onboarding.too-many-at-once' });
  });
});
