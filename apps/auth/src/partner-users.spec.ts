import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import { changePartnerUser, type PartnerUserForm } from '#lib/contracts';

import { until } from '#lib/testing';

import { AuthUnderTest } from './auth.spec-support.js';
import { BY, form, Post } from './sms/sms.spec-support.js';

let auth: AuthUnderTest;
let post: Post;

beforeAll(async () => {
  auth = await AuthUnderTest.start();
  post = new Post(auth);
});
afterAll(() => auth.close());

const read = (partnerUserId: string, internal = true) => post.partnerUsers.read({ partnerUserId, internal });
const change = (partnerUserId: string, ifMark: string, values: object) =>
  post.partnerUsers.change(changePartnerUser.ask.parse({ by: BY, address: null, partnerUserId, ifMark, values }));
const waiting = async () => {
  const [row] = await auth.database.rows<{ count: number }>(`
    select count(*)::int as count from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock'`);
  return row!.count;
};
const saved = async (id: string) =>
  (await auth.auditEvents('partner-user.saved')).filter(({ partnerUserId }) => partnerUserId === id);

const WHOLE: Partial<PartnerUserForm> = {
  businessId: '1572860-0',
  email: 'tuki@kumppani.example',
  mobile: '+358 40 765 4321',
  language: 'SWE',
  internalNote: 'Slow payer',
  externalNote: 'Kassajärjestelmä',
  weekdayRestriction: { from: 1320, to: 360 },
  weekendRestricted: true,
  addresses: ['192.0.2.0/24'],
};

