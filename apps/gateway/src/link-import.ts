import type { z } from 'zod';

import type { QuestionClient } from '#lib/bus';
import {
  type Keeper,
  type LinkBody,
  linkBody,
  listCompanies,
  listPartnerUsers,
  saveLink,
  showLink,
  type ShownPartnerUser,
} from '#lib/contracts';
import { kindOf, RemoteError } from '#lib/errors';
import { faultOf, type Language, type Said } from '#lib/service';

import { columnOf, type LinkRow, overlaid } from './link-import-file.js';
import { ROW_TEXTS, type RowFault } from './link-import-texts.js';

interface Mistake {
  readonly column: string;
  readonly code: string;
  readonly message: string;
}

export interface ImportedRow {
  readonly line: number;
  readonly businessId: string;
  readonly companyId: string | null;
  /** `blocked`: it has mistakes, and nothing of it was or will be saved. */
  readonly outcome: 'create' | 'change' | 'same' | 'blocked';
  readonly mistakes: readonly Mistake[];
}

export interface LinkImport {
  readonly within: { readonly environmentId: string; readonly by: Keeper; readonly address: string | null };
  /** Save what has no mistake; without it, only say what would be. */
  readonly commit: boolean;
  /** Of the mistakes. */
  readonly language: Language;
}

/** So many rows are asked about at once. */
const AT_ONCE = 8;
const PAGE = 200;

/**
 * Links many companies from a file, each row for itself: a mistake in one keeps no other from being saved. What is there
 * already is changed only where the row says otherwise, so the same file again changes nothing.
 */
export async function importLinks(
  questions: QuestionClient,
  rows: readonly LinkRow[],
  how: LinkImport,
): Promise<readonly ImportedRow[]> {
  const { within, language } = how;
  const companies = await companiesOf(questions, within.environmentId);
  const partners = await partnersOf(questions, rows);
  const seen = new Map<string, number>();
  for (const { businessId } of rows) seen.set(businessId, (seen.get(businessId) ?? 0) + 1);
  const results: ImportedRow[] = [];
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    const some = rows.slice(at, at + AT_ONCE).map((row) => {
      const { businessId } = row;
      const found = companies.get(businessId) ?? [];
      const companyId = found[0];
      const partner = row.partnerUser === undefined ? undefined : partners.get(row.partnerUser);
      const isThere = partner && (partner.scopeCompanyId === null || partner.scopeCompanyId === companyId);
      const mistakes = [
        ...whichCompany(businessId, found.length, seen.get(businessId) ?? 0),
        ...(row.partnerUser !== undefined && !isThere ? [NO_PARTNER] : []),
      ].map((one) => one(language));
      return importRow(questions, row, { companyId, partner: partner?.id, mistakes }, how);
    });
    results.push(...(await Promise.all(some)));
  }
  return results;
}

interface Named {
  readonly companyId: string | undefined;
  readonly partner: string | undefined;
  readonly mistakes: readonly Mistake[];
}

async function importRow(
  questions: QuestionClient,
  row: LinkRow,
  { companyId, partner, mistakes }: Named,
  { within, commit, language }: LinkImport,
): Promise<ImportedRow> {
  const { line, businessId } = row;
  const blocked = (all: readonly Mistake[]): ImportedRow => ({
    line,
    businessId,
    companyId: companyId ?? null,
    outcome: 'blocked',
    mistakes: all,
  });
  if (companyId === undefined || mistakes.length > 0) return blocked(mistakes);
  const where = { environmentId: within.environmentId, companyId };
  const { link } = await questions.ask(showLink, where);
  const before = link && bodyOf(link);
  const wanted = linkBody.safeParse({
    ...overlaid(before ?? { organisationId: businessId }, row.given),
    ...(partner !== undefined && { partnerUserId: partner }),
  });
  if (!wanted.success) {
    return blocked(wanted.error.issues.map((issue) => fieldMistake(issue, language)));
  }
  const outcome = before === null ? 'create' : sameLink(before, wanted.data) ? 'same' : 'change';
  if (commit && outcome !== 'same') {
    const refusal = await save(questions, { ...where, ...within, ifMark: link?.mark ?? null, link: wanted.data });
    if (refusal) return blocked([refusalMistake(refusal, language)]);
  }
  return { line, businessId, companyId, outcome, mistakes: [] };
}

