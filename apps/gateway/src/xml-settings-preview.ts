import { createHash } from 'node:crypto';

import type { Stake, XmlSettings } from '#lib/contracts';
import { CHOICE_WARNINGS, explainStake, newlyDestructive, XML_SECTION_LABELS, type XmlSection } from '#lib/policy';
import type { Language } from '#lib/service';

import { changesOf, type FieldChange } from './change.js';

/** A destructive choice among the wished settings, with what is at stake, in the reader's language. */
export interface ShownStake extends Omit<Stake, 'fields'> {
  readonly section: XmlSection;
  readonly sectionLabel: string;
  readonly label: string;
  readonly warning: string;
  /** What is counted below, as a sentence. */
  readonly inFigures: string;
  /** It is not in force yet, and has to be confirmed. */
  readonly isNew: boolean;
  readonly fields: readonly { readonly field: string; readonly label: string; readonly records: number }[];
}

export interface XmlSettingsPreview {
  readonly changes: readonly FieldChange[];
  readonly destructive: readonly ShownStake[];
  /** What `confirm` has to say; `null` when there is nothing to confirm. */
  readonly confirm: string | null;
}

interface Wish {
  readonly companyId: string;
  readonly standing: XmlSettings | null;
  readonly wished: XmlSettings;
  /** Of every destructive choice among the wished settings. */
  readonly stakes: readonly Stake[];
}

/** What it would mean to put the wished settings in the place of those that stand. */
export function previewOf(wish: Wish, language: Language): XmlSettingsPreview {
  const { standing, wished, stakes } = wish;
  const fresh = newlyDestructive(standing, wished);
  const destructive = stakes.map((stake) => shown(stake, fresh.includes(stake.choice), language));
  return { changes: changesOf({ before: standing, after: wished }), destructive, confirm: confirmationOf(wish) };
}

/**
 * Names what somebody has seen at stake: the company, each choice that is new, and its counts by their number of
 * digits. A mark outlives the daily coming and going of records, and not a stake ten times as high.
 */
export function confirmationOf({ companyId, standing, wished, stakes }: Wish): string | null {
  const fresh = newlyDestructive(standing, wished);
  if (fresh.length === 0) return null;
  const seen = stakes.filter(({ choice }) => fresh.includes(choice)).map(classOf);
  const text = JSON.stringify([companyId.toLowerCase(), seen]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

const digits = (count: number): number => (count === 0 ? 0 : String(count).length);

const classOf = ({ choice, records, byHand, changedByHand, rows, fields }: Stake): readonly unknown[] => [
  choice,
  [records, byHand, changedByHand, rows].map(digits),
  fields.map(({ field, records: count }) => `${field} ${digits(count)}`).sort(),
];

function shown({ fields, ...stake }: Stake, isNew: boolean, language: Language): ShownStake {
  const { section, label, warning } = CHOICE_WARNINGS[stake.choice];
  return {
    ...stake,
    section,
    sectionLabel: XML_SECTION_LABELS[section][language],
    label: label[language],
    warning: warning[language],
    inFigures: explainStake({ ...stake, fields }, language),
    isNew,
    fields: fields.map(({ field, label, records }) => ({ field, label: label[language], records })),
  };
}
