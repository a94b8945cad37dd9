import type { z } from 'zod';

import { type LinkFlow, type LinkSettings, linkSettingsBody, type listLinkRecords } from '#lib/contracts';
import { type Database, instant } from '#lib/store';

import type { Flow, JsonObject, Known, Objection } from '../engine/flow.js';
import { RIVAL } from '../engine/pairs.js';
import { explainCause } from './causes.js';
import { linkAbsent } from './link-refused.js';

type List = z.output<typeof listLinkRecords.ask>;
type Answer = z.input<typeof listLinkRecords.answer>;
type Listed = Answer['records'][number];

/** What a flow would send of a record, in words that a person reads; pure. */
export type Preview = (source: JsonObject, known: Known | null, settings: LinkSettings) => unknown;
export type Previews = Readonly<Partial<Record<LinkFlow, Preview>>>;

interface RecordRow extends Omit<Listed, 'objections' | 'preview'> {
  readonly source: JsonObject | null;
  readonly known: Known | null;
  readonly cause: string | null;
  readonly message: string | null;
  readonly rival: string | null;
}

/** The records of a flow, and what each of them would become: the flow itself is asked, and nothing is sent. */
export class LinkRecords {
  constructor(
    private readonly database: Database,
    private readonly flows: readonly Pick<Flow, 'name' | 'next'>[],
    private readonly previews: Previews,
    private readonly now: () => Date = () => new Date(),
  ) {}

  async list(asked: List): Promise<Answer> {
    const { environmentId, companyId, flow, state, cursor, limit } = asked;
    const { settings, rows } = await this.database.transaction(
      async (sql) => {
        const [link] = await sql.rows<{ settings: unknown }>(
          'select settings from severa.link where environment_id = $1 and company_id = $2',
          [environmentId, companyId],
        );
        if (!link) throw linkAbsent();
        const rows = await sql.rows<RecordRow>(
          `select key, number, name, state, severa_key as "severaKey", netvisor_key as "netvisorKey", source, known,
                  cause, message, attempts, moved_at as "movedAt",
                  case when state in ('due', 'unknown', 'waits') then next_try_at end as "nextTryAt", ${RIVAL} as rival
             from severa.pair p
            where environment_id = $1 and company_id = $2 and flow = $3 and state = $4
              and ($5::text is null or key > $5)
            order by key limit $6`,
          [environmentId, companyId, flow, state, cursor ?? null, limit],
        );
        return { settings: linkSettingsBody.parse(link.settings), rows };
      },
      { scope: { tenant: environmentId } },
    );
    return {
      records: rows.map((row) => this.#shown(row, settings, asked)),
      next: rows.length === limit ? (rows.at(-1)?.key ?? null) : null,
    };
  }

  #shown(row: RecordRow, settings: LinkSettings, { flow, language }: List): Listed {
    const { source: _source, known: _known, cause, message, rival: _rival, ...listed } = row;
    const foreseen = this.#foresee(row, settings, flow);
    const objections = cause === null || row.state === 'candidate' ? foreseen : [{ cause, message }];
    return {
      ...listed,
      movedAt: moment(row.movedAt),
      nextTryAt: moment(row.nextTryAt),
      objections: objections.map((one) => ({
        ...explainCause(one.cause, language),
        field: ('field' in one ? one.field : null) ?? null,
        message: one.message ?? null,
      })),
      preview: this.#preview(row, settings, flow),
    };
  }

  #preview({ source, known }: RecordRow, settings: LinkSettings, flow: LinkFlow): unknown {
    try {
      return source === null ? null : (this.previews[flow]?.(source, known, settings) ?? null);
    } catch {
      return null;
    }
  }

  /** The checks before anything is sent [esitarkistukset], as if the record were new on the other side. */
  #foresee(row: RecordRow, settings: LinkSettings, name: LinkFlow): readonly Objection[] {
    const flow = this.flows.find((one) => one.name === name);
    if (!flow || row.state !== 'candidate') return [];
    const { key, source, rival } = row;
    const today = FINNISH_DATE.format(this.now());
    const known = row.known ?? { key: null };
    try {
      const step = flow.next({ key, source, known, unsure: null, rival, settings, today });
      if (step.do === 'wait') return [{ cause: step.cause }];
      return step.do === 'reject' ? step.objections : [];
    } catch {
      // As in the engine: a record that its flow cannot work on keeps no other from being seen.
      return [{ cause: 'fault-of-ours' }];
    }
  }
}

/** Swedish writes a date as `YYYY-MM-DD`. */
const FINNISH_DATE = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Helsinki', dateStyle: 'short' });

const moment = (text: string | null): string | null => (text === null ? null : instant(text).toISOString());
