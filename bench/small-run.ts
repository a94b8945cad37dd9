import type pg from 'pg';
import { until } from '../libs/testing/src/until.ts';
import type { Ground } from './ground.ts';
import type { BenchCompany } from './partner.ts';
import { smallDocument } from './product-document.ts';
import type { Sender } from './sender.ts';
import { jainIndex, percentile } from './statistics.ts';

const RECORDS = 10;
/** A run that takes longer than this hangs. */
const PATIENCE = 15 * 60_000;

/** One document of a run: when it was due to be sent, and which transfer it became. */
export interface Sent {
  readonly due: number;
  readonly transferId: string;
}

type Loop = (count: number, send: (index: number, due: number) => Promise<Sent>) => Promise<Sent[]>;

/** The times of its transfers, by PostgreSQL's clock, which is this machine's. */
interface Times {
  readonly id: string;
  readonly company_id: string;
  readonly state: string;
  readonly accepted: number;
  readonly finished: number;
}

/** What a run came to. */
export interface RunResult {
  /** Documents a second, from the first acceptance to the last end. */
  readonly perSecond: number;
  /** Milliseconds from the moment each was due to its end. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number };
  /** Jain's index of x = documents of a company / (its last end − its first acceptance). */
  readonly fairness: number;
}

/** Documents of ten records for many companies in turn, and what became of each. */
export class SmallRuns {
  private readonly ground: Ground;
  private readonly companies: readonly BenchCompany[];
  private readonly sender: Sender;
  private runs = 0;

  constructor(ground: Ground, companies: readonly BenchCompany[], sender: Sender) {
    this.ground = ground;
    this.companies = companies;
    this.sender = sender;
  }

  /** The companies in turn, without end. Runs that are looked at together share one, so that each company has as many. */
  *inTurn(): Generator<BenchCompany, never> {
    for (;;) yield* this.companies;
  }

  /** Has `loop` send `count` documents, waits until all have ended, and reads their times. */
  async run(count: number, loop: Loop): Promise<RunResult> {
    return this.resultOf([await this.carry(count, loop, this.inTurn())]);
  }

  /** The same without the times, for runs that are looked at together. */
  async carry(count: number, loop: Loop, companies: Generator<BenchCompany, never>): Promise<readonly Sent[]> {
    this.runs += 1;
    const run = this.runs;
    const sent = await loop(count, async (index, due) => {
      const company = companies.next().value;
      // Products of its own for each document, so that every run creates as much as the others.
      const range = `${run}.${Math.floor(index / this.companies.length)}.`;
      return { due, transferId: await this.sender.send(company, smallDocument(company.number, range, RECORDS)) };
    });
    const ids = sent.map(({ transferId }) => transferId);
    await until(() => allEnded(this.ground.pool, ids), { within: PATIENCE, what: 'every document to end' });
    return sent;
  }

  /** Of runs that other runs lay between: their times are put one after the other, the pauses left out. */
  async resultOf(runs: readonly (readonly Sent[])[]): Promise<RunResult> {
    const times = await timesOf(
      this.ground.pool,
      runs.flat().map(({ transferId }) => transferId),
    );
    return resultOf(withoutPauses(runs.map((sent) => sent.map((one) => ({ ...one, ...times.get(one.transferId)! })))));
  }
}

/** Asked seldom enough to cost nothing: the newest usually ends last. */
async function allEnded(pool: pg.Pool, ids: readonly string[]): Promise<boolean> {
  const last = ids.slice(-200);
  const sql = 'select count(*)::int as open from transfers.transfer where id = any($1::uuid[]) and finished_at is null';
  for (const some of [last, ids]) {
    const { rows } = await pool.query<{ open: number }>(sql, [some]);
    if (rows[0]?.open !== 0) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      return false;
    }
  }
  return true;
}

async function timesOf(pool: pg.Pool, ids: readonly string[]): Promise<Map<string, Times>> {
  const { rows } = await pool.query<Times>(
    `select id, company_id, state, (extract(epoch from accepted_at) * 1000)::float8 as accepted,
            (extract(epoch from finished_at) * 1000)::float8 as finished
       from transfers.transfer where id = any($1::uuid[])`,
    [ids],
  );
  const failed = rows.find(({ state }) => state !== 'succeeded');
  if (failed) throw new Error(`Transfer ${failed.id} ended as ${failed.state}`);
  return new Map(rows.map((row) => [row.id, row]));
}

type Ended = Pick<Sent, 'due'> & Omit<Times, 'id' | 'state'>;

/** Each run moved to begin when the one before it had ended. */
export function withoutPauses(runs: readonly (readonly Ended[])[]): Ended[] {
  let end = 0;
  return runs.flatMap((run) => {
    const shift = end - Math.min(...run.map(({ accepted }) => accepted));
    end = shift + Math.max(...run.map(({ finished }) => finished));
    return run.map(({ company_id, due, accepted, finished }) => ({
      company_id,
      due: due + shift,
      accepted: accepted + shift,
      finished: finished + shift,
    }));
  });
}

function resultOf(ended: readonly Ended[]): RunResult {
  const first = Math.min(...ended.map(({ accepted }) => accepted));
  const last = Math.max(...ended.map(({ finished }) => finished));
  const latencies = ended.map(({ due, finished }) => finished - due);
  const ofCompanies = Map.groupBy(ended, (one) => one.company_id);
  const shares = [...ofCompanies.values()].map((documents) => {
    const from = Math.min(...documents.map(({ accepted }) => accepted));
    const to = Math.max(...documents.map(({ finished }) => finished));
    return documents.length / (to - from);
  });
  return {
    perSecond: (ended.length / (last - first)) * 1000,
    latency: { p50: percentile(latencies, 0.5), p95: percentile(latencies, 0.95), p99: percentile(latencies, 0.99) },
    fairness: jainIndex(shares),
  };
}
