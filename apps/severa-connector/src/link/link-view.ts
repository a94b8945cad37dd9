import type { z } from 'zod';

import {
  type Direction,
  type LinkFlow,
  type LinkSettings,
  linkSettingsBody,
  type LinkStream,
  type listLinkResources,
  showLink,
} from '#lib/contracts';
import { LINK_PHASES, type LinkPhase, phaseLight, startObjections, waysTo } from '#lib/policy';
import { type Database, instant, type Sql } from '#lib/store';

import { explainCause } from './causes.js';
import { checkFor, lightOf, type StoredCheck } from './check.js';
import type { Checks } from './checks.js';
import type { Where } from './link-audit.js';
import { factsOf } from './link-facts.js';
import { linkAbsent } from './link-refused.js';
import { type LinkRow, readLink } from './link-row.js';
import { PHASE_TEXTS } from './phase-texts.js';
import { type Moving, resourceUses, scopesOf } from './resources.js';
import { START_TEXTS } from './start-texts.js';

type Language = 'fi' | 'sv' | 'en';
type Shown = z.input<typeof showLink.answer>['link'];
type ShownLink = NonNullable<Shown>;
type Resources = z.input<typeof listLinkResources.answer>['resources'];

/** What is shown of a flow beside how it moves. */
export interface FlowOfLink extends Moving {
  readonly stream: LinkStream;
  readonly direction: Direction;
}

interface FlowRow {
  readonly flow: LinkFlow;
  readonly due_at: string | null;
  readonly last_success_at: string | null;
  readonly records: ShownLink['flows'][number]['records'];
}

/** A link as people see it. */
export class LinkView {
  constructor(
    private readonly database: Database,
    private readonly flows: readonly FlowOfLink[],
  ) {}

  async show({ environmentId, companyId, language }: z.output<typeof showLink.ask>): Promise<Shown> {
    const where = { environmentId, companyId };
    return this.database.transaction(
      async (sql) => {
        const stored = await readLink(sql, where);
        if (!stored) return null;
        const settings = linkSettingsBody.parse(stored.settings);
        const link = { ...stored, severa: checkFor(stored.severa, scopesOf(this.flows, settings)) };
        return {
          partnerUserId: link.partner_user_id,
          organisationId: link.organisation_id,
          host: link.netvisor_host,
          language: link.language,
          settings,
          mark: link.mark,
          state: link.state,
          paused: pauseOf(link, language),
          credentials: link.credentials.map((one) => ({ ...one, savedAt: moment(one.savedAt) })),
          checks: shownChecks({ severa: link.severa, netvisor: link.netvisor }, language),
          phases: phasesOf(where, link, settings, language),
          start: startOf(link, settings, language),
          flows: shownFlows(this.flows, settings, await readFlows(sql, where)),
        };
      },
      { scope: { tenant: environmentId } },
    );
  }

  /** The API resources that the flows need, which are in use, and which the last look found open. */
  async resources({ environmentId, companyId }: Where): Promise<Resources> {
    const link = await this.database.transaction((sql) => readLink(sql, { environmentId, companyId }), {
      scope: { tenant: environmentId },
    });
    if (!link) throw linkAbsent();
    const seen = link.netvisor?.resources ?? {};
    return resourceUses(this.flows, linkSettingsBody.parse(link.settings)).map((use) => ({
      ...use,
      open: use.system === 'netvisor' ? (seen[use.name] ?? null) : null,
    }));
  }
}

/** Tests of both systems, with their causes explained. */
export const shownChecks = (
  checks: { readonly [System in keyof Checks]: StoredCheck | null },
  language: Language,
): ShownLink['checks'] => ({
  severa: shownCheck(checks.severa, language),
  netvisor: shownCheck(checks.netvisor, language),
});

const shownCheck = (check: StoredCheck | null, language: Language): ShownLink['checks']['severa'] => ({
  light: lightOf(check),
  at: check?.at ?? null,
  parts: (check?.parts ?? []).map(({ cause, ...part }) => ({
    ...part,
    cause: cause === null ? null : explainCause(cause, language),
  })),
});

function pauseOf({ paused, paused_at: since }: LinkRow, language: Language): ShownLink['paused'] {
  return paused === null || since === null ? null : { ...explainCause(paused, language), since: moment(since) };
}

function phasesOf(
  { environmentId, companyId }: Where,
  link: LinkRow,
  settings: LinkSettings,
  language: Language,
): ShownLink['phases'] {
  const facts = factsOf({ ...link, settings });
  const company = `/v1/environments/${environmentId}/companies/${companyId}`;
  const roles = waysTo('link.manage').map((way) => [...way]);
  return LINK_PHASES.map((phase) => {
    const text = PHASE_TEXTS[phase];
    const done = link.phases.find((one) => one.phase === phase);
    return {
      phase,
      ...text[language],
      link: { in: text.link.in, path: pathOf(text.link.path, company, directionOf(phase, settings)) },
      light: phaseLight(phase, facts),
      acknowledged: done ? { by: done.by, at: moment(done.at) } : null,
      roles,
    };
  });
}

const pathOf = (template: string, company: string, direction: string): string =>
  template.replace('{company}', company).replace('{direction}', direction);

/** Before a direction is chosen the report is of the one that most firms choose. */
function directionOf(phase: LinkPhase, settings: LinkSettings): 'to-netvisor' | 'to-severa' {
  const chosen = phase === 'customers' || phase === 'products' ? settings[phase] : null;
  return chosen === 'to-severa' ? 'to-severa' : 'to-netvisor';
}

function startOf(link: LinkRow, settings: LinkSettings, language: Language): ShownLink['start'] {
  const verdict = startObjections(factsOf({ ...link, settings }));
  const codes = verdict.allowed ? [] : verdict.reasons;
  return { allowed: verdict.allowed, objections: codes.map((code) => ({ code, what: START_TEXTS[code][language] })) };
}

const readFlows = (sql: Sql, { environmentId, companyId }: Where): Promise<FlowRow[]> =>
  sql.rows<FlowRow>(
    `with counted as (
       select flow, jsonb_object_agg(state, records) as records from (
         select flow, state, count(*) as records from severa.pair
          where environment_id = $1 and company_id = $2 group by flow, state) s
        group by flow
     ), known as (
       select flow, due_at, last_success_at from severa.flow_state where environment_id = $1 and company_id = $2
     )
     select coalesce(known.flow, counted.flow) as flow, due_at, last_success_at, coalesce(records, '{}') as records
       from known full join counted on counted.flow = known.flow`,
    [environmentId, companyId],
  );

function shownFlows(
  flows: readonly FlowOfLink[],
  settings: LinkSettings,
  rows: readonly FlowRow[],
): ShownLink['flows'] {
  return flows.map((flow) => {
    const row = rows.find((one) => one.flow === flow.name);
    const mode = flow.mode(settings);
    return {
      flow: flow.name,
      stream: flow.stream,
      direction: flow.direction,
      mode,
      nextAt: mode === 'off' || !row?.due_at ? null : moment(row.due_at),
      lastSuccessAt: row?.last_success_at ? moment(row.last_success_at) : null,
      records: row?.records ?? {},
    };
  });
}

const moment = (text: string): string => instant(text).toISOString();
