import { addressMatches, type AddressRule, parseAddressRule } from './address.js';
import type { PartnerUserFacts, RestrictionGroupFacts } from './access.js';
import { minutesOpen, weekOf } from './week.js';

/** When and from where a partner user may come to a company: the operator's restrictions and the company's group. */
export interface Reach {
  readonly partnerUser: Pick<PartnerUserFacts, 'addresses' | 'weekdayRestriction' | 'weekendRestricted'>;
  /** `null` restricts nothing. */
  readonly group: RestrictionGroupFacts | null;
}

/** What a change takes away from somebody who had it. */
export type LockoutWarning =
  | { readonly code: 'NEVER_OPEN' }
  | { readonly code: 'OPENS_LESS'; readonly minutes: number }
  | { readonly code: 'NO_ADDRESS_ALLOWED' }
  | { readonly code: 'LAST_ADDRESS_SHUT_OUT'; readonly address: string }
  | { readonly code: 'ASKERS_ADDRESS_SHUT_OUT'; readonly address: string };

/** Addresses that are in use: where the partner user last signed in from, and where whoever changes the rule sits. */
export interface KnownAddresses {
  readonly last: string | null;
  readonly asker: string | null;
}

/**
 * Whom would this change lock out? Warnings only about what was open before.
 *
 *   before → after                                     | warning
 *   ---------------------------------------------------+-------------------------------
 *   some minute of the week open → none                | NEVER_OPEN
 *   more minutes open → fewer, but some                | OPENS_LESS, by so many minutes
 *   some address allowed → none                        | NO_ADDRESS_ALLOWED
 *   the last sign-in's address allowed → not           | LAST_ADDRESS_SHUT_OUT
 *   the asker's own address allowed → not              | ASKERS_ADDRESS_SHUT_OUT
 *
 * The week is the one without a change of clocks. An empty list allows nothing, and so do two lists that share no
 * address.
 */
export function lockoutWarnings(before: Reach, after: Reach, { last, asker }: KnownAddresses): LockoutWarning[] {
  const [minutesBefore, minutesAfter] = [openMinutes(before), openMinutes(after)];
  const shutOut = (address: string | null) =>
    address !== null && mayComeFrom(before, address) && !mayComeFrom(after, address) ? address : null;
  const [lastShutOut, askerShutOut] = [shutOut(last), shutOut(asker)];
  const warnings: (LockoutWarning | false)[] = [
    minutesBefore > 0 && minutesAfter === 0 && { code: 'NEVER_OPEN' },
    minutesAfter > 0 && minutesAfter < minutesBefore && { code: 'OPENS_LESS', minutes: minutesBefore - minutesAfter },
    someAddress(before) && !someAddress(after) && { code: 'NO_ADDRESS_ALLOWED' },
    lastShutOut !== null && { code: 'LAST_ADDRESS_SHUT_OUT', address: lastShutOut },
    askerShutOut !== null && { code: 'ASKERS_ADDRESS_SHUT_OUT', address: askerShutOut },
  ];
  return warnings.filter((warning) => warning !== false);
}

/** Whether somebody could not come at all any more, at any time or from anywhere: that must be confirmed. */
export function locksOut(warnings: readonly LockoutWarning[]): boolean {
  return warnings.some(({ code }) => code === 'NEVER_OPEN' || code === 'NO_ADDRESS_ALLOWED');
}

function openMinutes({ partnerUser, group }: Reach): number {
  const { weekdayRestriction, weekendRestricted } = partnerUser;
  return minutesOpen(weekOf({ weekdayRestriction, weekendRestricted, groupTimes: group?.times ?? null }));
}

function mayComeFrom({ partnerUser, group }: Reach, address: string): boolean {
  return [partnerUser.addresses, group?.addresses ?? null].every(
    (addresses) => addresses === null || addressMatches(readRules(addresses), address),
  );
}

function someAddress({ partnerUser, group }: Reach): boolean {
  const own = partnerUser.addresses && readRules(partnerUser.addresses);
  const groups = group?.addresses ? readRules(group.addresses) : null;
  if (own === null || groups === null) return (own ?? groups)?.length !== 0;
  return own.some((a) => groups.some((b) => a.family === b.family && a.first <= b.last && b.first <= a.last));
}

/** A rule that cannot be read is left out, as the decision does. */
function readRules(texts: readonly string[]): readonly AddressRule[] {
  return texts.map(parseAddressRule).filter((rule): rule is AddressRule => !('code' in rule));
}

type Words = Readonly<Record<'fi' | 'sv' | 'en', string>>;

/** What a warning says to people. */
export function explainLockout(warning: LockoutWarning, language: 'fi' | 'sv' | 'en'): string {
  return wordsOf(warning)[language];
}

function wordsOf(warning: LockoutWarning): Words {
  switch (warning.code) {
    case 'NEVER_OPEN':
      return {
        fi: 'Kumppanikäyttäjä ei pääse enää minään aikana viikosta.',
        sv: 'Partneranvändaren kommer inte längre in vid någon tid i veckan.',
        en: 'The partner user can no longer come in at any time of the week.',
      };
    case 'OPENS_LESS':
      return {
        fi: `Auki ${warning.minutes} minuuttia vähemmän viikossa.`,
        sv: `Öppet ${warning.minutes} minuter mindre i veckan.`,
        en: `Open ${warning.minutes} minutes less a week.`,
      };
    case 'NO_ADDRESS_ALLOWED':
      return {
        fi: 'Mikään IP-osoite ei ole enää sallittu.',
        sv: 'Ingen IP-adress är längre tillåten.',
        en: 'No address is allowed any more.',
      };
    case 'LAST_ADDRESS_SHUT_OUT':
      return {
        fi: `Osoite ${warning.address}, josta kumppanikäyttäjä viimeksi kirjautui, ei ole enää sallittu.`,
        sv: `Adressen ${warning.address}, som partneranvändaren senast loggade in från, är inte längre tillåten.`,
        en: `The address ${warning.address}, from which the partner user last signed in, is no longer allowed.`,
      };
    case 'ASKERS_ADDRESS_SHUT_OUT':
      return {
        fi: `Oma osoitteesi ${warning.address} ei ole enää sallittu.`,
        sv: `Din egen adress ${warning.address} är inte längre tillåten.`,
        en: `Your own address ${warning.address} is no longer allowed.`,
      };
  }
}
