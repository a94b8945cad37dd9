import type { z } from 'zod';

import type { CompanyEntry, listCompanies, showCompany } from '#lib/contracts';
import type { Database, Sql } from '#lib/store';

import { RuleSubjectAbsent } from '../errors.js';
import { ruleMark } from '../rule-mark.js';
import { requireText } from '../rules/rule-fault.js';
import { pageOf, placeOf } from './page-cursor.js';

/** The columns of `auth.company` (as `c`) that a list shows. */
export const COMPANY_COLUMNS =
  'c.company_id, c.name, c.fivaldi_number, c.business_id, c.web_services, lower(c.name) as place';

/** Those that a search finds; `$2` is part of a name and `$3` the start of a number, both null without a search. */
export const COMPANY_FOUND = `c.environment_id = $1
  and ($2::text is null or c.name ilike $2 or c.business_id like $3 or c.fivaldi_number like $3)`;

export interface CompanyRow {
  readonly company_id: string;
  readonly name: string;
  readonly fivaldi_number: string;
  readonly business_id: string | null;
  readonly web_services: boolean;
  /** What the list is ordered by, before the id. */
  readonly place: string;
}

export const companyEntryOf = (row: CompanyRow): CompanyEntry => ({
  companyId: row.company_id,
  name: row.name,
  fivaldiNumber: row.fivaldi_number,
  businessId: row.business_id,
  webServices: row.web_services,
});

/** The values for {@link COMPANY_FOUND}; what was typed is looked for as it stands, `%` and `_` too. Refuses a NUL. */
export function searchValues(search: string | undefined): readonly [contains: string | null, starts: string | null] {
  const wanted = search?.trim() ?? '';
  requireText({ search: wanted });
  if (wanted === '') return [null, null];
  const literal = wanted.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`);
  return [`%${literal}%`, `${literal}%`];
}

/** The environment's company. Throws when it has no such one, whoever else may. */
export async function requireCompany(sql: Sql, environmentId: string, companyId: string): Promise<CompanyEntry> {
  const [row] = await sql.rows<CompanyRow>(
    `select ${COMPANY_COLUMNS} from auth.company c where c.environment_id = $1 and c.company_id = $2`,
    [environmentId, companyId],
  );
  if (!row) throw new RuleSubjectAbsent('company.absent');
  return companyEntryOf(row);
}

/** One page of the companies that a search finds, by name. */
export async function readCompanies(
  sql: Sql,
  { environmentId, search, cursor, limit }: z.output<typeof listCompanies.ask>,
): Promise<z.output<typeof listCompanies.answer>> {
  const [place, companyId] = placeOf(cursor) ?? [null, null];
  const rows = await sql.rows<CompanyRow>(
    `select ${COMPANY_COLUMNS} from auth.company c
      where ${COMPANY_FOUND} and ($4::text is null or (lower(c.name), c.company_id) > ($4, $5::uuid))
      order by lower(c.name), c.company_id limit $6`,
    [environmentId, ...searchValues(search), place, companyId, limit + 1],
  );
  const { shown, next } = pageOf(rows, limit, (row) => [row.place, row.company_id]);
  return { companies: shown.map(companyEntryOf), next };
}

/** An environment's client companies [asiakasyritykset], as its people see them. */
export class Companies {
  constructor(private readonly database: Database) {}

  list(ask: z.output<typeof listCompanies.ask>): Promise<z.output<typeof listCompanies.answer>> {
    return this.database.transaction((sql) => readCompanies(sql, ask), { scope: { tenant: ask.environmentId } });
  }

  /** The mark is the rule book's: a change that carries it is refused when the company is another one by then. */
  async show(ask: z.output<typeof showCompany.ask>): Promise<z.output<typeof showCompany.answer>> {
    const { environmentId, companyId } = ask;
    const company = await this.database.transaction((sql) => requireCompany(sql, environmentId, companyId), {
      scope: { tenant: environmentId },
    });
    const { companyId: _, ...rule } = company;
    return { company, mark: ruleMark({ environmentId: environmentId.toLowerCase(), ...rule }) };
  }
}
