import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { product, smallDocument } from './product-document.ts';

const RECORDS = 10;

/**
 * The least that any program must do to a document that it may not lose, on this database: one commit that keeps its
 * bytes, and one that upserts its ten rows into a table like the register's. No HTTP, no broker, no rules, no history.
 */
export class SmallFloor {
  private readonly pool: pg.Pool;
  private readonly document = smallDocument('123456789', 'F', RECORDS);
  private readonly codes = Array.from({ length: RECORDS }, (_, index) => product(index, 'F').product_code);
  private readonly names = Array.from({ length: RECORDS }, (_, index) => product(index, 'F').public_description);

  private constructor(pool: pg.Pool) {
    this.pool = pool;
  }

  static async prepare(pool: pg.Pool): Promise<SmallFloor> {
    await pool.query(`
      create table bench.document (id uuid primary key, data bytea not null);
      create table bench.small_register (like fivaldi.product_record including all)`);
    return new SmallFloor(pool);
  }

  /** One document of a company of its own. */
  async carryOut(): Promise<void> {
    const id = randomUUID();
    await this.pool.query({
      name: 'keep',
      text: 'insert into bench.document values ($1, $2)',
      values: [id, this.document],
    });
    await this.pool.query({
      name: 'upsert',
      text: `
        insert into bench.small_register (environment_id, company_id, product_code, name, imported, written_by)
        select $1, $1, code, name, true, 'bench' from unnest($2::text[], $3::text[]) as given (code, name)
        on conflict (environment_id, company_id, product_code) do update set name = excluded.name`,
      values: [id, this.codes, this.names],
    });
  }
}
