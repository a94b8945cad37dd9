import { type LinkSettings, linkSettingsBody } from '#lib/contracts';
import { type ConnectionSql, type Database, instant } from '#lib/store';

import { type CheckPart, keepCheck, opens, type StoredCheck } from './check.js';
import { auditLink, type Where } from './link-audit.js';
import { linkAbsent } from './link-refused.js';

export type TestedSystem = 'severa' | 'netvisor';

/** What a test speaks of: the credentials as they are sealed and, of Netvisor's, the company that they are to open. */
const ABOUT = `
  md5(concat_ws(' ', case when $3 = 'netvisor' then l.netvisor_host end, case when $3 = 'netvisor' then l.organisation_id end,
    (select string_agg(md5(c.sealed), ' ' order by c.system) from severa.credential c
      where c.environment_id = $1 and c.company_id = $2 and (c.system = 'netvisor') = ($3 = 'netvisor'))))`;

const SERVICE = { by: { kind: 'service', id: 'severa-connector' }, address: null } as const;

/** Where tests of credentials are written down. */
export class CheckBook {
  constructor(private readonly database: Database) {}

  /** What a test that begins now speaks of; read before the credentials that it uses. */
  async about({ environmentId, companyId }: Where, system: TestedSystem): Promise<string> {
    const [row] = await this.database.rows<{ about: string }>(
      `select ${ABOUT} as about from severa.link l where environment_id = $1 and company_id = $2`,
      [environmentId, companyId, system],
      { scope: { tenant: environmentId } },
    );
    if (!row) throw linkAbsent();
    return row.about;
  }

  /**
   * Adds a test to what is known, and lets a link go on that stood still for what is mended now, with its audit event.
   * Returns the test itself, without what was known before; `null`: it speaks of credentials, or of a company of
   * Netvisor's, that are the link's no more, and nothing is written.
   */
  async write(
    { environmentId, companyId }: Where,
    system: TestedSystem,
    about: string,
    tested: Omit<StoredCheck, 'at'>,
  ): Promise<StoredCheck | null> {
    return this.database.transaction(
      async (sql) => {
        // First the lock, then a statement that sees what the one who held it has written.
        await sql.rows('select from severa.link where environment_id = $1 and company_id = $2 for update', [
          environmentId,
          companyId,
        ]);
        const [row] = await sql.rows<{ before: StoredCheck | null; paused: string | null; now: string; about: string }>(
          `select ${system}_check as before, paused, clock_timestamp() as now, ${ABOUT} as about
             from severa.link l where environment_id = $1 and company_id = $2`,
          [environmentId, companyId, system],
        );
        if (!row) throw linkAbsent();
        if (row.about !== about) return null;
        const now = { ...tested, at: instant(row.now).toISOString() };
        const kept = keepCheck(row.before, now);
        await sql.rows(`update severa.link set ${system}_check = $3 where environment_id = $1 and company_id = $2`, [
          environmentId,
          companyId,
          JSON.stringify(kept),
        ]);
        if (row.paused?.startsWith(`${system}-`) && opens(now)) {
          await resume(sql, { environmentId, companyId }, row.paused);
        }
        return now;
      },
      { scope: { tenant: environmentId } },
    );
  }

  /** Resources that were looked at, and TEMP; the parts stay as they are, and all of it where it is of another company. */
  async add(where: Where, about: string, looked: Pick<StoredCheck, 'resources' | 'temporary'>): Promise<void> {
    await this.database.rows(
      `update severa.link l
          set netvisor_check = netvisor_check
              || jsonb_build_object('resources', coalesce(netvisor_check -> 'resources', '{}') || $4::jsonb)
              || jsonb_build_object('temporary', coalesce(netvisor_check -> 'temporary', '{}') || $5::jsonb)
        where environment_id = $1 and company_id = $2 and netvisor_check is not null and ${ABOUT} = $6`,
      [
        where.environmentId,
        where.companyId,
        'netvisor',
        JSON.stringify(looked.resources ?? {}),
        JSON.stringify(looked.temporary ?? {}),
        about,
      ],
      { scope: { tenant: where.environmentId } },
    );
  }

  /** What the link moves; throws when the company is not linked. */
  async settings({ environmentId, companyId }: Where): Promise<LinkSettings> {
    const [row] = await this.database.rows<{ settings: unknown }>(
      'select settings from severa.link where environment_id = $1 and company_id = $2',
      [environmentId, companyId],
      { scope: { tenant: environmentId } },
    );
    if (!row) throw linkAbsent();
    return linkSettingsBody.parse(row.settings);
  }

  /** Has the engine test it in its next turn. */
  async order({ environmentId, companyId }: Where): Promise<void> {
    await this.database.rows(
      `update severa.link set check_at = clock_timestamp(), due_at = least(due_at, clock_timestamp())
        where environment_id = $1 and company_id = $2`,
      [environmentId, companyId],
      { scope: { tenant: environmentId } },
    );
  }
}

/** What is left of a test when nothing could be found out. */
export const untested = (part: CheckPart): StoredCheck => ({ at: new Date().toISOString(), parts: [part] });

async function resume(sql: ConnectionSql, where: Where, paused: string): Promise<void> {
  await sql.rows(
    `update severa.link set paused = null, paused_at = null, due_at = clock_timestamp()
      where environment_id = $1 and company_id = $2`,
    [where.environmentId, where.companyId],
  );
  await auditLink(sql, where, SERVICE, 'link.resumed', { cause: paused });
}
