import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { readHeader } from '../../apps/auth/src/onboarding/columns.ts';
import { MISTAKE_CODES } from '../../apps/auth/src/onboarding/mistake-texts.ts';
import { planRow, type RowFacts } from '../../apps/auth/src/onboarding/plan.ts';
import { passwordFaults } from '../../apps/auth/src/people/new-password.ts';
import { roleFaults, roleRefusals } from '../../apps/auth/src/people/role-change.ts';
import { restrictionFaults } from '../../apps/auth/src/rules/restriction-group.ts';
import { XmlSettingsIncomplete } from '../../apps/gateway/src/errors.ts';
import { usageRestrictionsForm } from '../../libs/contracts/src/index.ts';
import {
  matrixOutcome,
  missingSections,
  parseAddressRule,
  type RoleAssignment,
  type WishedChoices,
} from '../../libs/policy/src/index.ts';

const CHECKOUT = join(import.meta.dirname, '..', '..');
const textOf = (file: string): string => readFileSync(join(CHECKOUT, file), 'utf8');
const ROWS = [...textOf('docs/reference/combined-rules.md').matchAll(/^\| `([^`]+)` +\| (.+?) +\|$/gm)].map(
  ([, code = '', what = '']) => [code, what] as const,
);
const SAID = ROWS.map(([code]) => code);

type Codes = readonly (string | undefined)[];
const HOME = 'b1e7c0de-0000-4000-8000-000000000001';
const OPERATOR: RoleAssignment = { role: 'operator', environmentId: null, companyId: null };
const MAIN_USER: RoleAssignment = { role: 'main-user', environmentId: HOME, companyId: null };

const weekday = (from: number, to: number): Codes => {
  const form = { weekdayRestriction: { from, to }, weekendRestricted: false, addresses: null };
  const issues = usageRestrictionsForm.safeParse(form).error?.issues ?? [];
  return issues.map((issue) => (issue.code === 'custom' ? String(issue.params?.['code']) : issue.code));
};
const allowed = (from: number, to: number): Codes =>
  restrictionFaults({ times: [{ weekday: 1, from, to }], addresses: null }).map(({ code }) => code);
const address = (text: string): Codes => {
  const rule = parseAddressRule(text);
  return 'code' in rule ? [rule.code] : [];
};
const FULL = { supported: true, upperRight: true, granted: false, visible: true, webServices: true };
const given = (facts: Partial<typeof FULL>): Codes => [matrixOutcome('give', { ...FULL, ...facts })];
const roles = (...list: readonly RoleAssignment[]): Codes => roleFaults(list).map(({ code }) => code);
const change = (by: RoleAssignment, isOwn: boolean): Codes =>
  roleRefusals({ before: [], after: [MAIN_USER], by: [by], isOwn });
const OWNER = { email: 'maija.meikalainen@example.fi', names: ['Maija Meikäläinen'] };
const password = (text: string, current = 'a long and quiet word'): Promise<Codes> =>
  passwordFaults(text, OWNER, current);
const header = (...cells: readonly string[]): Codes => {
  const read = readHeader(cells);
  return 'faults' in read ? read.faults.map(({ code }) => code) : [];
};

const PAYROLL = { dimensions: 'from-data' } as const;
const chosen = (more: WishedChoices): Codes => {
  const wished = {
    companyRegister: 'add-only',
    productRegister: 'add-only',
    salesOrders: { mode: 'add-only' },
  } as const;
  const missing = missingSections({ ...wished, ...more });
  const { errors } = new XmlSettingsIncomplete(missing, 'en').details as { errors: readonly { code: string }[] };
  return errors.map(({ code }) => code);
};

const GROUP = { name: 'Yö', times: null, addresses: null, partnerUserIds: ['p1'] };
const TEMPLATE = { name: 'Malli', settings: {}, ungrantable: [] };
const COMPANY = { companyId: 'c', name: 'A Oy', fivaldiNumber: '1', businessId: null, settings: {}, template: null };
/** It has its group from the template, as that was then. */
const OLD_GROUP = { ...GROUP, name: 'Vanha' };
const FOLLOWER = { ...COMPANY, template: { name: 'Malli', applied: { restrictionGroup: OLD_GROUP } } };
const NONE: RowFacts = { company: null, template: null, businessIdOf: null, nearestTemplate: null };
const row = (facts: Partial<RowFacts>, more: object = {}): Codes =>
  planRow({ name: 'A Oy', fivaldiNumber: '1', ...more }, [], { ...NONE, ...facts }).mistakes.map(({ code }) => code);
const withGroup = { ...TEMPLATE, settings: { restrictionGroup: GROUP } };
const granting = { ...TEMPLATE, settings: { 'grants.p1': ['orders.import'] }, ungrantable: ['p1 orders.import'] };

/** Values that contradict each other, then such that differ in one of them and agree. */
const TRIED: Readonly<
  Record<string, readonly [refused: () => Codes | Promise<Codes>, taken: () => Codes | Promise<Codes>]>
> = {
  'weekday-restriction.ambiguous': [() => weekday(480, 480), () => weekday(480, 960)],
  'time.without-length': [() => allowed(480, 480), () => allowed(480, 960)],
  'address-rule.reversed': [() => address('192.0.2.9-192.0.2.1'), () => address('192.0.2.1-192.0.2.9')],
  'address-rule.mixed-families': [() => address('192.0.2.1-2001:db8::1'), () => address('2001:db8::-2001:db8::1')],
  'address-rule.host-bits-set': [() => address('192.0.2.1/24'), () => address('192.0.2.0/24')],
  DIRECTION_UNSUPPORTED: [() => given({ supported: false }), () => given({})],
  VISMA_GRANT_MISSING: [() => given({ upperRight: false }), () => given({})],
  PARTNER_USER_NOT_VISIBLE: [() => given({ visible: false }), () => given({})],
  WEB_SERVICES_OFF: [() => given({ webServices: false }), () => given({})],
  'role.reach-unfit': [() => roles({ ...OPERATOR, environmentId: HOME }), () => roles(OPERATOR, MAIN_USER)],
  'role.twice': [() => roles(MAIN_USER, MAIN_USER), () => roles(OPERATOR, MAIN_USER)],
  ROLE_TO_ONESELF: [() => change(OPERATOR, true), () => change(OPERATOR, false)],
  ROLE_ABOVE_ONES_OWN: [
    () => change({ ...MAIN_USER, role: 'user-administrator' }, false),
    () => change(MAIN_USER, false),
  ],
  'password.is-email': [() => password(OWNER.email), () => password('neljä pientä sanaa')],
  'password.context': [() => password('meikäläinen 2026!'), () => password('neljä pientä sanaa')],
  'password.unchanged': [
    () => password('neljä pientä sanaa', 'neljä pientä sanaa'),
    () => password('neljä pientä sanaa'),
  ],
  'header.repeated': [() => header('Yritys', 'Fivaldi-numero', 'Company'), () => header('Yritys', 'Fivaldi-numero')],
  'header.missing': [() => header('Yritys'), () => header('Yritys', 'Fivaldi-numero')],
  'business-id.taken': [
    () => row({ businessIdOf: '2' }, { businessId: '0112038-9' }),
    () => row({}, { businessId: '0112038-9' }),
  ],
  'settings.incomplete': [() => row({}, { productRegister: 'add-only' }), () => row({})],
  'template.unknown': [() => row({ template: 'unknown', nearestTemplate: 'Malli' }), () => row({ template: TEMPLATE })],
  'template.none': [() => row({ template: 'unknown' }), () => row({})],
  'grant.refused': [() => row({ template: granting }), () => row({ template: { ...granting, ungrantable: [] } })],
  'choice.missing': [() => chosen({}), () => chosen({ payroll: PAYROLL })],
  'restriction-group.name-taken': [
    () => row({ template: withGroup, company: { ...FOLLOWER, groups: [OLD_GROUP, { ...GROUP, partnerUserIds: [] }] } }),
    () => row({ template: withGroup, company: { ...FOLLOWER, groups: [OLD_GROUP] } }),
  ],
  'restriction-group.member-elsewhere': [
    () => row({ template: withGroup, company: { ...COMPANY, groups: [{ ...GROUP, name: 'Päivä' }] } }),
    () => row({ template: withGroup, company: { ...COMPANY, groups: [] } }),
  ],
};

/** These need what stands in the database; where each is shown. */
const SHOWN_THERE: Readonly<Record<string, string>> = {
  'restriction-group.locks-out': 'apps/auth/src/service-management/restriction-groups.spec.ts',
  'right.given-and-taken': 'apps/auth/src/service-management/grant-matrix.spec.ts',
  'matrix.asks-nothing': 'apps/auth/src/service-management/grant-matrix.spec.ts',
  'matrix.too-many-pairs': 'apps/auth/src/service-management/grant-matrix.spec.ts',
  'row.stray-cell': 'apps/auth/src/onboarding/read-file.spec.ts',
  'file.duplicate': 'apps/auth/src/onboarding/dry-run.spec.ts',
  'xml-settings.unconfirmed': 'apps/auth/src/service-management/xml-settings-book.spec.ts',
};

/** Codes of a value by itself, and of what is not there or has become another: no rule of several values. */
const OF_ONE_VALUE = `
  address-rule.unreadable address-rule.prefix-unreadable address-rule.allows-everything
  business-id.malformed business-id.never-issued business-id.check-digit cell.missing cursor.unreadable
  header.unknown header.too-wide id.empty id.not-a-uuid mobile.undiallable mode.unknown multipart.broken
  number.not-digits onboarding.changed-meanwhile organisation-id.malformed partner-user.absent password.common password.too-short percent.unknown
  text.padded text.too-long text.unusable time-zone.unknown yes-or-no.unknown
