import { COMPANY_REGISTER_MODES, PAYROLL_DIMENSIONS, PRODUCT_REGISTER_MODES, SALES_ORDER_MODES } from '#lib/contracts';
import { businessIdFault } from '#lib/policy';

import { COLUMNS, type Column, folded, nearest } from './columns.js';

/** One thing wrong with one cell, or with the row as a whole; its text is in `mistake-texts.ts`. */
export interface Mistake {
  readonly field: string;
  readonly code: string;
  /** What stands in the file, cut to a hundred characters. */
  readonly value: string | null;
  /** What its text needs: a limit, another line, what would be right. */
  readonly facts: Readonly<Record<string, string | number>>;
}

/** A row as it was given: a cell that is empty, or whose column is missing, is absent. */
export type GivenCells = Readonly<Partial<Record<Column, string>>>;

/** A row's cells, understood: modes as the contract spells them, yes and no as booleans, numbers as numbers. */
export interface Given {
  readonly name?: string;
  readonly businessId?: string;
  readonly fivaldiNumber?: string;
  readonly webServices?: boolean;
  readonly template?: string;
  readonly companyRegister?: string;
  readonly productRegister?: string;
  readonly salesOrders?: string;
  readonly payroll?: string;
  readonly brakePercent?: number;
}

const YES = ['kyllä', 'on', 'k', 'x', 'ja', 'j', 'på', 'yes', 'y', 'true', 'tosi', '1', 'päällä'];
const NO = ['ei', 'e', 'nej', 'n', 'av', 'no', 'false', 'epätosi', '0', 'pois', 'off'];

/** Every spelling of every mode: the contract's, the seed's titles, and their Swedish and English readings. */
const MODES = {
  companyRegister: registerModes(COMPANY_REGISTER_MODES),
  productRegister: registerModes(PRODUCT_REGISTER_MODES),
  salesOrders: registerModes(SALES_ORDER_MODES),
  payroll: spellings(PAYROLL_DIMENSIONS, {
    'from-data': ['Seurantakohteet luetaan aineistosta', 'aineistosta', 'från materialet', 'from data'],
    'from-employee': [
      'Seurantakohteet luetaan henkilön oletustiedostosta',
      'henkilöltä',
      'från personen',
      'from employee',
    ],
    'data-then-employee': [
      'Ensisijaisesti aineiston kohteet, toiseksi henkilön oletuskohteet',
      'aineistosta, sitten henkilöltä',
      'från materialet, sedan personen',
      'data then employee',
    ],
  }),
} as const;

function registerModes(modes: readonly string[]): ReadonlyMap<string, string> {
  return spellings(modes, {
    'add-only': [
      'Lisää uudet tietueet (ei päivitystä)',
      'lisää uudet',
      'lägg till nya',
      'add new records (no updates)',
      'add new',
    ],
    'update-all': ['Päivitä kaikki tietueet', 'päivitä kaikki', 'uppdatera alla', 'update all records'],
    'update-keep': [
      'Päivitä kaikki tietueet, säilytä kentät joita ei aineistossa',
      'päivitä ja säilytä',
      'uppdatera och behåll',
      'update all, keep absent fields',
    ],
    'replace-all': [
      'Poista kaikki tuotteet ensin, lisää aineiston tuotteet',
      'korvaa kaikki',
      'ersätt alla',
      'replace all',
    ],
  });
}

function spellings(
  modes: readonly string[],
  names: Readonly<Record<string, readonly string[]>>,
): ReadonlyMap<string, string> {
  return new Map(modes.flatMap((mode) => [mode, ...(names[mode] ?? [])].map((name) => [folded(name), mode] as const)));
}

type Read =
  { readonly value: string | number | boolean } | { readonly code: string; readonly facts?: Mistake['facts'] };

/**
 * Understands a row, and finds everything that is wrong with it by itself.
 *
 *   field         | must be
 *   --------------+----------------------------------------------------------------
 *   name          | there, at most 100 characters
 *   fivaldiNumber | there, digits, at most 12
 *   businessId    | nine characters with their check digit, where it is given
 *   webServices   | yes or no in one of the languages
 *   template      | at most 64 characters; whether it exists is asked later
 *   modes         | a mode of the register, by its name or the seed's title
 *   brakePercent  | a whole number from 0 to 100
 *
 * A text that begins with = + - or @ is a text like any other: nothing here is ever calculated.
 */
export function checkRow(cells: GivenCells): { readonly given: Given; readonly mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = [];
  const given: Record<string, string | number | boolean> = {};
  for (const field of COLUMNS) {
    const text = cells[field];
    const read: Read | null = text === undefined ? whenAbsent(field) : readCell(field, text);
    if (read === null) continue;
    if ('value' in read) given[field] = read.value;
    else mistakes.push({ field, code: read.code, value: text?.slice(0, 100) ?? null, facts: read.facts ?? {} });
  }
  return { given, mistakes };
}

const whenAbsent = (field: Column): Read | null =>
  field === 'name' || field === 'fivaldiNumber' ? { code: 'cell.missing' } : null;

function readCell(field: Column, text: string): Read {
  // PostgreSQL can hold neither, and no keyboard writes them.
  if (!text.isWellFormed() || text.includes('\0')) return { code: 'text.unusable' };
  switch (field) {
    case 'name':
      return atMost(100, text);
    case 'template':
      return atMost(64, text);
    case 'fivaldiNumber':
      if (!/^[0-9]*$/.test(text)) return { code: 'number.not-digits' };
      return atMost(12, text);
    case 'businessId':
      return readBusinessId(text);
    case 'webServices':
      if (YES.includes(text.toLowerCase())) return { value: true };
      return NO.includes(text.toLowerCase()) ? { value: false } : { code: 'yes-or-no.unknown' };
    case 'brakePercent':
      return /^(100|[0-9]{1,2})$/.test(text.replace(/\s*%$/, ''))
        ? { value: Number.parseInt(text, 10) }
        : { code: 'percent.unknown' };
    case 'companyRegister':
    case 'productRegister':
    case 'salesOrders':
    case 'payroll':
      return readMode(field, text);
  }
}

const atMost = (limit: number, text: string): Read =>
  [...text].length <= limit ? { value: text } : { code: 'text.too-long', facts: { limit, length: [...text].length } };

function readBusinessId(text: string): Read {
  const fault = businessIdFault(text);
  if (fault === null) return { value: text };
  if (fault.code !== 'business-id.check-digit') return { code: fault.code };
  return { code: fault.code, facts: { expected: fault.expected } };
}

function readMode(field: keyof typeof MODES, text: string): Read {
  const mode = MODES[field].get(folded(text));
  if (mode !== undefined) return { value: mode };
  const modes = [...new Set(MODES[field].values())];
  const close = MODES[field].get(folded(nearest(text, [...MODES[field].keys()]) ?? '')) ?? '';
  return { code: 'mode.unknown', facts: { nearest: close, modes: modes.join(', ') } };
}
