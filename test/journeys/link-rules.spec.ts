/** The rules that hold everywhere hold for links, and their transfer history tells what they did. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { until } from '../../libs/testing/src/index.ts';
import { grant } from '../../scripts/demo/company.ts';
import { type HistoryRow, LINK_RIGHTS } from '../../scripts/demo/company-link.ts';
import { tomorrow } from '../../scripts/demo/opening.ts';
import { type Linked, LinkGround } from './link-ground.ts';

interface Trouble {
  readonly cause: { readonly code: string };
  readonly flow: string;
  readonly records: number;
  readonly companies: number;
  readonly worst: readonly { readonly companyId: string; readonly records: number }[];
}

describe('a link under the rules of its company', () => {
  let ground: LinkGround;
  beforeAll(async () => {
    ground = await LinkGround.open();
  }, 120_000);
  afterAll(() => ground.close(), 60_000);

  /** `null` is always, an empty list is never. */
  const admit = ({ company }: Linked, times: readonly object[] | null): Promise<void> =>
    ground.installed.operator.saveRule('restriction-group', `ajat-${company.number}`, {
      companyId: company.id,
      partnerUserIds: [ground.partner.id],
      times,
    });
  const inEnvironment = async <Body>(path: string, body?: unknown): Promise<Body> => {
    const at = `/v1/environments/${ground.environment}${path}`;
    const answer =
      body === undefined
        ? await ground.mainUser.call<Body>('GET', at)
        : await ground.mainUser.json<Body>('POST', at, body);
    expect(answer.status).toBe(200);
    return answer.body;
  };
  const started = async (): Promise<Linked> => {
    const linked = await ground.prepared();
    await linked.books.inSevera('customers', { number: 1, name: 'Ensimmäinen Oy' });
    await ground.start(linked);
    expect(await linked.link.settled('customers-to-netvisor')).toMatchObject({ state: 'succeeded' });
    await linked.link.settled('products-to-netvisor');
    return linked;
  };

  it('waits for its window, says until when, and goes on when it opens', async () => {
    const linked = await started();
    const { link, books } = linked;
    await admit(linked, tomorrow(new Date()));
    await books.inSevera('customers', { number: 2, name: 'Toinen Oy' });
    const calls = async (): Promise<number> => {
      const all = await ground.systems.netvisor.tell<readonly { id: string; calls: number }[]>('GET', 'companies');
      return all.find(({ id }) => id === books.company.organisationId)?.calls ?? 0;
    };
    const before = await calls();
    const id = await link.ask('customers-to-netvisor');
    const waiting = await until(
      async () =>
        (await link.runs('customers-to-netvisor')).find(({ runId, opensAt }) => runId === id && opensAt !== null),
      { what: 'the run to say until when it waits' },
    );
    expect(waiting).toMatchObject({ state: 'waiting', endedAt: null, cause: { code: 'outside-hours' } });
    expect(Date.parse(waiting.opensAt ?? '')).toBeGreaterThan(Date.now());
    expect(waiting.reasons).toContain('GROUP_TIME');
    expect(await calls()).toBe(before);
    expect((await books.ofNetvisor()).customers).toHaveLength(1);

    await admit(linked, null);
    await link.ask('customers-to-netvisor');
    expect(await link.settled('customers-to-netvisor')).toMatchObject({ runId: id, counts: { moved: 1 } });
    expect((await books.ofNetvisor()).customers).toHaveLength(2);
  }, 60_000);

  it('does nothing when the grant is taken away, and says why; given back, it goes on by a person’s word', async () => {
    const linked = await started();
    const { link, books } = linked;
    const { operator } = ground.installed;
    await admit(linked, tomorrow(new Date()));
    await books.inSevera('customers', { number: 2, name: 'Toinen Oy' });
    await link.ask('customers-to-netvisor');
    await grant(operator, ground.partner, linked.company, []);
    await admit(linked, null);
    const id = await link.ask('customers-to-netvisor');
    const denied = await link.settled('customers-to-netvisor');
    expect(denied).toMatchObject({
      runId: id,
      state: 'failed',
      cause: { code: 'not-allowed', owner: 'main-user' },
      reasons: ['COMPANY_GRANT_MISSING'],
    });
    expect((await books.ofNetvisor()).customers).toHaveLength(1);
    const { failedRuns } = await inEnvironment<{ failedRuns: object[] }>('/link-troubles');
    expect(failedRuns).toContainEqual(
      expect.objectContaining({
        companyId: linked.company.id,
        flow: 'customers-to-netvisor',
        reasons: ['COMPANY_GRANT_MISSING'],
      }),
    );

    await grant(operator, ground.partner, linked.company, LINK_RIGHTS);
    expect(await link.run('customers-to-netvisor')).toMatchObject({ state: 'succeeded', counts: { moved: 1 } });
    expect((await books.ofNetvisor()).customers).toHaveLength(2);
  }, 60_000);

  it('may move one stream and not another', async () => {
    const linked = await ground.prepared();
    await linked.books.inSevera('customers', { number: 1, name: 'Asiakas Oy' });
    await linked.books.inSevera('products', { code: 'T1', name: 'Tuote' });
    const rights = LINK_RIGHTS.filter(({ stream }) => stream !== 'severa-tuoterekisteri');
    await grant(ground.installed.operator, ground.partner, linked.company, rights);
    await ground.start(linked);
    expect(await linked.link.settled('customers-to-netvisor')).toMatchObject({ state: 'succeeded' });
    expect(await linked.link.settled('products-to-netvisor')).toMatchObject({
      state: 'failed',
      reasons: ['COMPANY_GRANT_MISSING'],
    });
    const { customers, products } = await linked.books.ofNetvisor();
    expect([customers.length, products.length]).toEqual([1, 0]);
  }, 60_000);

  it('stops and starts without forgetting, and runs nothing in between', async () => {
    const linked = await started();
    const { link, books } = linked;
    await link.turn('stop');
    await books.inSevera('customers', { number: 2, name: 'Toinen Oy' });
    const asked = await link.call('POST', '/runs', { flow: 'customers-to-netvisor' }, { 'idempotency-key': 'stopped' });
    expect(asked).toMatchObject({ status: 409, body: { code: 'link.not-active' } });
    await link.turn('start');
    expect(await link.run('customers-to-netvisor')).toMatchObject({ state: 'succeeded' });
    const { netvisor } = await books.writes();
    expect(netvisor.map(({ method, reference }) => `${method} ${reference}`)).toEqual(['add 1', 'add 2']);
  }, 60_000);

  it('tells all that it moved, by every filter, across companies and by cause; and all of a cause is retried', async () => {
    const two = [await ground.prepared(), await ground.prepared()];
    for (const { books } of two) {
      await books.inSevera(
        'customers',
        { number: 10, name: 'Hyvä Oy' },
        { number: 11, name: 'Rikki Oy', address: { addressline: 'Katu 1\nB' } },
      );
    }
    for (const linked of two) await ground.start(linked);
    for (const { link } of two) {
      expect(await link.settled('customers-to-netvisor')).toMatchObject({ state: 'partial' });
    }
    const [{ link, company, books }, other] = two as [Linked, Linked];
    const all = await link.history();
    expect(all.map(({ number, result, operation, by }) => ({ number, result, operation, by }))).toEqual(
      expect.arrayContaining([
        { number: '10', result: 'moved', operation: 'create', by: expect.any(String) },
        { number: '11', result: 'rejected', operation: expect.any(String), by: expect.any(String) },
      ]),
    );
    expect(all).toHaveLength(2);
    const [moved] = await link.history({ result: 'moved' });
    const key = String((await books.ofNetvisor()).customers[0]?.key);
    expect(moved).toMatchObject({ flow: 'customers-to-netvisor', netvisorKey: key, name: 'Hyvä Oy', cause: null });
    const numbers = async (query: Readonly<Record<string, string>>): Promise<readonly (string | null)[]> =>
      (await link.history(query)).map(({ number }) => number);
    expect(await numbers({ cause: 'address-line-break' })).toEqual(['11']);
    expect(await numbers({ text: 'Hyvä' })).toEqual(['10']);
    expect(await numbers({ text: key })).toEqual(['10']);
    expect(await numbers({ runId: moved?.runId ?? '' })).toHaveLength(2);
    expect(await numbers({ flow: 'products-to-netvisor' })).toEqual([]);
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    expect(await numbers({ from: soon })).toEqual([]);
    expect(await numbers({ until: soon })).toHaveLength(2);

    const { rows } = await inEnvironment<{ rows: HistoryRow[] }>(
      '/link-history?result=rejected&cause=address-line-break',
    );
    expect(rows.map(({ companyId }) => companyId).sort()).toEqual([company.id, other.company.id].sort());
    const troubles = async (): Promise<Trouble | undefined> =>
      (await inEnvironment<{ troubles: Trouble[] }>('/link-troubles')).troubles.find(
        ({ cause }) => cause.code === 'address-line-break',
      );
    expect(await troubles()).toMatchObject({ flow: 'customers-to-netvisor', records: 2, companies: 2 });

    for (const one of two) {
      const broken = (await one.books.ofSevera('addresses')).find((it) => String(it['addressline']).includes('\n'));
      await one.books.changeInSevera('addresses', broken!.guid, { addressline: 'Katu 1' });
      await one.link.run('customers-to-netvisor', 'everything');
    }
    expect(await troubles()).toBeUndefined();
    await other.books.inSevera('customers', { number: 12, name: 'Rikki Oy', address: { addressline: 'A\nB' } });
    await other.link.run('customers-to-netvisor');
    expect(await troubles()).toMatchObject({ records: 1, companies: 1, worst: [{ companyId: other.company.id }] });
    const retried = await inEnvironment('/link-retries', { which: { cause: 'address-line-break' } });
    expect(retried).toEqual({ records: 1, companies: 1 });
    await other.link.settled('customers-to-netvisor');
    expect(await troubles()).toMatchObject({ records: 1 });
  }, 90_000);

  it('never made two calls of a company to Netvisor at once', async () => {
    expect(await ground.overlaps()).toBe(0);
  });
});