describe('a partner user', () => {
  it('is kept with every field, and read back with its week', async () => {
    const { id, userName } = await post.create(WHOLE);
    const { partnerUser, week, password } = await read(id);
    expect(partnerUser).toEqual({ id, ...form({ ...WHOLE, userName }) });
    expect(password).toMatchObject({ kind: 'none', delivery: { state: 'waiting', attempts: 0 } });
    expect(week[0]!.pieces).toEqual([
      { from: 0, to: 360, closedBy: ['WEEKDAY_WINDOW'] },
      { from: 360, to: 1320, closedBy: [] },
      { from: 1320, to: 1440, closedBy: ['WEEKDAY_WINDOW'] },
    ]);
    expect(week[5]!.pieces).toEqual([{ from: 0, to: 1440, closedBy: ['WEEKEND'] }]);
  });

  it('shows its internal note to nobody who did not ask as a keeper, alone or in a list', async () => {
    const { id, userName } = await post.create(WHOLE);
    expect((await read(id, false)).partnerUser).not.toHaveProperty('internalNote');
    const listed = async (internal: boolean) =>
      (await post.partnerUsers.list({ search: userName, limit: 5, internal })).partnerUsers;
    expect((await listed(false))[0]).not.toHaveProperty('internalNote');
    expect((await listed(true))[0]).toHaveProperty('internalNote', 'Slow payer');
  });

  it('is changed by one of two who have seen it the same, however they spell its id', async () => {
    const { id } = await post.create();
    const { mark } = await read(id);
    const values = { weekdayRestriction: null, weekendRestricted: true, addresses: null };
    // What both must write is held until both have come as far as they come.
    const { both } = await auth.database.transaction(async (sql) => {
      await sql.rows('select from auth.partner_user where partner_user_id = $1 for update', [id]);
      const both = Promise.allSettled([id, id.toUpperCase()].map((spelt) => change(spelt, mark, values)));
      await until(async () => (await waiting()) === 2, { what: 'two who wait' });
      return { both };
    });
    expect((await both).filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is in the audit log without its contacts and internal note, and with the fact that they changed', async () => {
    const { id, userName } = await post.create(WHOLE);
    await change(id, (await read(id)).mark, form({ ...WHOLE, userName, mobile: '040 999 8888', externalNote: null }));
    const events = await saved(id);
    expect(events.at(-1)!.details).toMatchObject({
      before: { withheldVersion: 1, externalNote: 'Kassajärjestelmä' },
      after: { withheldVersion: 2, externalNote: null },
      withheldChanged: ['mobile'],
    });
    const [email, note, mobiles] = [WHOLE.email!, WHOLE.internalNote!, ['765 4321', '999 8888']];
    const written = JSON.stringify(events);
    for (const withheld of [email, note, ...mobiles]) expect(written).not.toContain(withheld);
  });

  it('is changed only by whoever has seen how it stands, contacts too', async () => {
    const { id, userName } = await post.create(WHOLE);
    const { mark } = await read(id);
    const first = await change(id, mark, form({ ...WHOLE, userName, email: 'a@b.example' }));
    expect(first).toBe((await read(id)).mark);
    expect(first).not.toBe(mark);
    const late = change(id, mark, form({ ...WHOLE, userName, email: 'c@d.example' }));
    await expect(late).rejects.toMatchObject({ kind: 'outdated', code: 'rule.outdated' });
    expect((await read(id)).partnerUser.email).toBe('a@b.example');
  });

  it('is not written over by one that is created', async () => {
    const { id, userName } = await post.create(WHOLE);
    await expect(post.create({}, id)).rejects.toMatchObject({ kind: 'outdated' });
    expect((await read(id)).partnerUser.userName).toBe(userName);
  });

  it('keeps the rest when its usage restrictions are changed', async () => {
    const { id, userName } = await post.create(WHOLE);
    const restrictions = { weekdayRestriction: null, weekendRestricted: false, addresses: null };
    await change(id, (await read(id)).mark, restrictions);
    expect((await read(id)).partnerUser).toEqual({ id, ...form({ ...WHOLE, userName }), ...restrictions });
  });

  it('that is not there is absent, to read, to change and to send to', async () => {
    const id = randomUUID();
    const absent = { kind: 'absent', code: 'partner-user.absent' };
    await expect(read(id)).rejects.toMatchObject(absent);
    await expect(change(id, 'mark', form())).rejects.toMatchObject(absent);
    await expect(post.order(id)).rejects.toMatchObject(absent);
    await expect(post.partnerUsers.upperRights(id)).rejects.toMatchObject(absent);
    await expect(post.partnerUsers.week({ partnerUserId: id })).rejects.toMatchObject(absent);
  });

  it('from before the fields were asked for is read, and has nothing that could be sent to', async () => {
    const id = await auth.partnerUser();
    expect((await read(id)).partnerUser).toMatchObject({ businessId: null, email: null, mobile: null });
    await expect(post.order(id)).rejects.toMatchObject({ kind: 'conflict', code: 'partner-user.mobile-missing' });
  });

  it('saved by the earlier road keeps its limits', async () => {
    const body = { userName: 'x', company: 'y', businessId: '12345678' };
    await expect(auth.save('partner-user', randomUUID(), body)).rejects.toThrow('seven digits');
  });
});

describe('the list of partner users', () => {
  it('goes on where the page ended, in the order of user names, and searches both names as they are written', async () => {
    const mine = ['100%', '100_', '1000'].map((end) => `lista ${end}`);
    for (const userName of mine) await post.create({ userName, company: `Etsitty ${userName}` });
    const found: string[] = [];
    let after: string | null | undefined;
    do {
      const ask = { search: 'etsitty lista', limit: 2, internal: false };
      const page = await post.partnerUsers.list({ ...ask, ...(after && { after }) });
      found.push(...page.partnerUsers.map(({ userName }) => userName));
      after = page.next;
    } while (after);
    expect([...found].sort()).toEqual([...mine].sort());
    expect(new Set(found).size).toBe(3);
    const named = async (search: string) =>
      (await post.partnerUsers.list({ search, limit: 9, internal: false })).partnerUsers.map((one) => one.userName);
    expect(await named('LISTA 100%')).toEqual(['lista 100%']);
    expect(await named('lista 100_')).toEqual(['lista 100_']);
    expect(await named(String.raw`lista\ `)).toEqual([]);
  });
});

describe('the week of a partner user in a company', () => {
  it('has the times of its restriction group there, and of no other company', async () => {
    const environmentId = await auth.environment();
    const [companyId, other] = [await auth.company(environmentId), await auth.company(environmentId)];
    const { id } = await post.create({ weekdayRestriction: { from: 0, to: 480 } });
    const times = [{ weekday: 1, from: 420, to: 540 }];
    await auth.save('restriction-group', 'aamu', { companyId, times, partnerUserIds: [id] });
    const open = (company?: string) =>
      post.partnerUsers.week({ partnerUserId: id, ...(company && { companyId: company }) });
    expect(await open(companyId)).toMatchObject({ minutesOpen: 60 });
    expect(await open(other)).toMatchObject({ minutesOpen: 10_080 - 5 * 480 });
    expect(await open()).toMatchObject({ minutesOpen: 10_080 - 5 * 480 });
  });

  it('is not told of a company that it does not see', async () => {
    const environmentId = await auth.environment();
    const [companyId, other] = [await auth.company(environmentId), await auth.company(environmentId)];
    const { id } = await post.create({ scopeCompanyId: companyId });
    const absent = { code: 'company.absent' };
    await expect(post.partnerUsers.week({ partnerUserId: id, companyId: other })).rejects.toMatchObject(absent);
    await expect(post.partnerUsers.week({ partnerUserId: id, companyId: randomUUID() })).rejects.toMatchObject(absent);
    expect(await post.partnerUsers.week({ partnerUserId: id, companyId })).toMatchObject({ minutesOpen: 10_080 });
  });
});

describe('upper rights', () => {
  it('are read with the mark that a change of them must name', async () => {
    const { id } = await post.create();
    const give = (ifMark: string, ...streams: string[]) =>
      auth.book.save({
        by: BY,
        within: null,
        address: null,
        ifMark,
        change: {
          rule: 'upper-rights',
          id,
          body: { rights: streams.map((stream) => ({ stream, direction: 'import' })) } as never,
        },
      });
    const none = await post.partnerUsers.upperRights(id);
    expect(none.rights).toEqual([]);
    const mark = await give(none.mark, 'tilaukset', 'palkat', 'yritysrekisteri');
    const some = await post.partnerUsers.upperRights(id);
    expect(some.mark).toBe(mark);
    expect(some.rights).toHaveLength(3);
    await expect(give(none.mark, 'palkat')).rejects.toMatchObject({ kind: 'outdated' });
    await give(some.mark);
    expect((await post.partnerUsers.upperRights(id)).mark).toBe(none.mark);
  });
});
