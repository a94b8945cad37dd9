import type { z } from 'zod';

import { type acknowledgePhase, linkSettingsBody, type saveLink, type turnLink } from '#lib/contracts';
import { startObjections } from '#lib/policy';
import { type ConnectionSql, type Database } from '#lib/store';

import { checkFor } from './check.js';
import { auditLink, type Where } from './link-audit.js';
import { factsOf } from './link-facts.js';
import { linkAbsent, LinkRefused } from './link-refused.js';
import { type LinkRow, readLink } from './link-row.js';
import { type Moving, scopesOf } from './resources.js';
import { START_TEXTS } from './start-texts.js';
import { tellUnsure } from './told-by-hand.js';

type Save = z.output<typeof saveLink.ask>;
type Acknowledge = z.output<typeof acknowledgePhase.ask>;
type Turn = z.output<typeof turnLink.ask>;

/** Companies' links: made, changed, taken into use. Every change is one transaction with its audit event. */
export class Links {
  constructor(
    private readonly database: Database,
    private readonly flows: readonly Moving[],
    private readonly nudge: () => void,
  ) {}

  async save({ environmentId, companyId, by, address, ifMark, link }: Save): Promise<string> {
    const where = { environmentId, companyId };
    return this.#change(where, async (sql) => {
      const before = await readLink(sql, where, 'for update');
      if ((before?.mark ?? null) !== ifMark) throw outdated();
      const isElsewhere =
        before !== null && (before.organisation_id !== link.organisationId || before.netvisor_host !== link.host);
      const saver = `${by.kind}:${by.id}`;
      if (before === null || isElsewhere) await refuseShared(sql, where, link);
      if (isElsewhere) await forgetNetvisor(sql, where, saver);
      const mark = await put(sql, where, { link, isNew: before === null }, saver);
      await auditLink(sql, where, { by, address }, 'link.saved', { before: before && shownOf(before), after: link });
      return mark;
    });
  }

  /** Two people may share the phases; who acknowledged which stays written down. */
  async acknowledge({ environmentId, companyId, by, address, phase, acknowledged }: Acknowledge): Promise<void> {
    const where = { environmentId, companyId };
    await this.#change(where, async (sql) => {
      if (!(await readLink(sql, where, 'for update'))) throw linkAbsent();
      const key = [environmentId, companyId, phase];
      const changed = acknowledged
        ? await sql.rows(
            `insert into severa.phase (environment_id, company_id, phase, acknowledged_by) values ($1, $2, $3, $4)
             on conflict do nothing returning 1`,
            [...key, `${by.kind}:${by.id}`],
          )
        : await sql.rows(
            'delete from severa.phase where environment_id = $1 and company_id = $2 and phase = $3 returning 1',
            key,
          );
      if (changed.length === 0) return;
      await auditLink(sql, where, { by, address }, 'link.phase-acknowledged', { phase, acknowledged });
    });
  }

  /** *Aloita käyttö* [start use], or its opposite: a link that was stopped keeps all that it knows. */
  async turn({ environmentId, companyId, by, address, language, as }: Turn): Promise<'active' | 'stopped'> {
    const where = { environmentId, companyId };
    return this.#change(where, async (sql) => {
      const link = await readLink(sql, where, 'for update');
      if (!link) throw linkAbsent();
      if (as === 'start') refuseEarly(link, this.flows, language);
      if (as === 'stop' && link.state !== 'active') {
        throw new LinkRefused('conflict', 'link.not-active');
      }
      const state = as === 'start' ? 'active' : 'stopped';
      const turned = sql.rows(
        `update severa.link set state = $3, mark = mark + 1, changed_by = $4, changed_at = clock_timestamp(),
                due_at = least(due_at, clock_timestamp())
          where environment_id = $1 and company_id = $2`,
        [environmentId, companyId, state, `${by.kind}:${by.id}`],
      );
      await turned.catch(refuseTaken);
      await auditLink(sql, where, { by, address }, as === 'start' ? 'link.started' : 'link.stopped', {});
      return state;
    });
  }

  async #change<T>({ environmentId }: Where, work: (sql: ConnectionSql) => Promise<T>): Promise<T> {
    const result = await this.database.transaction(work, { scope: { tenant: environmentId } });
    this.nudge();
    return result;
  }
}

