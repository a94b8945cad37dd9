import type { z } from 'zod';

import { type listLinkRuns } from '#lib/contracts';
import { type Database, instant } from '#lib/store';

import { explainCause } from './causes.js';
import { LinkRefused } from './link-refused.js';

type List = z.output<typeof listLinkRuns.ask>;
type Answer = z.input<typeof listLinkRuns.answer>;
type Run = Answer['runs'][number];

/** The runs of a link, newest first. */
export class RunList {
  constructor(private readonly database: Database) {}

  async list({ environmentId, companyId, language, flow, state, cursor, limit }: List): Promise<Answer> {
    const below = cursor === undefined ? null : placeOf(cursor);
    const rows = await this.database.rows<Omit<Run, 'cause'> & { cause: string | null }>(
      `select run_id as "runId", flow, trigger, requested_by as "requestedBy", state, counts, cause, reasons,
              opens_at as "opensAt", created_at as "createdAt", started_at as "startedAt", ended_at as "endedAt"
         from severa.run
        where environment_id = $1 and company_id = $2
          and ($3::text is null or flow = $3) and ($4::text is null or state = $4)
          and ($5::timestamptz is null or (created_at, run_id) < ($5, $6::uuid))
        order by created_at desc, run_id desc limit $7`,
      [environmentId, companyId, flow ?? null, state ?? null, below?.createdAt ?? null, below?.runId ?? null, limit],
      { scope: { tenant: environmentId } },
    );
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return {
      runs: rows.map((row) => ({
        ...row,
        cause: row.cause === null ? null : explainCause(row.cause, language),
        opensAt: moment(row.opensAt),
        createdAt: instant(row.createdAt).toISOString(),
        startedAt: moment(row.startedAt),
        endedAt: moment(row.endedAt),
      })),
      // PostgreSQL's own text of the moment: a Date would lose its microseconds, and with them a row.
      next: last ? Buffer.from(`${last.createdAt}|${last.runId}`).toString('base64url') : null,
    };
  }
}

const PLACE =
  /^((2\d{3}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d{1,6})?\+00)\|([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** What somebody has made up may look like a moment and be none. */
const isMoment = (day = '', time = ''): boolean => {
  const at = Date.parse(`${day}T${time}Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(`${day}T${time}`);
};

function placeOf(cursor: string): { readonly createdAt: string; readonly runId: string } {
  const [, createdAt, day, time, runId] = PLACE.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (createdAt !== undefined && runId !== undefined && isMoment(day, time)) return { createdAt, runId };
  throw new LinkRefused('invalid', 'cursor.unknown');
}

const moment = (text: string | null): string | null => (text === null ? null : instant(text).toISOString());
