import type { z } from 'zod';

import type { countStakes, Stake } from '#lib/contracts';
import type { Database } from '#lib/store';

import { type StakeRow, stakeSql } from './stake-sql.js';

/** Milliseconds for one register: a count that takes longer is not worth what it costs others. */
const STATEMENT_TIMEOUT = 4_000;

/** What destructive choices of the XML settings put at stake in a company's own registers. */
export class Stakes {
  constructor(private readonly database: Database) {}

  /** In the order in which they were asked, as the registers stood at one moment. */
  async count(asked: z.output<typeof countStakes.ask>): Promise<z.input<typeof countStakes.answer>> {
    const { environmentId, companyId } = asked;
    const statements = [...new Set(asked.choices)].map(stakeSql);
    const stakes = await this.database.transaction(
      async (sql) => {
        const counted: Stake[] = [];
        for (const statement of statements) {
          const [row] = await sql.rows<StakeRow>(statement.text, [environmentId, companyId]);
          counted.push(statement.stakeOf(row!));
        }
        return counted;
      },
      { scope: { tenant: environmentId }, statementTimeout: STATEMENT_TIMEOUT, snapshot: true },
    );
    return { stakes };
  }
}
