import type { Database, Sql } from '#lib/store';

import { headOf, type HeadRow } from './append.js';
import { type Checkpoint, linkOf, NO_CHECKPOINT, readCheckpoint, signCheckpoint } from './checkpoint.js';
import type { CheckpointOutlet } from './checkpoint-file.js';
import { OPERATOR_CHAIN } from './entry.js';
import { utc } from './entry-row.js';
import { appendOwn, SERVICE } from './own-event.js';
import type { SigningKey, TrustedKeys } from './signing-key.js';

/** Any constant: it names this lease among the advisory locks of the database. */
const LEASE = 7_243_012;

const EVERY_CHAIN = { acrossTenants: 'every chain that has moved is signed for' };

/** A chain that has moved since its last checkpoint; `last_text` is that one's, if there is one. */
interface MovedRow extends HeadRow {
  readonly last_text: string | null;
}

/**
 * Signs for the ends of the chains, every hour.
 *
 * A chain that has not moved gets none. That checkpoints were made is itself an entry of the operator's chain, and an
 * entry like that alone does not count as a move: a quiet log stays quiet.
 */
export class Checkpointer {
  /** The operator's checkpoint up to which this process knows everything told; each round makes one there. */
  #told: number | null = null;

  constructor(
    private readonly database: Database,
    private readonly key: SigningKey,
    private readonly trusted: TrustedKeys,
    private readonly outlet: CheckpointOutlet | null,
  ) {}

  /**
   * Signs for whatever has moved and tells it outside. Returns how many chains that were; `null` when another replica
   * is at it.
   *
   * Kept first, told second. What a crash, a full disk or another replica's end leaves untold is told by the next run
   * of whoever has not told the last round: after a later line it would never be missed.
   */
  async run(): Promise<number | null> {
    const { outlet } = this;
    const made = await this.database.transaction(
      async (sql) => {
        const [lease] = await sql.rows<{ mine: boolean }>('select pg_try_advisory_xact_lock($1) as mine', [LEASE]);
        if (!lease?.mine) return null;
        const last = await lastRound(sql);
        if (outlet && last !== this.#told) await outlet.append(await this.#untold(sql, outlet));
        this.#told = last;
        return this.#make(sql);
      },
      { scope: EVERY_CHAIN },
    );
    if (made && made.length > 0) {
      await outlet?.append(made);
      this.#told = made.at(-1)?.sequence ?? null;
    }
    return made?.length ?? null;
  }

  async #make(sql: Sql): Promise<readonly Checkpoint[]> {
    const moved = await sql.rows<MovedRow>(MOVED);
    if (moved.length === 0) return [];
    const others = moved.filter(({ environment_id }) => environment_id !== OPERATOR_CHAIN);
    await appendOwn(sql, {
      chain: OPERATOR_CHAIN,
      action: 'audit.checkpointed',
      actor: SERVICE,
      details: { chains: others.length + 1, keyId: this.key.public.id },
    });
    const [operator] = await sql.rows<MovedRow>(`${ENDS} where chain.environment_id = $1`, [OPERATOR_CHAIN]);
    if (!operator) throw new Error('The chain that was appended to is not there');
    const [clock] = await sql.rows<{ at: string }>(`select ${utc('clock_timestamp()')} as at`);
    const made = [...others, operator].map((row) =>
      signCheckpoint(this.key, {
        environmentId: row.environment_id,
        head: headOf(row),
        at: clock?.at ?? '',
        previous: row.last_text === null ? NO_CHECKPOINT : linkOf(row.last_text),
      }),
    );
    await sql.rows(
      `insert into audit.checkpoint (environment_id, sequence, text, signature)
       select * from unnest($1::uuid[], $2::bigint[], $3::text[], $4::bytea[])`,
      [
        made.map((one) => one.environmentId),
        made.map((one) => one.sequence),
        made.map((one) => one.text),
        made.map((one) => one.signature),
      ],
    );
    return made;
  }

  /** What a process before this one has kept and did not live to tell, chain by chain. */
  async #untold(sql: Sql, outlet: CheckpointOutlet): Promise<readonly Checkpoint[]> {
    const ends = await outlet.ends((one) => this.trusted.vouchFor(one.keyId, one.text, one.signature));
    const kept = await sql.rows<{ text: string; signature: Buffer }>(
      `select text, signature
         from audit.checkpoint left join unnest($1::uuid[], $2::bigint[]) as told (id, end_sequence)
           on told.id = environment_id
        where sequence > coalesce(end_sequence, 0) order by environment_id, sequence`,
      [[...ends.keys()], [...ends.values()]],
    );
    return kept.map(({ text, signature }) => readCheckpoint(text, signature)).filter((one) => one !== undefined);
  }
}

/** Which of the operator's checkpoints is the newest; every round makes one. */
async function lastRound(sql: Sql): Promise<number | null> {
  const [row] = await sql.rows<{ last: string | null }>(
    'select max(sequence) as last from audit.checkpoint where environment_id = $1',
    [OPERATOR_CHAIN],
  );
  return row?.last ? Number(row.last) : null;
}

const ENDS = `
  select chain.environment_id, chain.last_sequence, chain.last_hash, last.text as last_text
    from audit.chain
    left join lateral (select sequence, text from audit.checkpoint as kept
                        where kept.environment_id = chain.environment_id
                        order by sequence desc limit 1) as last on true`;

const MOVED = `${ENDS}
   where chain.last_sequence > coalesce(last.sequence, 0)
     and (chain.environment_id <> '${OPERATOR_CHAIN}'
          or exists (select from audit.entry
                      where environment_id = chain.environment_id and entry.sequence > coalesce(last.sequence, 0)
                        and action <> 'audit.checkpointed'))
   order by chain.environment_id`;
