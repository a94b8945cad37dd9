import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

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
const events = async (id: string) =>
  (await auth.auditEvents('partner-user.password-sent'))
    .filter(({ partnerUserId }) => partnerUserId === id)
    .map(({ outcome, reasons, details }): Record<string, unknown> => ({ outcome, reasons, ...details }));
const deliveryOf = async (id: string) =>
  (await post.partnerUsers.read({ partnerUserId: id, internal: false })).password.delivery;

describe('a provider', () => {
  it('that cannot be reached is tried again, later each time, with another password', async () => {
    const { id, userName } = await post.create();
    const tried: string[] = [];
    post.telephone.answer = (sms) => {
      tried.push(sms.text);
      return Promise.resolve({ outcome: 'unreached', why: 'time-out' });
    };
    const waits: number[] = [];
    for (let nth = 0; nth < 3; nth += 1) {
      await post.sendAll();
      const { nextAttemptAt } = (await deliveryOf(id))!;
      const [clock] = await auth.database.rows<{ at: string }>('select clock_timestamp() as at');
      waits.push(Math.round((Date.parse(nextAttemptAt!) - Date.parse(clock!.at)) / 10_000) * 10);
      await post.later();
    }
    expect(waits).toEqual([10, 20, 40]);
    expect(new Set(tried).size).toBe(3);
    post.telephone.answer = () => Promise.resolve({ outcome: 'sent' });
    await post.sendAll();
    expect(await post.signIn(userName, post.telephone.passwords()[0]!)).toEqual(CHANGE_NEEDED);
  });

  it('that is away for eight tries is given up, with an event', async () => {
    const { id } = await post.create();
    post.telephone.answer = () => Promise.resolve({ outcome: 'unreached', why: 'ECONNREFUSED' });
    for (let nth = 0; nth < 10; nth += 1) {
      await post.sendAll();
      await post.later();
    }
    expect(await deliveryOf(id)).toMatchObject({ state: 'gave-up', attempts: 8, nextAttemptAt: null });
    expect((await events(id)).slice(1)).toEqual([
      { outcome: 'failure', reasons: ['SMS_UNREACHED'], state: 'gave-up', attempts: 8, why: 'ECONNREFUSED' },
    ]);
    await post.order(id);
    post.telephone.answer = () => Promise.resolve({ outcome: 'sent' });
    await post.sendAll();
    expect(post.telephone.received).toHaveLength(1);
  });

  it('that refuses is not asked again', async () => {
    const { id } = await post.create();
    post.telephone.answer = () => Promise.resolve({ outcome: 'refused', why: 'http 422' });
    await post.sendAll();
    expect((await events(id)).at(-1)).toEqual({
      outcome: 'failure',
      reasons: ['SMS_REFUSED'],
      state: 'gave-up',
      attempts: 1,
      why: 'http 422',
    });
  });

  it('is not asked to reach a partner user whose number was taken away meanwhile', async () => {
    const { id } = await post.create();
    await auth.database.rows('update auth.partner_user set mobile = null where partner_user_id = $1', [id]);
    await post.sendAll();
    expect(post.telephone.received).toEqual([]);
    expect((await events(id)).at(-1)).toMatchObject({ outcome: 'failure', why: 'no mobile number' });
  });
});
