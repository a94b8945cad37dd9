import type { LinkFlow } from '#lib/contracts';
import type { LinkPhase } from '#lib/policy';
import type { Sql } from '#lib/store';

import type { Credential, StoredCheck } from './check.js';
import type { Where } from './link-audit.js';

/** A link with what stands around it: one statement. */
export interface LinkRow {
  readonly partner_user_id: string;
  readonly organisation_id: string;
  readonly netvisor_host: 'production' | 'training';
  readonly language: 'FI' | 'SE' | 'EN';
  readonly settings: unknown;
  readonly state: 'preparing' | 'active' | 'stopped';
  readonly mark: string;
  readonly paused: string | null;
  readonly paused_at: string | null;
  readonly severa: StoredCheck | null;
  readonly netvisor: StoredCheck | null;
  readonly phases: readonly { readonly phase: LinkPhase; readonly by: string; readonly at: string }[];
  readonly acknowledged: readonly LinkPhase[];
  /** Flows with a comparison that is done. */
  readonly compared: readonly LinkFlow[];
  readonly credentials: readonly {
    readonly system: Credential;
    readonly identity: string | null;
    readonly savedBy: string;
    readonly savedAt: string;
  }[];
}

/** `for update` keeps it from being changed until the transaction ends. `null`: the company is not linked. */
export async function readLink(
  sql: Sql,
  { environmentId, companyId }: Where,
  lock: 'for update' | '' = '',
): Promise<LinkRow | null> {
  const of = (alias: string) => `${alias}.environment_id = $1 and ${alias}.company_id = $2`;
  const [row] = await sql.rows<Omit<LinkRow, 'acknowledged'>>(
    `select partner_user_id, organisation_id, netvisor_host, language, settings, state, mark, paused, paused_at,
            severa_check as severa, netvisor_check as netvisor,
            coalesce((select jsonb_agg(jsonb_build_object('phase', phase, 'by', acknowledged_by, 'at', acknowledged_at))
               from severa.phase p where ${of('p')}), '[]') as phases,
            coalesce((select jsonb_agg(flow) from severa.comparison c where ${of('c')} and report is not null), '[]')
              as compared,
            coalesce((select jsonb_agg(jsonb_build_object('system', system, 'identity', identity, 'savedBy', saved_by,
                                                          'savedAt', saved_at) order by system desc)
               from severa.credential c where ${of('c')}), '[]') as credentials
       from severa.link where environment_id = $1 and company_id = $2 ${lock}`,
    [environmentId, companyId],
  );
  return row ? { ...row, acknowledged: row.phases.map(({ phase }) => phase) } : null;
}
