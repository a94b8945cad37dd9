import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { until } from '#lib/testing';

import { AuthUnderTest } from '../auth.spec-support.js';
import { Post } from './sms.spec-support.js';

let auth: AuthUnderTest;
let post: Post;

beforeAll(async () => {
  auth = await AuthUnderTest.start();
});
afterAll(() => auth.close());
beforeEach(async () => {
  await auth.database.rows('delete from auth.sms_outgoing');
  post = new Post(auth);
});

const CHANGE_NEEDED = { session: null, changeNeeded: true };
const REFUSED = { session: null };
const never = () => new Promise<never>(() => undefined);
const events = async (id: string) =>
  (await auth.auditEvents('partner-user.password-sent'))
    .filter(({ partnerUserId }) => partnerUserId === id)
    .map(({ outcome, reasons, details }): Record<string, unknown> => ({ outcome, reasons, ...details }));
const deliveryOf = async (id: string) =>
  (await post.partnerUsers.read({ partnerUserId: id, internal: false })).password.delivery;

describe('an ordered password', () => {
  it.each([
    ['FIN', /^Tietovirta: käyttäjätunnus (\S+), kertasalasana (\S+)\. Vaihda salasana 24 tunnin kuluessa\.$/],
    ['SWE', /^Tietovirta: användarnamn (\S+), engångslösenord (\S+)\. Byt lösenordet inom 24 timmar\.$/],
    ['ENG', /^Tietovirta: user name (\S+), one-time password (\S+)\. Change the password within 24 hours\.$/],
  ] as const)('goes to the mobile with the user name, in %s', async (language, text) => {
    const { userName } = await post.create({ language, mobile: '+358 50 765 4321' });
    await post.sendAll();
    const [sms] = post.telephone.received;
    expect(sms!.to).toBe('+358507654321');
    expect(sms!.text).toMatch(text);
    expect(text.exec(sms!.text)![1]).toBe(userName);
    expect(sms!.text.length).toBeLessThanOrEqual(160);
    expect(await post.signIn(userName, text.exec(sms!.text)![2]!)).toEqual(CHANGE_NEEDED);
  });

  it('is ordered and sent by the one who asked, in the audit log', async () => {
    const { id } = await post.create();
    expect(await events(id)).toEqual([{ outcome: 'success', reasons: [], state: 'ordered' }]);
    await post.sendAll();
    expect((await events(id)).at(-1)).toEqual({ outcome: 'success', reasons: [], state: 'sent', attempts: 1 });
    expect(await deliveryOf(id)).toMatchObject({ state: 'sent', attempts: 1, nextAttemptAt: null });
  });

  it('is another one each time: 140 random bits', async () => {
    for (let nth = 0; nth < 5; nth += 1) await post.create();
    await post.sendAll();
    const passwords = post.telephone.passwords();
    expect(new Set(passwords).size).toBe(5);
    for (const password of passwords) expect(password.replaceAll('-', '')).toHaveLength(28);
  });

  it('is not ordered when its partner user is not created', async () => {
    const { userName } = await post.create();
    await post.sendAll();
    await expect(post.create({ userName })).rejects.toMatchObject({ code: 'partner-user.name-taken' });
    await post.sendAll();
    expect(post.telephone.received).toHaveLength(1);
  });

  it('takes the place of the one that stood when it leaves, and not before', async () => {
    const { id, userName } = await post.create();
    await post.sendAll();
    await post.order(id);
    expect(await post.signIn(userName, post.telephone.passwords()[0]!)).toEqual(CHANGE_NEEDED);
    await post.sendAll();
    const [first, second] = post.telephone.passwords();
    expect(await post.signIn(userName, first!)).toEqual(REFUSED);
    expect(await post.signIn(userName, second!)).toEqual(CHANGE_NEEDED);
  });

  it('lies in no table, log or event; only on the telephone', async () => {
    await post.create();
    await post.sendAll();
    const [password] = post.telephone.passwords();
    const tables = await auth.database.rows<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
        where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(['auth.sms_outgoing', 'bus.outbox']));
    const holding = await Promise.all(
      tables.map(async ({ name }) => {
        const where = 'row_to_json(t)::text like $1';
        const rows = await auth.database.rows(`select from ${name} t where ${where}`, [`%${password}%`], {
          scope: { acrossTenants: 'a password is looked for everywhere' },
        });
        return rows.length > 0 ? [name] : [];
      }),
    );
    expect(holding.flat()).toEqual([]);
    expect(JSON.stringify(post.warnings)).not.toContain(password);
  });
});

