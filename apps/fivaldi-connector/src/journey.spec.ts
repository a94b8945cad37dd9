import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { type AccessAnswer, type StreamName, xmlSettingsBody } from '#lib/contracts';
import { Database } from '#lib/store';
import { createTestDatabase, type TestDatabase } from '#lib/testing';
import { acceptTransfer, DocumentWriter, findTransfer } from '#lib/transfers';

import { carryOut, type Ended } from './journey.js';

const NUMBER = '500001';
const DOCUMENT =
  `<FivaldiXML><FVBusinessId>${NUMBER}</FVBusinessId><Product><ProductCode>A</ProductCode></Product>` +
  '<Dimension><DimensionId>1/100</DimensionId></Dimension></FivaldiXML>';

/** The version of rules that have never been changed. */
const STANDS = '0.0.0';

type Answer = Partial<Pick<AccessAnswer, 'allowed' | 'reasons' | 'waits' | 'opensAt' | 'rulesVersion'>>;

/** Products and base data [perustiedot] in one document: how it goes when the rules change while it is carried out. */
describe('a document that brings base data too', () => {
  let test: TestDatabase;
  let connector: Database;
  let gateway: Database;
  let owner: pg.Client;
  const environmentId = randomUUID();
  const scope = { scope: { tenant: environmentId } };
  beforeAll(async () => {
    test = await createTestDatabase();
    connector = await Database.open({ url: test.as('fivaldi-connector'), name: 'journey.spec' });
    gateway = await Database.open({ url: test.as('gateway'), name: 'journey.spec' });
    owner = new pg.Client({ connectionString: test.url });
    await owner.connect();
  });
  afterAll(async () => {
    await Promise.all([connector.close(), gateway.close(), owner.end()]);
    await test.drop();
  });

  /** Carries one out; `answer` is what the rules say to the nth question, beyond that they allow. */
  async function carried(answer: (stream: StreamName, nth: number) => Answer) {
    const [companyId, partnerUserId] = [randomUUID(), randomUUID()];
    const subjects = [environmentId, companyId, partnerUserId];
    await owner.query(
      `insert into tietovirta.rules_version (subject, version) select unnest($1::uuid[]), 0 on conflict do nothing`,
      [subjects],
    );
    const writer = new DocumentWriter(gateway, { environmentId, gzip: false, charset: null });
    await writer.write(Buffer.from(DOCUMENT));
    const document = await writer.finish();
    const asked: StreamName[] = [];
    const ended: Ended[] = [];
    const stream = 'tuoterekisteri';
    await gateway.transaction(
      (sql) =>
        acceptTransfer(sql, {
          environmentId,
          companyId,
          partnerUserId,
          address: null,
          idempotencyKey: randomUUID(),
          fingerprint: Buffer.alloc(32),
          stream,
          direction: 'import',
          dryRun: false,
          document,
        }),
      scope,
    );
    const [row] = await connector.rows<{ id: string; laneId: string; ticket: string }>(
      `select t.id, l.id as "laneId", l.ticket from transfers.lane l join transfers.transfer t on t.lane_id = l.id
        where l.company_id = $1`,
      [companyId],
      scope,
    );
    const { id, ...ticket } = row!;
    const carrying = carryOut({ ...ticket, followsOn: false }, false, {
      database: connector,
      decide: (transfer) => {
        asked.push(transfer.stream);
        return Promise.resolve({ ...allowed(), ...answer(transfer.stream, asked.length) });
      },
      nudge: () => undefined,
      observe: { began: () => undefined, left: () => undefined, ended: (_, how) => ended.push(how) },
    });
    const failed = await carrying.then(
      () => null,
      (error: unknown) => error,
    );
    const [held] = await connector.rows<{ records: number }>(
      `select ((select count(*) from fivaldi.product_record where company_id = $1)
             + (select count(*) from fivaldi.dimension_record where company_id = $1)
             + (select count(*) from transfers.item where transfer_id = $2))::int as records`,
      [companyId, id],
      scope,
    );
    const transfer = await findTransfer(gateway, id);
    return { asked, failed, transfer, records: held?.records, ended: ended.map(({ state }) => state) };
  }

  const allowed = (): AccessAnswer => ({
    decidedAt: new Date().toISOString(),
    allowed: true,
    reasons: [],
    waits: false,
    opensAt: null,
    rulesVersion: STANDS,
    company: {
      environmentId,
      fivaldiNumber: NUMBER,
      xmlSettings: xmlSettingsBody.parse({
        companyRegister: 'update-all',
        productRegister: 'update-all',
        salesOrders: { mode: 'add-only' },
        payroll: { dimensions: 'from-data' },
      }),
    },
  });
  const onlyBaseData =
    (answer: Answer) =>
    (stream: StreamName): Answer =>
      stream === 'perustiedot' ? answer : {};

  it('asks about its own stream first, and about both when base data is met', async () => {
    const { asked, ended, records } = await carried(() => ({}));
    expect(asked).toEqual(['tuoterekisteri', 'tuoterekisteri', 'perustiedot']);
    expect({ ended, records }).toEqual({ ended: ['succeeded'], records: 4 });
  });

  it('is denied with the reason, and nothing of it has happened', async () => {
    const denied = { allowed: false, reasons: ['COMPANY_GRANT_MISSING' as const] };
    const { transfer, ended, records } = await carried(onlyBaseData(denied));
    expect(transfer).toMatchObject({ state: 'denied', reasons: denied.reasons });
    expect({ ended, records }).toEqual({ ended: ['denied'], records: 0 });
  });

  it('waits when the time has come to an end meanwhile, and nothing of it has happened', async () => {
    const opensAt = new Date(Date.now() + 3_600_000).toISOString();
    const closed = { allowed: false, reasons: ['GROUP_TIME' as const], waits: true, opensAt };
    const { transfer, ended, records } = await carried(onlyBaseData(closed));
    expect(transfer).toMatchObject({ state: 'deferred', reasons: ['GROUP_TIME'] });
    expect({ ended, records }).toEqual({ ended: ['deferred'], records: 0 });
  });

  it('is asked about anew when the rules changed between its two questions', async () => {
    const { asked, ended } = await carried((_, nth) => (nth === 3 ? { rulesVersion: '1.0.0' } : {}));
    expect(asked.slice(1)).toEqual(['tuoterekisteri', 'perustiedot', 'tuoterekisteri', 'perustiedot']);
    expect(ended).toEqual(['succeeded']);
  });

  it('is tried later, and loses no attempt, when the rules never hold still', async () => {
    const unsettled = await carried((stream, nth) => (stream === 'perustiedot' ? { rulesVersion: String(nth) } : {}));
    expect(unsettled.failed).toMatchObject({ code: 'rules.unsettled', kind: 'unavailable' });
    expect(unsettled).toMatchObject({ records: 0, ended: [], transfer: { attempts: 0 } });
  });
});