/** Its refusal, where there is one that is about this row alone. */
async function save(
  questions: QuestionClient,
  asked: Parameters<typeof questions.ask<typeof saveLink.pattern, typeof saveLink.ask, typeof saveLink.answer>>[1],
): Promise<RemoteError | null> {
  try {
    await questions.ask(saveLink, asked);
    return null;
  } catch (error) {
    if (error instanceof RemoteError && ['conflict', 'outdated'].includes(kindOf(error))) {
      return error;
    }
    throw error;
  }
}

type MistakeIn = (language: Language) => Mistake;

/** One of another company only is as absent as one that there is not. */
const NO_PARTNER: MistakeIn = (language) => ({
  column: 'partner-user',
  code: 'unknown',
  message: ROW_TEXTS['partner-unknown'][language],
});

const aboutCompany =
  (code: string, text: RowFault): MistakeIn =>
  (language) => ({ column: 'business-id', code, message: ROW_TEXTS[text][language] });

function whichCompany(businessId: string, found: number, rows: number): readonly MistakeIn[] {
  if (businessId === '') return [aboutCompany('missing', 'missing')];
  if (rows > 1) return [aboutCompany('twice', 'twice')];
  if (found === 0) return [aboutCompany('unknown', 'company-unknown')];
  return found > 1 ? [aboutCompany('ambiguous', 'ambiguous')] : [];
}

function fieldMistake(issue: z.core.$ZodIssue, language: Language): Mistake {
  const { code, message, said } = faultOf(issue as Parameters<typeof faultOf>[0]);
  return { column: columnOf(issue.path), code, message: said?.[language] ?? message };
}

function refusalMistake({ code, message, details }: RemoteError, language: Language): Mistake {
  const said = details['said'] as Said | undefined;
  return { column: 'business-id', code, message: said?.[language] ?? message };
}

const bodyOf = ({ partnerUserId, organisationId, host, language, settings }: LinkBody): LinkBody => ({
  partnerUserId,
  organisationId,
  host,
  language,
  settings,
});

/** Both have been read by one schema, so their fields stand in one order. */
const sameLink = (one: LinkBody, other: LinkBody): boolean =>
  JSON.stringify(linkBody.parse(one)) === JSON.stringify(other);

async function companiesOf(
  questions: QuestionClient,
  environmentId: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const companies = new Map<string, string[]>();
  let cursor: string | null | undefined;
  do {
    const page = await questions.ask(listCompanies, { environmentId, limit: PAGE, ...(cursor && { cursor }) });
    for (const { companyId, businessId } of page.companies) {
      if (businessId !== null) companies.set(businessId, [...(companies.get(businessId) ?? []), companyId]);
    }
    cursor = page.next;
  } while (cursor);
  return companies;
}

/** By user name; asked once for each that the file names. */
async function partnersOf(
  questions: QuestionClient,
  rows: readonly LinkRow[],
): Promise<ReadonlyMap<string, ShownPartnerUser>> {
  const named = new Set(rows.flatMap(({ partnerUser }) => (isName(partnerUser) ? partnerUser : [])));
  const partners = new Map<string, ShownPartnerUser>();
  for (const name of named) {
    const found = await partnerOf(questions, name);
    if (found) partners.set(name, found);
  }
  return partners;
}

/** What no user name can be is not asked about. */
const isName = (text: string | undefined): text is string =>
  text !== undefined && text.length <= 100 && !text.includes('\0');

/** Of all whose user name or company has the name in it, the one whose user name it is. */
async function partnerOf(questions: QuestionClient, name: string): Promise<ShownPartnerUser | undefined> {
  const asked = { search: name, limit: PAGE, internal: false };
  let after: string | null | undefined;
  do {
    const page = await questions.ask(listPartnerUsers, { ...asked, ...(after && { after }) });
    const found = page.partnerUsers.find(({ userName }) => userName.toLowerCase() === name.toLowerCase());
    if (found) return found;
    after = page.next;
  } while (after);
  return undefined;
}
