import { type ConnectionSql, instant } from '#lib/store';
import type { FivaldiRequest } from '#lib/upstream';

import { type Courier, DELIVERED_REGISTERS, type DeliveredRegister } from './courier.js';
import { courierOf } from './couriers.js';
import { noteNewcomers } from './links.js';
import { holdTurn, type Lists, type Target, type Turn } from './turns.js';

/** Each list is asked for so often, in hours: a thousand companies cost one request in fifteen. */
const EVERY_HOURS = 8;

/** One of Fivaldi's lists of what is new or changed. */
interface Look {
  /** The register, and which of its lists: its moments stand under this name. */
  readonly name: string;
  readonly courier: Courier & { readonly pull: NonNullable<Courier['pull']> };
  /** Whether what nobody here knows of was made since; else it may be as old as the company. */
  readonly tellsNew: boolean;
}

const LOOKS = DELIVERED_REGISTERS.flatMap((register): readonly Look[] => {
  const courier = courierOf(register);
  const { pull } = courier;
  if (!pull) return [];
  const pulled = { ...courier, pull };
  const open: Look = { name: `${register}:open`, courier: pulled, tellsNew: false };
  return [{ name: register, courier: pulled, tellsNew: true }, ...(pull.open ? [open] : [])];
});

/** Orders of another application than the one that Fivaldi's interface reaches are none of its lists'. */
const looksOf = (target: Target): readonly Look[] =>
  LOOKS.filter(({ courier }) => courier.register !== 'order' || target === 'myynninhallinta');

export interface PullWork extends Look {
  readonly register: DeliveredRegister;
  readonly request: FivaldiRequest;
}

/** The list that has waited longest, when it is time. */
export function duePull({ lists, target, cuid }: Turn): PullWork | null {
  if (lists === null) return null;
  const [look] = looksOf(target).toSorted((a, b) => askedAt(lists, a) - askedAt(lists, b));
  if (!look) return null;
  const { name, courier, tellsNew } = look;
  const { register, pull } = courier;
  const to = { cuid, key: '' };
  const request = tellsNew ? pull.request(to, instant(lists.from[name] ?? lists.since)) : pull.open?.(to);
  return request ? { ...look, register, request } : null;
}

const askedAt = ({ asked, from }: Lists, { name }: Look): number => {
  const at = asked[name] ?? from[name];
  return at === undefined ? 0 : instant(at).getTime();
};

/** What of ours somebody has changed in Fivaldi: it is read before anything more of it is sent. */
export async function settlePull(sql: ConnectionSql, turn: Turn, work: PullWork, result: unknown): Promise<void> {
  await holdTurn(sql, turn);
  const { name, register, courier, tellsNew } = work;
  const changes = courier.pull.changes(result);
  if (tellsNew) await noteNewcomers(sql, turn, courier, changes);
  // What we changed ourselves stands in the list, too, at the moment that we were told.
  await sql.rows(
    `update fivaldi.delivery d
        set known = d.known || jsonb_build_object('stale', true, 'changed', c.changed),
            state = case when d.state = 'delivered' then 'due' else d.state end,
            next_try_at = case when d.state = 'delivered' then clock_timestamp() else d.next_try_at end
       from unnest($4::text[], $5::text[]) as c (id, changed)
      where d.environment_id = $1 and d.company_id = $2 and d.register = $3 and d.remote_id = c.id
        and d.known ->> 'changed' is distinct from c.changed`,
    [turn.environmentId, turn.companyId, register, changes.map(({ id }) => id), changes.map(({ changed }) => changed)],
  );
  await sql.rows(
    `update fivaldi.connection
        set pulled_from = pulled_from || jsonb_build_object($3::text, $4::timestamptz),
            asked_at = asked_at || jsonb_build_object($3::text, $4::timestamptz),
            pull_at = $4::timestamptz + $5 * interval '1 hour'
      where environment_id = $1 and company_id = $2`,
    [turn.environmentId, turn.companyId, name, turn.at, EVERY_HOURS / looksOf(turn.target).length],
  );
}

/**
 * It did not come, and deliveries go on. In a while it is asked for again; where the fault may be the list's own, after
 * the others.
 */
export async function putPullOff(
  sql: ConnectionSql,
  turn: Turn,
  { name }: PullWork,
  fault: 'its-own' | 'any',
): Promise<void> {
  await holdTurn(sql, turn);
  await sql.rows(
    `update fivaldi.connection
        set pull_at = clock_timestamp() + interval '10 minutes',
            asked_at = case when $4 then asked_at || jsonb_build_object($3::text, clock_timestamp()) else asked_at end
      where environment_id = $1 and company_id = $2`,
    [turn.environmentId, turn.companyId, name, fault === 'its-own'],
  );
}
