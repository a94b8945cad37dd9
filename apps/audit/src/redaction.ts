import { AUDIT_ACTIONS } from '#lib/contracts';
import type { Database, Sql } from '#lib/store';

import { appendOwn, SERVICE } from './own-event.js';
import { BOOKED, dueNow, retentionClass, type RetentionRule } from './retention.js';
import { scopeOf } from './scope.js';

/** Places looked at in one transaction. */
const STEP = 5_000;

/**
 * Removes what has come to its time, from the oldest entry on; the chain stays whole.
 *
 * Each step is a transaction of the removal, of how far it has come, and of the entry that says so. Entries of
 * version 1 are passed over: nothing of them can be removed.
 */
export class Redaction {
  constructor(
    private readonly database: Database,
    /** How long addresses and the security log's details are kept. */
    private readonly months: number,
  ) {}

  /** Everything that is due now. Returns how many parts were removed. */
  async run(now: Date): Promise<number> {
    const chains = await this.database.rows<{ id: string }>(
      'select environment_id as id from audit.chain order by 1',
      [],
      { scope: { acrossTenants: 'each chain has its own entries to let go' } },
    );
    let removed = 0;
    for (const { id } of chains) {
      for (const rule of dueNow(now, this.months)) removed += await this.#follow(id, rule);
    }
    return removed;
  }

  async #follow(chain: string, rule: RetentionRule): Promise<number> {
    for (let removed = 0; ;) {
      const step = await this.database.transaction((sql) => takeStep(sql, chain, rule), { scope: scopeOf(chain) });
      if (step === null) return removed;
      removed += step;
    }
  }
}

/** How many parts one step has removed; `null` when nothing older than the rule's instant is left to look at. */
async function takeStep(sql: Sql, chain: string, rule: RetentionRule): Promise<number | null> {
  // Two replicas must not do the same step.
  await sql.rows('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`audit.retention ${chain}`]);
  const [reach] = await sql.rows<{ after: string; through: string | null }>(
    `with progress as (
       select coalesce((select through from audit.retention where environment_id = $1 and rule = $2), 0) as after
     ), next as (
       select sequence, recorded_at from audit.entry, progress
        where environment_id = $1 and sequence > after order by sequence limit ${STEP}
     )
     select after, (select max(sequence) from next where recorded_at < $3) as through from progress`,
    [chain, rule.name, rule.before],
  );
  if (!reach?.through) return null;
  const { after, through } = reach;
  const count = await remove(sql, chain, rule, { after, through });
  await sql.rows(
    `insert into audit.retention (environment_id, rule, through) values ($1, $2, $3)
     on conflict (environment_id, rule) do update set through = excluded.through`,
    [chain, rule.name, through],
  );
  if (count > 0) {
    const details = { rule: rule.name, after: Number(after), through: Number(through), count };
    await appendOwn(sql, { chain, action: 'audit.redacted', actor: SERVICE, details });
  }
  return count;
}

async function remove(
  sql: Sql,
  chain: string,
  { part, kept }: RetentionRule,
  { after, through }: { after: string; through: string },
): Promise<number> {
  const emptied = part === 'address' ? 'address = null' : `details = '{}'`;
  const actions = AUDIT_ACTIONS.filter((action) => kept === null || retentionClass(action, null) !== otherThan(kept));
  await sql.rows(`set local audit.redacting = 'on'`, [], { prepare: false });
  const gone = await sql.rows<{ sequence: string }>(
    `update audit.entry set ${emptied}, ${part}_salt = null, redacted_at = clock_timestamp()
      where environment_id = $1 and sequence > $2 and sequence <= $3 and version = 2 and ${part}_salt is not null
        and action = any($4::text[])
        and ($5::boolean is null or coalesce(stream = any($6::text[]), false) = $5)
      returning sequence`,
    [chain, after, through, actions, isBooked(kept), BOOKED],
    { prepare: false },
  );
  await sql.rows(`set local audit.redacting = ''`, [], { prepare: false });
  return gone.length;
}

/** Ledger and books share their actions, and the stream tells them apart; the security log has actions of its own. */
const otherThan = (kept: RetentionRule['kept']) => (kept === 'security' ? 'ledger' : 'security');
const isBooked = (kept: RetentionRule['kept']) => (kept === 'books' ? true : kept === 'ledger' ? false : null);
