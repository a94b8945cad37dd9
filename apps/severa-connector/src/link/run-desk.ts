import type { z } from 'zod';

import { linkSettingsBody, type requestLinkRun } from '#lib/contracts';
import { type ConnectionSql, type Database } from '#lib/store';

import { requestRun, type RunScope } from '../engine/runs.js';
import { auditLink, type Where } from './link-audit.js';
import { linkAbsent, LinkRefused } from './link-refused.js';
import type { Moving } from './resources.js';

type Request = z.output<typeof requestLinkRun.ask>;
type Answer = z.input<typeof requestLinkRun.answer>;

/** Where people ask for runs [ajot]. */
export class RunDesk {
  constructor(
    private readonly database: Database,
    private readonly flows: readonly Moving[],
    private readonly nudge: () => void,
  ) {}

  /** The same key again is answered with the run that it led to; with another request it is refused. */
  async request({ environmentId, companyId, by, address, requestKey, run }: Request): Promise<Answer> {
    const where = { environmentId, companyId };
    const answer = await this.database.transaction(
      async (sql) => {
        const link = await heldLink(sql, where);
        // Whatever has become of the link since: the same request has the same answer.
        const earlier = await readEarlier(sql, where, requestKey, run);
        if (earlier !== null) return { runId: earlier, joined: true };
        this.#refuseOff(link, run.flow);
        const requestedBy = `${by.kind}:${by.id}`;
        const wanted = { flow: run.flow, trigger: 'person', requestedBy, scope: scopeOf(run.records) } as const;
        const { runId, joined } = await requestRun(sql, where, wanted);
        await sql.rows(
          `insert into severa.run_request (environment_id, company_id, request_key, asked, run_id)
           values ($1, $2, $3, $4, $5)`,
          [environmentId, companyId, requestKey, JSON.stringify(run), runId],
        );
        const records = Array.isArray(run.records) ? run.records.length : run.records;
        await auditLink(sql, where, { by, address }, 'run.requested', { flow: run.flow, records, runId, joined });
        return { runId, joined };
      },
      { scope: { tenant: environmentId } },
    );
    this.nudge();
    return answer;
  }

  #refuseOff(link: HeldLink, flow: Request['run']['flow']): void {
    if (link.state !== 'active') throw new LinkRefused('conflict', 'link.not-active');
    const settings = linkSettingsBody.parse(link.settings);
    if (this.flows.some((one) => one.name === flow && one.mode(settings) !== 'off')) return;
    throw new LinkRefused('conflict', 'link.flow-off');
  }
}

interface HeldLink {
  readonly state: string;
  readonly settings: unknown;
}

/** Holds the link, so that one request follows another. */
async function heldLink(sql: ConnectionSql, { environmentId, companyId }: Where): Promise<HeldLink> {
  const [link] = await sql.rows<HeldLink>(
    'select state, settings from severa.link where environment_id = $1 and company_id = $2 for update',
    [environmentId, companyId],
  );
  if (!link) throw linkAbsent();
  return link;
}

async function readEarlier(
  sql: ConnectionSql,
  { environmentId, companyId }: Where,
  requestKey: string,
  run: Request['run'],
): Promise<string | null> {
  const [row] = await sql.rows<{ run_id: string; same: boolean }>(
    `select run_id, asked = $4::jsonb as same from severa.run_request
      where environment_id = $1 and company_id = $2 and request_key = $3`,
    [environmentId, companyId, requestKey, JSON.stringify(run)],
  );
  if (!row) return null;
  if (row.same) return row.run_id;
  throw new LinkRefused('reused', 'link.request-key-reused');
}

function scopeOf(records: Request['run']['records']): RunScope {
  if (Array.isArray(records)) return { keys: records };
  if (records === 'candidates') return { candidates: true };
  return records === 'everything' ? { everything: true } : {};
}
