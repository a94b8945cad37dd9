/** What a turn asks of PostgreSQL: nothing for what is not due. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Deliverer } from '../../apps/fivaldi-connector/src/delivery/deliverer.ts';
import type { ConnectionSql, Database } from '../../libs/store/src/index.ts';
import { type Company, DeliveryGround } from './ground.ts';

let ground: DeliveryGround;
let connector: Deliverer;
let company: Company;
const statements: string[] = [];
beforeAll(async () => {
  ground = await DeliveryGround.open();
  connector = await ground.connector(undefined, overheard);
  company = await ground.company();
});
afterAll(() => ground.close());

/** The same database; every statement of its transactions is written down. */
function overheard(database: Database): Database {
  const listening = (sql: ConnectionSql): ConnectionSql =>
    Object.create(sql, {
      rows: {
        value: (...given: Parameters<ConnectionSql['rows']>) => {
          statements.push(given[0]);
          return sql.rows(...given);
        },
      },
    }) as ConnectionSql;
  const heard: Pick<Database, 'rows' | 'transaction'> = {
    rows: (...given) => database.rows(...given),
    transaction: (work, options) => database.transaction((sql) => work(listening(sql)), options),
  };
  return heard as Database;
}

const about = (table: string) => statements.filter((text) => text.includes(`fivaldi.${table}`));
const take = async () => {
  statements.length = 0;
  expect(await connector.turn()).toMatchObject({ as: 'turn' });
};

describe('a turn', () => {
  it('that delivers asks nothing about lists and newcomers beyond what handed it out', async () => {
    await ground.write(company, 'product', [{ product_code: 'A', name: 'Tiili' }]);
    await take();
    expect(about('newcomer')).toHaveLength(1);
    expect(statements.filter((text) => text.includes('pulled_from'))).toHaveLength(1);
    expect(about('delivery').length).toBeGreaterThan(1);
  });

  it('that asks for a list looks for no delivery', async () => {
    await ground.drain(connector);
    await ground.look(company, 'order');
    await take();
    expect(ground.sandbox.journal().at(-1)?.path).toContain('/sales-orders?fromDate=');
    expect(statements.filter((text) => text.includes('order by rank'))).toEqual([]);
  });
});
