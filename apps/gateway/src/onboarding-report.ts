import type { OnboardingRow } from '#lib/contracts';
import type { Language } from '#lib/service';

type Texts = Readonly<Record<Language, readonly string[]>>;

const HEADS: Texts = {
  fi: ['Rivi', 'Tulos', 'Tallennettu', 'Yritys', 'Fivaldi-numero', 'Yrityksen id', 'Muutokset', 'Virheet'],
  sv: ['Rad', 'Resultat', 'Sparad', 'Företag', 'Fivaldi-nummer', 'Företagets id', 'Ändringar', 'Fel'],
  en: ['Line', 'Outcome', 'Saved', 'Company', 'Fivaldi number', 'Company id', 'Changes', 'Mistakes'],
};

const OUTCOMES: Readonly<Record<OnboardingRow['outcome'], Readonly<Record<Language, string>>>> = {
  created: { fi: 'luodaan', sv: 'skapas', en: 'created' },
  changed: { fi: 'muutetaan', sv: 'ändras', en: 'changed' },
  skipped: { fi: 'ohitetaan', sv: 'hoppas över', en: 'skipped' },
  blocked: { fi: 'estetty', sv: 'hindrad', en: 'blocked' },
  outdated: { fi: 'vanhentunut', sv: 'föråldrad', en: 'outdated' },
};

const YES: Readonly<Record<Language, string>> = { fi: 'kyllä', sv: 'ja', en: 'yes' };

/** So that spreadsheets of this country read the letters right. */
const BYTE_ORDER_MARK = '\ufeff';

/** The report's first line. */
export const reportHead = (language: Language): string => BYTE_ORDER_MARK + line(HEADS[language]);

/** One row of the file, as a line of the report. */
export function reportLine(row: OnboardingRow, language: Language): string {
  return line([
    String(row.line),
    OUTCOMES[row.outcome][language],
    row.saved ? YES[language] : '',
    row.name ?? '',
    row.fivaldiNumber ?? '',
    row.companyId ?? '',
    row.changes.map(({ field, before, after }) => `${field}: ${shown(before)} → ${shown(after)}`).join('\n'),
    row.mistakes
      .map(({ field, message, value }) => `${field}: ${message}${value === null ? '' : ` (${value})`}`)
      .join('\n'),
  ]);
}

const shown = (value: unknown): string =>
  value === null ? '–' : typeof value === 'string' ? value : JSON.stringify(value);

const line = (cells: readonly string[]): string => `${cells.map(reportCell).join(';')}\r\n`;

/**
 * A cell that no spreadsheet takes for a formula: what the file's sender wrote, somebody else will open.
 *
 *   the text begins with        | the cell
 *   ----------------------------+-------------------------------
 *   = + - @, a tab or a return  | begins with an apostrophe
 *   anything else               | is as it is
 *
 * Always in quotes, quotes doubled.
 */
export function reportCell(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