const taken = (): LinkRefused => new LinkRefused('conflict', 'link.taken');
const outdated = (): LinkRefused => new LinkRefused('outdated', 'link.outdated');

/**
 * One organisation of Netvisor is in one link. Of other environments' links only those in use count, and at the start: who
 * merely names a company, keeps nobody from it, and is told nothing about it.
 */
async function refuseShared(
  sql: ConnectionSql,
  { environmentId, companyId }: Where,
  { host, organisationId }: Save['link'],
): Promise<void> {
  const named = [environmentId, host, organisationId];
  await sql.rows(
    `select pg_advisory_xact_lock(hashtextextended(concat_ws(' ', $1::text, $2::text, $3::text), 0))`,
    named,
  );
  const others = await sql.rows(
    `select from severa.link
      where environment_id = $1 and netvisor_host = $2 and organisation_id = $3 and company_id <> $4
        and state <> 'stopped'`,
    [...named, companyId],
  );
  if (others.length > 0) throw taken();
}

/**
 * One whose settings have changed is tested at once, and so is one that stands still: what it asked too much for may have
 * been switched off.
 */
async function put(
  sql: ConnectionSql,
  where: Where,
  { link, isNew }: { readonly link: Save['link']; readonly isNew: boolean },
  by: string,
): Promise<string> {
  const [saved] = await sql.rows<{ mark: string }>(
    `insert into severa.link (environment_id, company_id, partner_user_id, organisation_id, netvisor_host, language,
                              settings, changed_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (environment_id, company_id) do update
        set partner_user_id = $3, organisation_id = $4, netvisor_host = $5, language = $6, settings = $7,
            changed_by = $8, changed_at = clock_timestamp(), mark = link.mark + 1,
            due_at = least(link.due_at, clock_timestamp()),
            check_at = case when link.paused is null and link.settings = $7 then link.check_at
                            else clock_timestamp() end
      where not $9
     returning mark`,
    [
      where.environmentId,
      where.companyId,
      link.partnerUserId,
      link.organisationId,
      link.host,
      link.language,
      JSON.stringify(link.settings),
      by,
      isNew,
    ],
  );
  // Somebody else has made it in the same moment.
  if (!saved) throw outdated();
  return saved.mark;
}

/**
 * Another company in Netvisor: what was known of the old one is not true of it, and what is under way must not count. The
 * link has to be taken into use anew, once its credentials are seen to open that company.
 */
async function forgetNetvisor(sql: ConnectionSql, where: Where, by: string): Promise<void> {
  const { environmentId, companyId } = where;
  const key = [environmentId, companyId];
  const these = 'environment_id = $1 and company_id = $2';
  await sql.rows(
    `update severa.link set fence = fence + 1, netvisor_check = null, check_at = null,
            state = case state when 'active' then 'preparing' else state end where ${these}`,
    key,
  );
  await tellUnsure(sql, where, by);
  await sql.rows(`delete from severa.pair where ${these}`, key);
  await sql.rows(`update severa.flow_state set cursor = null, reading = null, due_at = null where ${these}`, key);
  await sql.rows(`update severa.comparison set report = null, progress = null, state = 'due' where ${these}`, key);
  await sql.rows(
    `update severa.run set state = 'stopped', ended_at = clock_timestamp() where ${these} and ended_at is null`,
    key,
  );
}

function refuseEarly(link: LinkRow, flows: readonly Moving[], language: Turn['language']): void {
  const settings = linkSettingsBody.parse(link.settings);
  const severa = checkFor(link.severa, scopesOf(flows, settings));
  const verdict = startObjections(factsOf({ ...link, severa, settings }));
  if (verdict.allowed) return;
  const objections = verdict.reasons.map((code) => ({ code, what: START_TEXTS[code][language] }));
  throw new LinkRefused('conflict', 'link.not-ready', { objections }, START_TEXTS[verdict.reasons[0]]);
}

const shownOf = (link: LinkRow): object => ({
  partnerUserId: link.partner_user_id,
  organisationId: link.organisation_id,
  host: link.netvisor_host,
  language: link.language,
  settings: link.settings,
});

function refuseTaken(error: unknown): never {
  if ((error as { code?: unknown }).code === '23505') {
    throw taken();
  }
  throw error;
}