describe('a sender that dies', () => {
  it('before the password has left: another one comes, and it works', async () => {
    const { userName } = await post.create();
    void post.anotherSender({ send: never }).sendNext();
    await waitUntilSending();
    await post.later();
    await post.sendAll();
    expect(post.telephone.received).toHaveLength(1);
    expect(await post.signIn(userName, post.telephone.passwords()[0]!)).toEqual(CHANGE_NEEDED);
  });

  it('after it has left: a second one comes, and only the newest works', async () => {
    const { id, userName } = await post.create();
    const dying = post.anotherSender({ send: (sms) => post.telephone.send(sms).then(never) });
    void dying.sendNext();
    await waitUntilSending();
    await post.later();
    await post.sendAll();
    const [first, second, ...more] = post.telephone.passwords();
    expect(more).toEqual([]);
    expect(first).not.toBe(second);
    expect(await post.signIn(userName, first!)).toEqual(REFUSED);
    expect(await post.signIn(userName, second!)).toEqual(CHANGE_NEEDED);
    const references = post.telephone.received.map(({ reference }) => reference);
    expect(new Set(references).size).toBe(2);
    expect((await events(id)).at(-1)).toMatchObject({ state: 'sent', attempts: 2 });
  });

  it('and was only slow to make the password changes nothing and sends nothing when it comes back', async () => {
    const { id, userName } = await post.create();
    const { promise: hashing, resolve: comeBack } = Promise.withResolvers<void>();
    const slow = post.anotherSender(post.telephone, {
      hash: (password) => hashing.then(() => auth.hasher.hash(password)),
    });
    const slowly = slow.sendNext();
    await until(async () => (await deliveryOf(id))?.state === 'sending', { what: 'the claim' });
    await post.later();
    await post.sendAll();
    comeBack();
    await slowly;
    const [password, ...more] = post.telephone.passwords();
    expect(more).toEqual([]);
    expect(await post.signIn(userName, password!)).toEqual(CHANGE_NEEDED);
  });

  it('and was only slow has no say any more when it comes back', async () => {
    const { id, userName } = await post.create();
    let comeBack = (): void => undefined;
    const slow = post.anotherSender({
      send: (sms) => new Promise((resolve) => (comeBack = () => resolve(post.telephone.send(sms)))),
    });
    const slowly = slow.sendNext();
    await waitUntilSending();
    await post.later();
    await post.sendAll();
    comeBack();
    await slowly;
    const [newest, late] = post.telephone.passwords();
    expect(await post.signIn(userName, newest!)).toEqual(CHANGE_NEEDED);
    expect(await post.signIn(userName, late!)).toEqual(REFUSED);
    expect((await events(id)).filter((event) => event['state'] === 'sent')).toHaveLength(1);
  });

  /** The password is committed, and the sender is at its gateway. */
  const waitUntilSending = () =>
    until(
      async () => {
        const rows = await auth.database.rows(
          `select from auth.sms_outgoing o join auth.partner_user u using (partner_user_id)
            where o.state = 'sending' and u.password_hash is not null`,
        );
        return rows.length > 0;
      },
      { what: 'a password that is being sent' },
    );
});

describe('several senders at once', () => {
  it('send each order once', async () => {
    for (let nth = 0; nth < 12; nth += 1) await post.create();
    const senders = Array.from({ length: 6 }, () => post.anotherSender());
    await Promise.all(
      senders.map(async (sender) => {
        while (await sender.sendNext());
      }),
    );
    expect(post.telephone.received).toHaveLength(12);
    expect(new Set(post.telephone.received.map(({ text }) => text)).size).toBe(12);
  });

  it('leave an order alone that another one has, and a newer order of the same user until that one ends', async () => {
    const { id } = await post.create();
    let end = (): void => undefined;
    const busy = post.anotherSender({
      send: (sms) => new Promise((resolve) => (end = () => resolve(post.telephone.send(sms)))),
    });
    const sending = busy.sendNext();
    await until(async () => (await stateOfPassword(id)) === 'one-time', { what: 'its password' });
    await post.order(id);
    expect(await post.sender.sendNext()).toBe(false);
    end();
    await sending;
    expect(await post.sender.sendNext()).toBe(true);
    expect(post.telephone.received).toHaveLength(2);
  });

  it('do not make a newer order wait for one that it has replaced before its text was made', async () => {
    const { id } = await post.create();
    const replaced = post.anotherSender(post.telephone, {
      hash: async (password) => {
        await post.order(id);
        return post.auth.hasher.hash(password);
      },
    });
    expect(await replaced.sendNext()).toBe(true);
    expect(post.telephone.received).toHaveLength(0);
    await post.sendAll();
    expect(post.telephone.received).toHaveLength(1);
  });

  const stateOfPassword = async (id: string) =>
    (await post.partnerUsers.read({ partnerUserId: id, internal: false })).password.kind;
});
