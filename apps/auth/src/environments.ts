import type { z } from 'zod';

import type { EnvironmentEntry, listEnvironments } from '#lib/contracts';
import type { Database, Scope } from '#lib/store';

import { ruleMark } from './rule-mark.js';
import { searchValues } from './service-management/companies.js';
import { pageOf, placeOf } from './service-management/page-cursor.js';

interface EnvironmentRow {
  readonly environment_id: string;
  readonly name: string;
  readonly active: boolean;
  readonly time_zone: string;
  readonly place: string;
}

const COLUMNS = 'e.environment_id, e.name, e.active, e.time_zone, lower(e.name) as place';

/** The tenants [ympäristöt] themselves. They are changed by `rule-book.ts`. */
export class Environments {
  constructor(private readonly database: Database) {}

  async list(ask: z.output<typeof listEnvironments.ask>): Promise<z.output<typeof listEnvironments.answer>> {
    const [place, environmentId] = placeOf(ask.cursor) ?? [null, null];
    const [contains] = searchValues(ask.search);
    const scope: Scope = { acrossTenants: 'a list of tenants, narrowed to those that the asker reaches' };
    const rows = await this.database.rows<EnvironmentRow>(
      `select ${COLUMNS} from auth.environment e
        where ($1::uuid[] is null or e.environment_id = any($1))
          and ($2::text is null or e.name ilike $2)
          and ($3::text is null or (lower(e.name), e.environment_id) > ($3, $4::uuid))
        order by lower(e.name), e.environment_id limit $5`,
      [ask.among, contains, place, environmentId, ask.limit + 1],
      { scope },
    );
    const { shown, next } = pageOf(rows, ask.limit, (row) => [row.place, row.environment_id]);
    return { environments: shown.map(entryOf), next };
  }

  async show(environmentId: string): Promise<EnvironmentEntry | null> {
    const [row] = await this.database.rows<EnvironmentRow>(
      `select ${COLUMNS} from auth.environment e where e.environment_id = $1`,
      [environmentId],
      { scope: { tenant: environmentId } },
    );
    return row ? entryOf(row) : null;
  }
}

/** The mark is the rule book's: a change that carries it is refused when the environment is another one by then. */
function entryOf({
  environment_id: environmentId,
  name,
  active,
  time_zone: timeZone,
}: EnvironmentRow): EnvironmentEntry {
  const rule = { name, active, timeZone };
  return { environmentId, ...rule, mark: ruleMark(rule) };
}
