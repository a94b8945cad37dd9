import { describe, expect, it } from '@jest/globals';

import { partnerUserForm, passwordChangeForm, usageRestrictionsForm } from './partner-user-form.js';

const SOUND = {
  userName: 'kumppani',
  company: 'Kumppani Oy',
  businessId: '0737546-2',
  email: 'it@kumppani.example',
  mobile: '+358 40 123 4567',
  language: 'SWE',
  scopeCompanyId: null,
};

/** `userName too_big 20`: where, what, and the limit, for each fault. */
function faultsOf(body: object): string[] {
  const { error } = partnerUserForm.safeParse({ ...SOUND, ...body });
  interface Fault {
    readonly params?: { readonly code: string; readonly limit?: number };
    readonly maximum?: number;
    readonly minimum?: number;
  }
  return (error?.issues ?? []).map((issue) => {
    const { params, maximum, minimum } = issue as Fault;
    return `${issue.path.join('/')} ${params?.code ?? issue.code} ${params?.limit ?? maximum ?? minimum ?? ''}`.trim();
  });
}

describe('a partner user as it is entered', () => {
  it('has what was left out by default: active, unrestricted, without notes', () => {
    expect(partnerUserForm.parse(SOUND)).toEqual({
      ...SOUND,
      active: true,
      internalNote: null,
      externalNote: null,
      weekdayRestriction: null,
      weekendRestricted: false,
      addresses: null,
    });
  });

  it.each([
    ['a user name of 20', { userName: 'x'.repeat(20) }],
    ['a company of 60', { company: 'y'.repeat(60) }],
    ['an e-mail of 100', { email: `${'a'.repeat(60)}@${'b'.repeat(31)}.example` }],
    ['a mobile of 20', { mobile: '+358 40 1 2 3 4 5 67' }],
    ['notes of 2000', { internalNote: 'ä\n'.repeat(1000), externalNote: 'z'.repeat(2000) }],
    ['a restriction over midnight', { weekdayRestriction: { from: 1320, to: 360 } }],
    ['a restriction of the whole day', { weekdayRestriction: { from: 0, to: 1440 } }],
    ['addresses of every form', { addresses: ['192.0.2.1', '198.51.100.0/24', '2001:db8::1-2001:db8::9'] }],
  ])('may have %s', (_, body) => {
    expect(faultsOf(body)).toEqual([]);
  });

  it.each([
    ['a user name of 21', { userName: 'x'.repeat(21) }, ['userName too_big 20']],
    ['no user name', { userName: '' }, ['userName too_small 1']],
    ['a padded user name', { userName: ' x' }, ['userName text.padded']],
    ['a user name of two lines', { userName: 'a\nb' }, ['userName text.unusable']],
    ['a company of 61', { company: 'y'.repeat(61) }, ['company too_big 60']],
    ['a malformed business ID', { businessId: 'FI07375462' }, ['businessId business-id.malformed 9']],
    ['a wrong check digit', { businessId: '0737546-1' }, ['businessId business-id.check-digit']],
    ['a business ID that is not issued', { businessId: '0000006-0' }, ['businessId business-id.never-issued']],
    ['no e-mail', { email: 'it.kumppani.example' }, ['email invalid_format']],
    ['an e-mail of 101', { email: `${'a'.repeat(61)}@${'b'.repeat(31)}.example` }, ['email too_big 100']],
    ['a mobile that cannot be dialled', { mobile: '12345' }, ['mobile mobile.undiallable']],
    ['a mobile of 21', { mobile: '+358 40 1 2 3 4 5 6 7' }, ['mobile too_big 20']],
    ['another language', { language: 'fi' }, ['language invalid_value']],
    ['a scope that is no id', { scopeCompanyId: 'kaikki' }, ['scopeCompanyId invalid_format']],
    ['a note of 2001', { internalNote: 'x'.repeat(2001) }, ['internalNote too_big 2000']],
    ['half a character', { externalNote: '\ud83d' }, ['externalNote text.unusable']],
    ['minute 1441', { weekdayRestriction: { from: 0, to: 1441 } }, ['weekdayRestriction/to too_big 1440']],
    ['a minute before midnight', { weekdayRestriction: { from: -1, to: 60 } }, ['weekdayRestriction/from too_small 0']],
    [
      'a time twice',
      { weekdayRestriction: { from: 600, to: 600 } },
      ['weekdayRestriction weekday-restriction.ambiguous'],
    ],
    ['host bits', { addresses: ['192.0.2.1', '192.0.2.9/24'] }, ['addresses/1 address-rule.host-bits-set']],
    ['a field of ours that it does not have', { password: 'x'.repeat(20) }, ['unrecognized_keys']],
  ])('may not have %s', (_, body, faults) => {
    expect(faultsOf(body)).toEqual(faults);
  });

  it('is told all its faults at once', () => {
    const body = {
      userName: 'x'.repeat(21),
      company: '',
      businessId: '0737546-1',
      email: 'x',
      mobile: 'x',
      language: 'DEU',
      weekdayRestriction: { from: 5, to: 5 },
      addresses: ['x'],
    };
    expect(faultsOf(body)).toHaveLength(8);
  });

  it.each([
    ['businessId', { businessId: '0737546-1' }, '0737546-2'],
    ['userName', { userName: ' x ' }, 'x'],
    ['addresses', { addresses: ['192.0.2.9/24'] }, '192.0.2.0/24'],
    ['weekdayRestriction', { weekdayRestriction: { from: 0, to: 0 } }, null],
  ])('is told what would be taken in the place of %s', (_, body, corrected) => {
    const { error } = partnerUserForm.safeParse({ ...SOUND, ...body });
    expect(error!.issues[0]).toMatchObject({ params: { corrected } });
  });
});

describe('usage restrictions', () => {
  it('are given all together: what is left out would be lifted', () => {
    const whole = { weekdayRestriction: null, weekendRestricted: true, addresses: null };
    expect(usageRestrictionsForm.safeParse(whole).success).toBe(true);
    for (const left of Object.keys(whole)) {
      const rest = Object.fromEntries(Object.entries(whole).filter(([name]) => name !== left));
      expect(usageRestrictionsForm.safeParse(rest).success).toBe(false);
    }
  });
});

describe('a change of password', () => {
  it.each([
    [14, false],
    [15, true],
    [128, true],
    [129, false],
  ])('to one of %i characters', (length, taken) => {
    const body = { userName: 'x', oldPassword: 'y', newPassword: 'z'.repeat(length) };
    expect(passwordChangeForm.safeParse(body).success).toBe(taken);
  });
});