`
  .trim()
  .split(/\s+/);

/** Every code that a body or a file is refused with, as the code says them. */
function codesInCode(): readonly string[] {
  const rooms = ['apps/auth/src', 'apps/gateway/src', 'libs/contracts/src', 'libs/policy/src'];
  const files = rooms.flatMap((room) =>
    readdirSync(join(CHECKOUT, room), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/\.spec(-support)?\.ts$/.test(file))
      .map((file) => `${room}/${file}`),
  );
  const codes = files.flatMap((file) => [
    ...textOf(file).matchAll(/(?:\bcode: |'code', |&& |mistake\()'([a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*)'/g),
  ]);
  return [...new Set([...codes.map(([, code = '']) => code), ...MISTAKE_CODES])];
}

describe('the page on values that must agree', () => {
  it('has every rule of several values that the code has, and no other', () => {
    const inCode = codesInCode();
    expect(inCode.length).toBeGreaterThan(45);
    expect(inCode.filter((code) => !SAID.includes(code) && !OF_ONE_VALUE.includes(code))).toEqual([]);
    expect(SAID.filter((code) => code.includes('.') && !inCode.includes(code))).toEqual([]);
    expect(OF_ONE_VALUE.filter((code) => SAID.includes(code) || !inCode.includes(code))).toEqual([]);
    expect(SAID.sort()).toEqual([...Object.keys(TRIED), ...Object.keys(SHOWN_THERE)].sort());
  });

  it('says of each what must agree', () => {
    expect(ROWS.filter(([, what]) => what.split(' ').length < 5)).toEqual([]);
  });

  it.each(Object.entries(TRIED))(
    'refuses by %s what contradicts itself, and takes the same put right',
    async (code, tried) => {
      const [refused, taken] = tried;
      expect(await refused()).toContain(code);
      expect(await taken()).not.toContain(code);
    },
  );

  it.each(Object.entries(SHOWN_THERE))('has %s shown on what stands in the database: %s', (code, spec) => {
    expect(textOf(spec)).toContain(`'${code}'`);
  });
});
