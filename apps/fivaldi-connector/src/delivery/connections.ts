import type { z } from 'zod';

import {
  auditEvent,
  decideDelivery,
  type deliverRegister,
  type Keeper,
  listDeliveries,
  saveFivaldiConnection,
  showFivaldiConnection,
} from '#lib/contracts';
import { AppError } from '#lib/errors';
import { type ConnectionSql, type Database, instant, outgoing, writeOutbox } from '#lib/store';

import { explainCause } from './causes.js';
import { ABSENT } from './content.js';
import { markForDelivery } from './marking.js';
import { forgetFivaldi, readAgain } from './links.js';
import { takeOver } from './take-over.js';
import type { Difference } from './two-sides.js';

type Shown = z.input<typeof showFivaldiConnection.answer>['connection'];
type Show = z.output<typeof showFivaldiConnection.ask>;
type Save = z.output<typeof saveFivaldiConnection.ask>;
type List = z.output<typeof listDeliveries.ask>;
type Decide = z.output<typeof decideDelivery.ask>;
type Deliver = z.output<typeof deliverRegister.ask>;
type Listed = z.input<typeof listDeliveries.answer>['deliveries'];
interface Where {
  readonly environmentId: string;
  readonly companyId: string;
}

/** A connection or delivery that cannot be changed so. */
export class ConnectionRefused extends AppError {
  constructor(
    readonly kind: 'outdated' | 'conflict',
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** How companies are connected to Fivaldi, and what has become of their deliveries; for people. */
export class Connections {
  constructor(
    private readonly database: Database,
    private readonly nudge: () => void,
  ) {}

  async show({ environmentId, companyId, language }: Show): Promise<Shown> {
    const [row] = await this.database.rows<{
      cuid: string;
      target: 'myynninhallinta' | 'tilaustenkasittely';
      active: boolean;
      mark: string;
      paused: string | null;
      paused_at: string | null;
      deliveries: NonNullable<Shown>['deliveries'] | null;
    }>(
      `select cuid, target, active, mark, paused, paused_at,
              (select jsonb_object_agg(s.state, s.records) from (
                select state, count(*) as records from fivaldi.delivery
                 where environment_id = $1 and company_id = $2 group by state) s) as deliveries
         from fivaldi.connection where environment_id = $1 and company_id = $2`,
      [environmentId, companyId],
      { scope: { tenant: environmentId } },
    );
    if (!row) return null;
    const { cuid, target, active, mark, paused, paused_at: since, deliveries } = row;
    const pause =
      paused === null || since === null
        ? null
        : { ...explainCause(paused, language), since: instant(since).toISOString() };
    return { cuid, target, active, mark, paused: pause, deliveries: deliveries ?? {} };
  }

  /** Whoever saves a connection has seen what paused it: it goes on. */
  async save({ environmentId, companyId, by, address, ifMark, connection }: Save): Promise<string> {
    const mark = await this.database.transaction(
      async (sql) => {
        const [before] = await sql.rows<{ mark: string; cuid: string; target: string; active: boolean }>(
          `select mark, cuid, target, active from fivaldi.connection
            where environment_id = $1 and company_id = $2 for update`,
          [environmentId, companyId],
        );
        if ((before?.mark ?? null) !== ifMark) {
          throw new ConnectionRefused(
            'outdated',
            'fivaldi-connection.outdated',
            'The connection was changed meanwhile',
          );
        }
        const { cuid, target, active } = connection;
        const [saved] = await sql
          .rows<{ mark: string }>(
            `insert into fivaldi.connection (environment_id, company_id, cuid, target, active, changed_by, pull_at)
             values ($1, $2, $3, $4, $5, $6, clock_timestamp())
             on conflict (environment_id, company_id) do update
                set cuid = $3, target = $4, active = $5, changed_by = $6, changed_at = clock_timestamp(),
                    mark = connection.mark + 1, paused = null, paused_at = null, refusals = 0, waits_until = null
             returning mark`,
            [environmentId, companyId, cuid, target, active, `${by.kind}:${by.id}`],
          )
          .catch(refuseTaken);
        if (before && before.cuid !== cuid) await forgetFivaldi(sql, environmentId, companyId);
        const { mark: _, ...was } = before ?? { mark: null };
        await audit(sql, { environmentId, companyId }, 'fivaldi-connection.saved', by, address, {
          before: before ? was : null,
          after: connection,
        });
        return saved?.mark ?? '';
      },
      { scope: { tenant: environmentId } },
    );
    this.nudge();
    return mark;
  }

  async list({ environmentId, companyId, language, state, limit, after }: List): Promise<Listed> {
    const rows = await this.database.rows<Omit<Listed[number], 'cause'> & { cause: string | null }>(
      `select register, key, state, remote_id as "fivaldiId", cause, coalesce(complaints, '[]') as complaints,
              coalesce(differences, '[]') as differences, attempts,
              case when state in ('due', 'unknown') then next_try_at end as "nextTryAt", delivered_at as "deliveredAt",
              transfer_id as "transferId"
         from fivaldi.delivery
        where environment_id = $1 and company_id = $2 and ($3::text is null or state = $3)
          and ($4::text is null or (register, key) > ($4, $5))
        order by register, key limit $6`,
      [environmentId, companyId, state ?? null, after?.register ?? null, after?.key ?? null, limit],
      { scope: { tenant: environmentId } },
    );
    const moment = (text: string | null) => (text === null ? null : instant(text).toISOString());
    return rows.map(({ cause, ...row }) => ({
      ...row,
      cause: cause === null ? null : explainCause(cause, language),
      nextTryAt: moment(row.nextTryAt),
      deliveredAt: moment(row.deliveredAt),
    }));
  }

  /**
   *   as    | what stood still     | becomes
   *   ------+----------------------+----------------------------------------------------------------
   *   again | made in Fivaldi      | read again, as if it had just been met
   *   again | answer was lost      | due, as a record that Fivaldi does not have
   *   again | anything else        | due
   *   done  | review               | delivered
   *   done  | a conflict           | delivered; Fivaldi's values become our register's
   *   any   | still under way      | refused: nobody has to decide
   */
  async decide({ environmentId, companyId, by, address, register, key, as }: Decide): Promise<'due' | 'delivered'> {
    const state = as === 'again' ? 'due' : 'delivered';
    await this.database.transaction(
      async (sql) => {
        const where = { environmentId, companyId };
        if (as === 'again' && (await readAgain(sql, { ...where, register, key }))) {
          return audit(sql, where, 'delivery.decided', by, address, { register, key, as });
        }
        const [waiting] = await sql.rows<{ differences: readonly Difference[] | null }>(
          `select differences from fivaldi.delivery
            where environment_id = $1 and company_id = $2 and register = $3 and key = $4 for update`,
          [environmentId, companyId, register, key],
        );
        const decided = await sql.rows(
          `update fivaldi.delivery
              set state = $5, mark = mark + 1, attempts = 0, next_try_at = clock_timestamp(), differences = null,
                  known = case when $5 = 'due' and cause in ('repeat-unsafe', 'list-too-long', 'made-not-found') then $6::jsonb else known end,
                  delivered_at = case when $5 = 'delivered' then clock_timestamp() else delivered_at end,
                  cause = null, complaints = null, updated_at = clock_timestamp()
            where environment_id = $1 and company_id = $2 and register = $3 and key = $4
              and (state in ('review', 'conflict') or ($5 = 'due' and state in ('rejected', 'denied')))
            returning 1`,
          [environmentId, companyId, register, key, state, JSON.stringify(ABSENT)],
        );
        if (decided.length === 0) {
          throw new ConnectionRefused('conflict', 'delivery.not-waiting', 'This delivery does not wait for anybody');
        }
        if (as === 'done' && waiting?.differences) {
          const theirs = Object.fromEntries(waiting.differences.map((one) => [one.field, one.theirs]));
          await takeOver(sql, { ...where, register, key }, theirs);
        }
        await audit(sql, where, 'delivery.decided', by, address, { register, key, as });
      },
      { scope: { tenant: environmentId } },
    );
    this.nudge();
    return state;
  }

  /** Marks what stood in a register before the company was connected; what has been marked before stays as it is. */
  async deliver({ environmentId, companyId, by, address, register }: Deliver): Promise<number> {
    const records = await this.database.transaction(
      async (sql) => {
        const where = { environmentId, companyId };
        const connected = await sql.rows(
          'select from fivaldi.connection where environment_id = $1 and company_id = $2 and active for share',
          [environmentId, companyId],
        );
        if (connected.length === 0) {
          throw new ConnectionRefused(
            'conflict',
            'fivaldi-connection.inactive',
            'Nothing of this company is delivered',
          );
        }
        const marked = await markForDelivery(sql, { ...where, register, written: { standing: true } });
        await audit(sql, where, 'delivery.requested', by, address, { register, records: marked });
        return marked;
      },
      { scope: { tenant: environmentId } },
    );
    this.nudge();
    return records;
  }
}

function refuseTaken(error: unknown): never {
  if ((error as { code?: unknown }).code === '23505') {
    throw new ConnectionRefused(
      'conflict',
      'fivaldi-connection.taken',
      'Another company is connected to this one of Fivaldi',
    );
  }
  throw error;
}

async function audit(
  sql: ConnectionSql,
  { environmentId, companyId }: Where,
  action: 'fivaldi-connection.saved' | 'delivery.decided' | 'delivery.requested',
  by: Keeper,
  address: string | null,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  const [clock] = await sql.rows<{ now: string }>('select clock_timestamp() as now');
  const event = {
    eventId: crypto.randomUUID(),
    environmentId,
    companyId,
    occurredAt: instant(clock?.now ?? '').toISOString(),
    action,
    outcome: 'success' as const,
    actor: by,
    address,
    details,
  };
  await writeOutbox(sql, [outgoing(auditEvent, event, event.eventId)]);
}
