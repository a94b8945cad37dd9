import { isDeepStrictEqual } from 'node:util';

import type { TemplateBody, XmlSettings } from '#lib/contracts';

/**
 * Settings of a company or a template, each by its key: `webServices`, `xmlSettings.<section>`, `restrictionGroup`,
 * `grants.<partner user's id>`. A key that is missing says nothing. Values are plain JSON in one spelling: lists
 * whose order means nothing are sorted.
 */
export type Settings = Readonly<Record<string, unknown>>;

export interface Group {
  readonly name: string;
  readonly times: readonly { readonly weekday: number; readonly from: number; readonly to: number }[] | null;
  readonly addresses: readonly string[] | null;
  readonly partnerUserIds: readonly string[];
}

export interface Right {
  readonly stream: string;
  readonly direction: string;
}

export const GRANTS = 'grants.';
export const same = (one: unknown, other: unknown): boolean => isDeepStrictEqual(one, other);

/** A set of rights as a value of a setting: `stream.direction`, sorted. */
export const cellsOf = (rights: readonly Right[]): string[] =>
  [...new Set(rights.map(({ stream, direction }) => `${stream}.${direction}`))].sort();

/** A restriction group as a value of a setting. */
export const groupValue = ({ name, times, addresses, partnerUserIds }: Group): Group => ({
  name,
  times: times && times.map(({ weekday, from, to }) => ({ weekday, from, to })).sort(byTime),
  addresses: addresses && [...new Set(addresses)].sort(),
  partnerUserIds: [...new Set(partnerUserIds.map((id) => id.toLowerCase()))].sort(),
});

type Time = NonNullable<Group['times']>[number];
const byTime = (a: Time, b: Time): number => a.weekday - b.weekday || a.from - b.from || a.to - b.to;

export function xmlSettingsValues(settings: XmlSettings | null): Settings {
  if (settings === null) return {};
  const { salesOrders } = settings;
  return {
    'xmlSettings.companyRegister': settings.companyRegister,
    'xmlSettings.productRegister': settings.productRegister,
    'xmlSettings.salesOrders': {
      ...salesOrders,
      fetchMissingDimensions: [...new Set(salesOrders.fetchMissingDimensions)].sort(),
    },
    'xmlSettings.payroll': settings.payroll,
    'xmlSettings.brakePercent': settings.brakePercent,
    'xmlSettings.export': settings.export,
  };
}

/** What a template says, setting by setting. */
export function templateSettings({ webServices, xmlSettings, restrictionGroup, grants }: TemplateBody): Settings {
  const byUser = Map.groupBy(grants, ({ partnerUserId }) => partnerUserId.toLowerCase());
  return {
    ...(webServices !== null && { webServices }),
    ...xmlSettingsValues(xmlSettings),
    ...(restrictionGroup && { restrictionGroup: groupValue(restrictionGroup) }),
    ...Object.fromEntries(
      [...byUser].map(([id, sets]) => [GRANTS + id, cellsOf(sets.flatMap(({ rights }) => rights))]),
    ),
  };
}

/**
 * What a company's settings become when a template is applied to it.
 *
 *   the template | the company has | which is                 | it becomes
 *   -------------+-----------------+--------------------------+--------------------------
 *   says v       | nothing         | and was never given it   | v
 *   says v       | nothing         | though it was given it   | nothing: what was taken by hand stays taken
 *   says v       | w               | what it had inherited    | v: inherited values follow
 *   says v       | w               | its own                  | w: its own values stay
 *   says nothing | a grant         | what it had inherited    | nothing: the right is taken
 *   says nothing | anything else   | either                   | w
 *
 * Inherited is what equals `applied`, the template as it was when it was applied last. A restriction is never taken
 * away by a template's silence: that would open what is closed. While Web Services are off, no grant is given or taken.
 */
export function inherit(standing: Settings, applied: Settings, template: Settings): Settings {
  const keys = new Set([...Object.keys(standing), ...Object.keys(template)]);
  const merged: Record<string, unknown> = {};
  for (const key of keys) {
    const inherited = key in applied && same(standing[key], applied[key]);
    if (key in template && (key in standing ? inherited : !(key in applied))) merged[key] = template[key];
    else if (key in standing && !(key.startsWith(GRANTS) && inherited)) merged[key] = standing[key];
  }
  return merged;
}

/** `from` and `differs` of one company's setting, as the API shows them. */
export function provenance(
  key: string,
  standing: Settings,
  applied: Settings,
  template: Settings,
): { readonly from: 'template' | 'own'; readonly differs: boolean } {
  const now = key in template && same(standing[key], template[key]);
  const then = key in applied && same(standing[key], applied[key]);
  return { from: now || then ? 'template' : 'own', differs: (key in template || then) && !now };
}
