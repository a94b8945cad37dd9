import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { until } from '../../libs/testing/src/index.ts';
import type { ShownTransfer } from '../../scripts/local/api-client.ts';
import {
  addPartner,
  type DemoCompany,
  type DemoPartner,
  grant,
  onboardCompany,
  type XML_SETTINGS,
} from '../../scripts/demo/company.ts';
import { fivaldiXml, product } from './documents.ts';
import { install, type Installed } from './installed.ts';

const always = { times: null };

describe('importing a register', () => {
  let installed: Installed;
  let partner: DemoPartner;
  let database: pg.Client;
  const environment = randomUUID();

  beforeAll(async () => {
    installed = await install();
    await installed.operator.saveRule('environment', environment, { name: 'Tilitoimisto' });
    partner = await addPartner(installed.operator, 'Kumppani');
    database = new pg.Client({ connectionString: installed.databaseUrl });
    await database.connect();
  }, 90_000);
  afterAll(async () => {
    await database.end();
    await installed.stop();
  });

  const companyWith = async (settings: Partial<typeof XML_SETTINGS> = {}): Promise<DemoCompany> => {
    const company = await onboardCompany(installed.operator, 'Yritys', settings, environment);
    await grant(installed.operator, partner, company);
    return company;
  };
  const send = async (company: DemoCompany, records: string): Promise<ShownTransfer> => {
    const answer = await partner.client.importDocument(
      company.id,
      'tuoterekisteri',
      fivaldiXml(company.number, records),
    );
    expect(answer.status).toBe(202);
    return partner.client.settled(answer.body.id);
  };
  const names = async (company: DemoCompany): Promise<Record<string, string | null>> => {
    const { rows } = await database.query<{ product_code: string; name: string | null }>(
      'select product_code, name from fivaldi.product_record where company_id = $1 and deleted_at is null order by 1',
      [company.id],
    );
    return Object.fromEntries(rows.map((row) => [row.product_code, row.name]));
  };
  const restrict = (company: DemoCompany, rule: object): Promise<void> =>
    installed.operator.saveRule('restriction-group', 'ajat', {
      companyId: company.id,
      partnerUserIds: [partner.id],
      ...rule,
    });
  const grouped = async (id: string): Promise<readonly { action: string; transferId: string }[]> => {
    const query = new URLSearchParams({ environmentId: environment, transferId: id });
    const answer = await installed.operator.call<{ entries: { action: string; transferId: string }[] }>(
      'GET',
      `/v1/audit?${query.toString()}`,
    );
    return answer.body.entries;
  };

  it('keeps absent and empty apart under update-keep', async () => {
    const company = await companyWith({ productRegister: 'update-keep' });
    await send(company, product('A', { ProductName: 'Sorvi' }) + product('B', { ProductName: 'Höylä' }));
    const second = await send(company, product('A') + product('B', { ProductName: '' }));
    expect(second).toMatchObject({ state: 'succeeded', effect: { updated: 1, unchanged: 1, emptied: 1 } });
    expect(await names(company)).toEqual({ A: 'Sorvi', B: null });
  });

  it('is not shown to its sender outside the hours of the sender, though the token is still good', async () => {
    const sender = await addPartner(installed.operator, 'Virka-aika');
    const company = await companyWith();
    await grant(installed.operator, sender, company);
    const document = fivaldiXml(company.number, product('A'));
    const { body } = await sender.client.importDocument(company.id, 'tuoterekisteri', document);
    const look = () => sender.client.call<{ code?: string; reasons?: string[] }>('GET', `/v1/transfers/${body.id}`);
    expect((await look()).status).toBe(200);

    const hours = { weekdayRestriction: { from: 0, to: 1440 }, weekendRestricted: true };
    const { id, userName } = sender;
    await installed.operator.saveRule('partner-user', id, { userName, company: 'Virka-aika', ...hours });
    expect(await look()).toMatchObject({
      status: 403,
      body: { code: 'access.denied', reasons: [expect.stringMatching(/^WEEK/)], opensAt: null },
    });
    await installed.operator.saveRule('partner-user', id, { userName, company: 'Virka-aika' });
    expect((await look()).status).toBe(200);
  });

  it('ends partial when some records are rejected, and says where and why', async () => {
    const company = await companyWith();
    const partial = await send(company, `\n${product('A')}\n${product('B', { ProductSalesPrice: '1,50' })}`);
    expect(partial).toMatchObject({ state: 'partial', effect: { created: 1, rejected: 1 } });
    const [item] = await partner.client.items(partial.id, 'outcome=rejected&lang=fi');
    expect(item?.faults).toEqual([
      expect.objectContaining({ line: 4, column: 38, element: 'ProductSalesPrice', reason: 'decimal-comma' }),
    ]);
    expect(await names(company)).toEqual({ A: null });
  });

  it('refuses a document that names a key twice, and names both lines', async () => {
    const company = await companyWith();
    const failed = await send(company, `\n${product('A')}\n${product('A')}`);
    expect(failed).toMatchObject({
      state: 'failed',
      problem: { code: 'document.repeated-key', key: 'A', lines: [3, 4] },
    });
    expect(await names(company)).toEqual({});
  });

  it('stops a replace-all with one rejected record, which it would have deleted', async () => {
    const company = await companyWith({ productRegister: 'replace-all' });
    await send(company, product('A') + product('B'));
    const failed = await send(company, product('A') + product('B', { ProductGroup: 'too long' }));
    expect(failed).toMatchObject({ state: 'failed', problem: { code: 'document.records-rejected' } });
    expect(await names(company)).toEqual({ A: null, B: null });
  });

  it('holds an empty replace-all, deletes on release, and never on a release of another effect', async () => {
    const company = await companyWith({ productRegister: 'replace-all' });
    await send(company, product('A') + product('B'));
    const held = await send(company, '');
    expect(held).toMatchObject({ state: 'held', effect: { deleted: 2, brake: ['WOULD_DELETE', 'EMPTY_DOCUMENT'] } });
    const release = (mark: string | null): Promise<{ status: number }> =>
      installed.operator.call('POST', `/v1/transfers/${held.id}/release`, {
        headers: mark === null ? {} : { 'if-match': `"${mark}"` },
      });
    const byPartner = await partner.client.call('POST', `/v1/transfers/${held.id}/release`, {
      headers: { 'if-match': `"${held.effectMark}"` },
    });
    expect(byPartner).toMatchObject({ status: 403, body: { code: 'role.missing' } });
    expect((await release(null)).status).toBe(428);
    expect((await release('another')).status).toBe(412);
    expect(await names(company)).toEqual({ A: null, B: null });
    expect((await release(held.effectMark)).status).toBe(200);
    expect(await partner.client.settled(held.id)).toMatchObject({ state: 'succeeded', effect: { deleted: 2 } });
    expect(await names(company)).toEqual({});
    expect((await release(held.effectMark)).status).toBe(409);
  });

  it('holds again what has become worse since it was confirmed', async () => {
    const company = await companyWith({ productRegister: 'replace-all' });
    await send(company, product('A') + product('B'));
    const held = await send(company, product('A'));
    await database.query(
      `insert into fivaldi.product_record (environment_id, company_id, product_code, imported, written_by)
       values ($1, $2, 'C', false, 'by hand')`,
      [environment, company.id],
    );
    await installed.operator.call('POST', `/v1/transfers/${held.id}/release`, {
      headers: { 'if-match': `"${held.effectMark}"` },
    });
    expect(await until(async () => worse(await partner.client.transfer(held.id)), { what: 'it is held again' })).toBe(
      true,
    );
    expect(Object.keys(await names(company))).toEqual(['A', 'B', 'C']);

    function worse({ state, effect }: ShownTransfer): boolean {
      return state === 'held' && effect['deleted'] === 2;
    }
  });

  it('holds the new records of a document too, when it would empty others', async () => {
    const company = await companyWith();
    const codes = Array.from({ length: 12 }, (_, no) => `P${no}`);
    await send(company, codes.map((code) => product(code, { ProductName: 'Sorvi' })).join(''));
    const held = await send(company, product('NEW') + codes.map((code) => product(code)).join(''));
    expect(held).toMatchObject({ state: 'held', effect: { created: 1, emptied: 12, brake: ['WOULD_EMPTY'] } });
    expect(await names(company)).toEqual(Object.fromEntries(codes.map((code) => [code, 'Sorvi'])));
    const items = await partner.client.items(held.id, 'limit=200');
    expect(items.filter(({ outcome }) => outcome === 'created').map(({ key }) => key)).toEqual(['NEW']);
  });

  it('carries out a document of many portions as it does a small one', async () => {
    const company = await companyWith({ productRegister: 'update-keep' });
    const records = (from: number, to: number, price: string): string =>
      Array.from({ length: to - from }, (_, i) => product(`P${from + i}`, { ProductSalesPrice: price })).join('');
    expect(await send(company, records(0, 45_000, '1.5'))).toMatchObject({ effect: { created: 45_000 } });
    const second = await send(company, records(20_000, 45_000, '1.50') + records(45_000, 65_000, '2'));
    expect(second).toMatchObject({ state: 'succeeded', effect: { created: 20_000, unchanged: 25_000 } });
    const third = await send(company, records(0, 65_000, '2'));
    expect(third).toMatchObject({ state: 'succeeded', effect: { updated: 45_000, unchanged: 20_000 } });
    const twice = await send(company, records(65_000, 95_000, '1') + product('P65000'));
    expect(twice).toMatchObject({ state: 'failed', problem: { code: 'document.repeated-key', key: 'P65000' } });
    expect(Object.keys(await names(company))).toHaveLength(65_000);
  }, 60_000);

  it('lets the lane go on past a held transfer, and cancels what is not wanted', async () => {
    const company = await companyWith({ productRegister: 'replace-all' });
    await send(company, product('A'));
    const held = await send(company, '');
    const next = await send(company, product('A') + product('B'));
    expect(next.state).toBe('succeeded');
    const cancelled = await partner.client.call('POST', `/v1/transfers/${held.id}/cancel`);
    expect(cancelled.body).toMatchObject({ state: 'cancelled', ended: true });
  });

  it('answers a repeated key with the first transfer, and refuses the key for another body', async () => {
    const company = await companyWith();
    const key = randomUUID();
    const text = fivaldiXml(company.number, product('A'));
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => partner.client.importDocument(company.id, 'tuoterekisteri', text, { key })),
    );
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    const other = await partner.client.importDocument(company.id, 'tuoterekisteri', `${text} `, { key });
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key.reused' } });
    const dry = await partner.client.importDocument(company.id, 'tuoterekisteri', text, { key, dryRun: true });
    expect(dry.status).toBe(422);
  });

  it('changes nothing in a dry run, and shows record by record what it would', async () => {
    const company = await companyWith();
    await send(company, product('A', { ProductName: 'Sorvi' }));
    const answer = await partner.client.importDocument(
      company.id,
      'tuoterekisteri',
      fivaldiXml(company.number, product('A', { ProductUnit: 'kpl' }) + product('B')),
      { dryRun: true },
    );
    const shown = await partner.client.settled(answer.body.id);
    expect(shown).toMatchObject({ state: 'succeeded', effect: { created: 1, updated: 1, emptied: 1 } });
    const items = await partner.client.items(shown.id);
    expect(items.map(({ key, outcome }) => [key, outcome])).toEqual([
      ['A', 'updated'],
      ['B', 'created'],
    ]);
    expect(items[0]?.changes).toEqual([
      { field: 'name', before: 'Sorvi', after: null },
      { field: 'unit', before: null, after: 'kpl' },
    ]);
    expect(await names(company)).toEqual({ A: 'Sorvi' });
  });

  it('refuses outside the window, takes it in for whoever waits, and carries it out when the rules open', async () => {
    const company = await companyWith();
    const inAnHour = (new Date(Date.now() + 3_600_000).getUTCDay() + 5) % 7;
    await restrict(company, { times: [{ weekday: inAnHour + 1, from: 0, to: 1 }] });
    const text = fivaldiXml(company.number, product('A'));
    const refused = await partner.client.importDocument(company.id, 'tuoterekisteri', text);
    expect(refused).toMatchObject({ status: 403, body: { code: 'access.denied', reasons: ['GROUP_TIME'] } });
    expect(Date.parse(String(refused.body['opensAt']))).toBeGreaterThan(Date.now());

    const patient = await partner.client.importDocument(company.id, 'tuoterekisteri', text, { whenClosed: 'wait' });
    expect(patient.status).toBe(202);
    const deferred = await until(
      async () => {
        const transfer = await partner.client.transfer(patient.body.id);
        return transfer.state === 'deferred' && transfer;
      },
      { what: 'it waits' },
    );
    expect(deferred).toMatchObject({ reasons: ['GROUP_TIME'], opensAt: refused.body['opensAt'] });
    await restrict(company, always);
    expect(await partner.client.settled(patient.body.id)).toMatchObject({ state: 'succeeded', effect: { created: 1 } });
  });

  it('tells whoever repeats a key after the window has closed that the document was accepted', async () => {
    const company = await companyWith();
    const key = randomUUID();
    const text = fivaldiXml(company.number, product('A'));
    const first = await partner.client.importDocument(company.id, 'tuoterekisteri', text, { key });
    await restrict(company, { times: [] });
    const again = await partner.client.importDocument(company.id, 'tuoterekisteri', text, { key });
    expect(again).toMatchObject({ status: 403, body: { acceptedBefore: `/v1/transfers/${first.body.id}` } });
    const other = await partner.client.importDocument(company.id, 'tuoterekisteri', text);
    expect(other.body).not.toHaveProperty('acceptedBefore');
  });

  it('is denied at execution when the grant was revoked after acceptance', async () => {
    const company = await companyWith();
    // A closed window keeps the document waiting until the grant is gone.
    await restrict(company, { times: [{ weekday: 1, from: 0, to: 1 }] });
    const answer = await partner.client.importDocument(
      company.id,
      'tuoterekisteri',
      fivaldiXml(company.number, product('A')),
      { whenClosed: 'wait' },
    );
    await grant(installed.operator, partner, company, []);
    const denied = await partner.client.settled(answer.body.id);
    expect(denied).toMatchObject({ state: 'denied', reasons: ['COMPANY_GRANT_MISSING', 'GROUP_TIME'] });
    expect(await names(company)).toEqual({});
  });

  it('tells the transfer’s life in the audit log, whose chain is whole', async () => {
    const company = await companyWith();
    const { id } = await send(company, product('A'));
    const entries = await until(
      async () => {
        const found = await grouped(id);
        return found.length === 3 && found;
      },
      { what: 'three entries' },
    );
    expect(entries.map(({ action }) => action).sort()).toEqual([
      'access.decided',
      'transfer.accepted',
      'transfer.finished',
    ]);
    const verified = await installed.operator.call('GET', `/v1/audit/verification?environmentId=${environment}`);
    expect(verified.body).toMatchObject({ whole: true, firstFault: null });
  });

  it('accepts nothing that it could not tell the connector and the audit log about', async () => {
    const company = await companyWith();
    await database.query(`
      create function bus.refuse() returns trigger language plpgsql as $$ begin raise exception 'full'; end $$;
      create trigger refuse before insert on bus.outbox for each row
        when (new.type = 'fivaldi.lane-ticket.v1') execute function bus.refuse()`);
    try {
      const text = fivaldiXml(company.number, product('A'));
      const answer = await partner.client.importDocument(company.id, 'tuoterekisteri', text);
      expect(answer).toMatchObject({ status: 500, body: { code: 'service.broken' } });
    } finally {
      await database.query('drop trigger refuse on bus.outbox; drop function bus.refuse()');
    }
    const { rows } = await database.query('select from transfers.transfer where company_id = $1', [company.id]);
    expect(rows).toEqual([]);
  });

  it('shows a transfer to its partner user and the operator, and to nobody else', async () => {
    const company = await companyWith();
    const { id } = await send(company, product('A'));
    const other = await addPartner(installed.operator, 'Toinen');
    const path = `/v1/transfers/${id}`;
    expect((await installed.operator.call('GET', path)).status).toBe(200);
    expect((await other.client.call('GET', path)).status).toBe(404);
    expect((await other.client.call('GET', `${path}/items`)).status).toBe(404);
    expect((await other.client.call('POST', `${path}/cancel`)).status).toBe(404);
  });
});
