import type { AccessReason, AccessSnapshot } from './access.js';
import type { AllowedTime } from './window.js';

/** One thing said to people in each language. */
export interface Words {
  readonly fi: string;
  readonly sv: string;
  readonly en: string;
}

type Language = keyof Words;

const DAYS: Readonly<Record<Language, readonly string[]>> = {
  fi: ['ma', 'ti', 'ke', 'to', 'pe', 'la', 'su'],
  sv: ['mån', 'tis', 'ons', 'tors', 'fre', 'lör', 'sön'],
  en: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
};
const GROUP: Words = { fi: 'Rajoitusryhmä', sv: 'Begränsningsgrupp', en: 'Restriction group' };
const ANY: Words = { fi: 'mikä tahansa', sv: 'vilken som helst', en: 'any' };
const NO_TIME: Words = { fi: 'ei mikään aika', sv: 'ingen tid', en: 'no time' };
const NO_ADDRESS: Words = { fi: 'ei mikään osoite', sv: 'ingen adress', en: 'no address' };
const CLOSED: Words = { fi: 'suljettu', sv: 'stängt', en: 'closed' };
const ALLOWED: Words = { fi: 'sallittu', sv: 'tillåtet', en: 'allowed' };

type Speaker = (snapshot: AccessSnapshot, group: string | null) => Words | null;

/** The rules that say more than yes or no. */
const SPEAKERS: Partial<Record<AccessReason, Speaker>> = {
  WEEKDAY_WINDOW: ({ partnerUser }) => {
    const restriction = partnerUser?.weekdayRestriction ?? null;
    if (restriction === null) return null;
    return inEach((language) => {
      const days = `${dayOf(1, language)}–${dayOf(5, language)}`;
      return `${CLOSED[language]} ${days} ${span(restriction, language)}`;
    });
  },
  WEEKEND: () =>
    inEach((language) => {
      const [first, last] = [clockTime(0, language), clockTime(1_440, language)];
      return `${CLOSED[language]} ${dayOf(6, language)} ${first} – ${dayOf(7, language)} ${last}`;
    }),
  IP_NOT_ALLOWED: ({ partnerUser }) =>
    inEach((language) => `${ALLOWED[language]}: ${addresses(partnerUser?.addresses ?? null, language)}`),
  GROUP_IP_NOT_ALLOWED: ({ restrictionGroup }, group) =>
    ofGroup(group, (language) => addresses(restrictionGroup?.addresses ?? null, language)),
  GROUP_TIME: ({ restrictionGroup }, group) =>
    ofGroup(group, (language) => times(restrictionGroup?.times ?? null, language)),
};

/**
 * What the rule behind a reason says, in words: the times of a restriction, the name of a group, the addresses of a
 * list. `null` for a rule that is plainly on or off, whose reason says it all. `group` is the group's name, `null` for
 * one that is only supposed.
 */
export function ruleWords(reason: AccessReason, snapshot: AccessSnapshot, group: string | null): Words | null {
  return SPEAKERS[reason]?.(snapshot, group) ?? null;
}

const inEach = (say: (language: Language) => string): Words => ({ fi: say('fi'), sv: say('sv'), en: say('en') });

const ofGroup = (name: string | null, say: (language: Language) => string): Words =>
  inEach(
    (language) => `${GROUP[language]}${name === null ? '' : ` “${name}”`}, ${ALLOWED[language]}: ${say(language)}`,
  );

const dayOf = (weekday: number, language: Language): string => DAYS[language][weekday - 1] ?? String(weekday);

/** 22.00 in Finnish and Swedish, 22:00 in English; midnight at the end of a day is 24. */
function clockTime(minute: number, language: Language): string {
  const separator = language === 'en' ? ':' : '.';
  return `${Math.floor(minute / 60)}${separator}${String(minute % 60).padStart(2, '0')}`;
}

const span = ({ from, to }: { readonly from: number; readonly to: number }, language: Language): string =>
  `${clockTime(from, language)}–${clockTime(to, language)}`;

function times(allowed: readonly AllowedTime[] | null, language: Language): string {
  if (allowed === null) return ANY[language];
  if (allowed.length === 0) return NO_TIME[language];
  return allowed.map((time) => `${dayOf(time.weekday, language)} ${span(time, language)}`).join(', ');
}

function addresses(allowed: readonly string[] | null, language: Language): string {
  if (allowed === null) return ANY[language];
  return allowed.length === 0 ? NO_ADDRESS[language] : allowed.join(', ');
}
