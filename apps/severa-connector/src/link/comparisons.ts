import type { z } from 'zod';

import { type requestComparison, type showComparison } from '#lib/contracts';
import { type Database, instant } from '#lib/store';

import { isComparable } from '../comparison/comparisons.js';
import type { Flow } from '../engine/flow.js';
import { type ExplainedCause, explainCause } from './causes.js';
import { auditLink } from './link-audit.js';
import { linkAbsent, LinkRefused } from './link-refused.js';

type Request = z.output<typeof requestComparison.ask>;
type Show = z.output<typeof showComparison.ask>;
type Shown = z.input<typeof showComparison.answer>['comparison'];

/** Comparison reports [vertailuraportit]: asked for here, carried out in one of the link's turns. */
export class ComparisonDesk {
  constructor(
    private readonly database: Database,
    private readonly flows: readonly Flow[],
    private readonly nudge: () => void,
  ) {}

  /** The report that stands is shown until the new one is there. */
  async request({ environmentId, companyId, by, address, flow }: Request): Promise<void> {
    if (!this.flows.some((one) => one.name === flow && isComparable(one))) {
      throw new LinkRefused('invalid', 'comparison.not-a-register');
    }
    await this.database.transaction(
      async (sql) => {
        const linked = await sql.rows(
          `update severa.link set due_at = least(due_at, clock_timestamp())
            where environment_id = $1 and company_id = $2 returning 1`,
          [environmentId, companyId],
        );
        if (linked.length === 0) throw linkAbsent();
        await sql.rows(
          `insert into severa.comparison (environment_id, company_id, flow, state, asked_by)
           values ($1, $2, $3, 'due', $4)
           on conflict (environment_id, company_id, flow) do update
              set state = 'due', asked_by = $4, asked_at = clock_timestamp(), cause = null`,
          [environmentId, companyId, flow, `${by.kind}:${by.id}`],
        );
        await auditLink(sql, { environmentId, companyId }, { by, address }, 'link.compared', { flow });
      },
      { scope: { tenant: environmentId } },
    );
    this.nudge();
  }

  async show({ environmentId, companyId, language, flow }: Show): Promise<Shown> {
    const [row] = await this.database.rows<{
      state: 'due' | 'done' | 'failed';
      asked_at: string;
      done_at: string | null;
      cause: string | null;
      report: unknown;
    }>(
      `select state, asked_at, done_at, cause, report from severa.comparison
        where environment_id = $1 and company_id = $2 and flow = $3`,
      [environmentId, companyId, flow],
      { scope: { tenant: environmentId } },
    );
    if (!row) return null;
    const { state, cause, report } = row;
    return {
      state,
      askedAt: instant(row.asked_at).toISOString(),
      doneAt: row.done_at === null ? null : instant(row.done_at).toISOString(),
      cause: cause === null ? null : explainCause(cause, language),
      report,
      causes: causesIn(report).map((code): ExplainedCause => explainCause(code, language)),
    };
  }
}

/** The codes of every cause that a report names, wherever in it. */
function causesIn(report: unknown): readonly string[] {
  const codes = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      if (name === 'cause' && typeof inner === 'string') codes.add(inner);
      else visit(inner);
    }
  };
  visit(report);
  return [...codes].sort();
}
