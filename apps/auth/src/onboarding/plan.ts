import { EXPORT_DEFAULTS } from '#lib/contracts';

import { type Group, GRANTS, inherit, same, type Settings } from '../templates/inheritance.js';
import type { Given, Mistake } from './row-check.js';

/** A company as it stands, with what it has from its template. */
export interface CompanyFacts {
  readonly companyId: string;
  readonly name: string;
  readonly fivaldiNumber: string;
  readonly businessId: string | null;
  /** Without its restriction groups, which `groups` has. */
  readonly settings: Settings;
  readonly groups: readonly Group[];
  readonly template: { readonly name: string; readonly applied: Settings } | null;
}

export interface TemplateFacts {
  readonly name: string;
  readonly settings: Settings;
  /** Rights that it gives and that cannot be given now, as `<partner user's id> <stream>.<direction>`. */
  readonly ungrantable: readonly string[];
}

/** Everything that one row's plan rests on. */
export interface RowFacts {
  readonly company: CompanyFacts | null;
  /** The one that the row names, else the company's, else the firm's; `unknown` for a name that there is not. */
  readonly template: TemplateFacts | 'unknown' | null;
  /** The Fivaldi number of another company with the row's business ID. */
  readonly businessIdOf: string | null;
  /** A template's name near the one that is not known. */
  readonly nearestTemplate: string | null;
}

export interface Change {
  readonly field: string;
  /** `null` where there was nothing. */
  readonly before: unknown;
  readonly after: unknown;
}

export type PlannedOutcome = 'created' | 'changed' | 'skipped' | 'blocked';

export interface Plan {
  readonly outcome: PlannedOutcome;
  /** Field by field; empty for what is skipped or blocked. */
  readonly changes: readonly Change[];
  readonly mistakes: readonly Mistake[];
}

const SECTIONS = ['companyRegister', 'productRegister', 'salesOrders', 'payroll'] as const;
const DEFAULT_BRAKE = 20;
const ORDER_OPTIONS = { useDiscountRegister: false, createMissingProducts: false, fetchMissingDimensions: [] };

/**
 * What becomes of a row.
 *
 *   mistakes | company      | changes | outcome
 *   ---------+--------------+---------+--------
 *   some     | either       |         | blocked
 *   none     | not there    |         | created
 *   none     | there        | some    | changed
 *   none     | there        | none    | skipped
 *
 * What the file says goes before the company's own value, that before the template's (`inheritance.ts`). A cell that
 * is empty says nothing.
 */
export function planRow(given: Given, fileMistakes: readonly Mistake[], facts: RowFacts): Plan {
  const template = facts.template === 'unknown' ? null : facts.template;
  const before = standingOf(facts.company, template);
  const after = afterOf(given, before, facts.company, template);
  const mistakes = [...fileMistakes, ...factMistakes(given, facts), ...settingMistakes(before, after, facts)];
  if (mistakes.length > 0) return { outcome: 'blocked', changes: [], mistakes };
  const changes = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((field) => !same(before[field], after[field]))
    .map((field) => ({ field, before: before[field] ?? null, after: after[field] ?? null }));
  if (facts.company === null) return { outcome: 'created', changes, mistakes };
  return { outcome: changes.length === 0 ? 'skipped' : 'changed', changes, mistakes };
}

/**
 * What the company will remember of the template: all that it has of it by then, or had been given before. What it
 * was not given, as rights while its Web Services are off, it may still be given later.
 */
export function appliedSettings(template: TemplateFacts, { company }: RowFacts, changes: readonly Change[]): Settings {
  const standing = standingOf(company, template);
  const before = company?.template?.applied ?? {};
  const after = new Map(changes.map((change) => [change.field, change.after]));
  const has = (key: string): boolean => (after.has(key) ? after.get(key) !== null : key in standing);
  return Object.fromEntries(Object.entries(template.settings).filter(([key]) => key in before || has(key)));
}

/** The company's fields and settings, as far as a row can change them. */
function standingOf(company: CompanyFacts | null, template: TemplateFacts | null): Settings {
  if (company === null) return {};
  const group = groupOf(company, template);
  return {
    name: company.name,
    fivaldiNumber: company.fivaldiNumber,
    ...(company.businessId !== null && { businessId: company.businessId }),
    ...(company.template && { template: company.template.name }),
    ...company.settings,
    ...(group && { restrictionGroup: group }),
  };
}

/** The group that stands for the template's: the one that was inherited, else the company's own of the same name. */
function groupOf({ groups, template: from }: CompanyFacts, template: TemplateFacts | null): Group | undefined {
  const inherited = from?.applied['restrictionGroup'] as Group | undefined;
  const wanted = template?.settings['restrictionGroup'] as Group | undefined;
  return [inherited, wanted].flatMap((one) => groups.filter(({ name }) => name === one?.name))[0];
}

