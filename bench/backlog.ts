import type pg from 'pg';
import { until } from '../libs/testing/src/until.ts';
import { tomorrow } from '../scripts/demo/opening.ts';
import type { ApiClient } from '../scripts/local/api-client.ts';
import { closedLoop } from './arrivals.ts';
import type { BenchCompany } from './partner.ts';
import { smallDocument } from './product-document.ts';
import type { Sender } from './sender.ts';

const AT_ONCE = 32;

/** One company with very many documents waiting, let loose and stopped by its restriction group. */
export class Backlog {
  private readonly operator: ApiClient;
  private readonly pool: pg.Pool;
  private readonly company: BenchCompany;

  constructor(operator: ApiClient, pool: pg.Pool, company: BenchCompany) {
    this.operator = operator;
    this.pool = pool;
    this.company = company;
  }

  /** Sends the documents while the company is closed, so that all of them wait. */
  async fill(documents: number, sender: Sender): Promise<void> {
    await this.close();
    await closedLoop(documents, AT_ONCE, (index) =>
      sender.send(this.company, smallDocument(this.company.number, `J${index}.`, 10), { wait: true }),
    );
    await this.asleep();
  }

  /** From here on they run. */
  async open(): Promise<void> {
    await this.restrict(null);
  }

  /** Stops it, and waits until it has stopped. */
  async shut(): Promise<void> {
    await this.close();
    await this.asleep();
  }

  async waiting(): Promise<number> {
    const { rows } = await this.pool.query<{ waiting: number }>(
      'select count(*)::int as waiting from transfers.transfer where company_id = $1 and finished_at is null',
      [this.company.id],
    );
    return rows[0]?.waiting ?? 0;
  }

  private async close(): Promise<void> {
    await this.restrict(tomorrow(new Date()));
  }

  private async restrict(times: ReturnType<typeof tomorrow> | null): Promise<void> {
    const { id, partner } = this.company;
    await this.operator.saveRule('restriction-group', 'ruuhka', {
      companyId: id,
      times,
      partnerUserIds: [partner.id],
    });
  }

  private async asleep(): Promise<void> {
    await until(
      async () => {
        const { rows } = await this.pool.query<{ asleep: boolean }>(
          'select wake_at is not null as asleep from transfers.lane where company_id = $1',
          [this.company.id],
        );
        return rows.every(({ asleep }) => asleep);
      },
      { within: 60_000, what: 'the lane to sleep' },
    );
  }
}