function afterOf(
  given: Given,
  before: Settings,
  company: CompanyFacts | null,
  template: TemplateFacts | null,
): Settings {
  const inherited = inherit(before, company?.template?.applied ?? {}, template?.settings ?? {});
  const webServices = given.webServices ?? inherited['webServices'] ?? true;
  return {
    ...(webServices === true ? inherited : withGrantsOf(before, inherited)),
    ...(given.name !== undefined && { name: given.name }),
    ...(given.fivaldiNumber !== undefined && { fivaldiNumber: given.fivaldiNumber }),
    ...(given.businessId !== undefined && { businessId: given.businessId }),
    ...(template && { template: template.name }),
    webServices,
    ...xmlAfter(given, inherited),
  };
}

function withGrantsOf(standing: Settings, inherited: Settings): Settings {
  const isGrant = ([key]: [string, unknown]): boolean => key.startsWith(GRANTS);
  return Object.fromEntries([
    ...Object.entries(inherited).filter((entry) => !isGrant(entry)),
    ...Object.entries(standing).filter(isGrant),
  ]);
}

function xmlAfter({ companyRegister, productRegister, salesOrders, payroll, brakePercent }: Given, from: Settings) {
  const orders = from['xmlSettings.salesOrders'] as object | undefined;
  const said: Record<string, unknown> = {
    ...(companyRegister !== undefined && { 'xmlSettings.companyRegister': companyRegister }),
    ...(productRegister !== undefined && { 'xmlSettings.productRegister': productRegister }),
    ...(salesOrders !== undefined && {
      'xmlSettings.salesOrders': { ...(orders ?? ORDER_OPTIONS), mode: salesOrders },
    }),
    ...(payroll !== undefined && { 'xmlSettings.payroll': { dimensions: payroll } }),
    ...(brakePercent !== undefined && { 'xmlSettings.brakePercent': brakePercent }),
  };
  const some = Object.keys({ ...from, ...said }).some((key) => key.startsWith('xmlSettings.'));
  if (some && from['xmlSettings.brakePercent'] === undefined && brakePercent === undefined) {
    said['xmlSettings.brakePercent'] = DEFAULT_BRAKE;
  }
  if (some && from['xmlSettings.export'] === undefined) said['xmlSettings.export'] = EXPORT_DEFAULTS;
  return said;
}

function factMistakes(given: Given, facts: RowFacts): Mistake[] {
  const mistakes: Mistake[] = [];
  if (facts.template === 'unknown') {
    const nearest = facts.nearestTemplate;
    const code = nearest === null ? 'template.none' : 'template.unknown';
    mistakes.push({
      field: 'template',
      code,
      value: given.template ?? null,
      facts: nearest === null ? {} : { nearest },
    });
  }
  if (facts.businessIdOf !== null) {
    const value = given.businessId ?? null;
    mistakes.push({ field: 'businessId', code: 'business-id.taken', value, facts: { number: facts.businessIdOf } });
  }
  return mistakes;
}

function settingMistakes(before: Settings, after: Settings, { company, template }: RowFacts): Mistake[] {
  const mistakes: Mistake[] = [];
  const lacking = SECTIONS.filter((section) => !(`xmlSettings.${section}` in after));
  if (lacking.length > 0 && Object.keys(after).some((key) => key.startsWith('xmlSettings.'))) {
    for (const field of lacking) mistakes.push({ field, code: 'settings.incomplete', value: null, facts: {} });
  }
  if (template === null || template === 'unknown') return mistakes;
  for (const refused of template.ungrantable) {
    const [partnerUser = '', right = ''] = refused.split(' ');
    if (isNew(before[GRANTS + partnerUser], after[GRANTS + partnerUser], right)) {
      mistakes.push({ field: 'template', code: 'grant.refused', value: template.name, facts: { partnerUser, right } });
    }
  }
  return [...mistakes, ...groupMistakes(before, after, company?.groups ?? [], template.name)];
}

const isNew = (before: unknown, after: unknown, right: string): boolean =>
  ((after ?? []) as readonly string[]).includes(right) && !((before ?? []) as readonly string[]).includes(right);

/** A partner user is in one group of a company at most, and a group of the company's own is not overwritten. */
function groupMistakes(before: Settings, after: Settings, groups: readonly Group[], template: string): Mistake[] {
  const [was, will] = [before['restrictionGroup'], after['restrictionGroup']] as (Group | undefined)[];
  if (will === undefined || same(was, will)) return [];
  const others = groups.filter(({ name }) => name !== was?.name);
  const mistake = (code: string, facts: Mistake['facts']): Mistake => ({
    field: 'template',
    code,
    value: template,
    facts,
  });
  const taken = others.filter(({ name }) => name === will.name);
  const elsewhere = others.filter(({ name, partnerUserIds }) => {
    return name !== will.name && partnerUserIds.some((id) => will.partnerUserIds.includes(id));
  });
  return [
    ...taken.map(({ name }) => mistake('restriction-group.name-taken', { group: name })),
    ...elsewhere.map(({ name }) => mistake('restriction-group.member-elsewhere', { group: name })),
  ];
}
