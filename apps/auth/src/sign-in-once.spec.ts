import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { AuthUnderTest, partnerUser, PASSWORD, userNameOf } from './auth.spec-support.js';

let auth: AuthUnderTest;
let id: string;

beforeAll(async () => {
  auth = await AuthUnderTest.start();
});
afterAll(() => auth.close());
beforeEach(async () => {
  id = await auth.partnerUser({ password: PASSWORD, language: 'SWE' });
});

const HOME = '192.0.2.7';
const NUMBER = () => String(Math.floor(Math.random() * 1e12));
const signIn = (ask: { password?: string; userName?: string; companyNumber?: string | null } = {}) =>
  auth.signIns.signInOnce({
    userName: userNameOf(id),
    password: PASSWORD,
    address: HOME,
    companyNumber: null,
    ...ask,
  });
const rights = [{ stream: 'tuoterekisteri', direction: 'import' }];

/** A company of that number in which the partner user has been granted something. */
async function granted(companyNumber: string, environment: object = {}): Promise<string> {
  const company = await auth.company(await auth.environment(environment), { fivaldiNumber: companyNumber });
  await auth.save('upper-rights', id, { rights });
  await auth.save('grants', company, { partnerUserId: id, rights });
  return company;
}

describe('signing in for one request', () => {
  it('says who and where it is, and leaves no token', async () => {
    const companyNumber = NUMBER();
    const companyId = await granted(companyNumber);
    const answer = await signIn({ companyNumber });
    expect(answer).toEqual({ as: 'admitted', partnerUserId: id, language: 'SWE', companyId });
    expect(await auth.database.rows('select from auth.token where partner_user_id = $1', [id])).toEqual([]);
    expect((await auth.auditEvents('session.opened')).at(-1)).toMatchObject({
      actor: { kind: 'partner-user', id },
      address: HOME,
      details: { lasts: 'one-request', companyNumber },
    });
  });

  it.each([
    ['a wrong password', { password: 'another long word' }],
    ['an unknown user name', { userName: 'nobody' }],
  ])('refuses %s with one hash, and nothing else', async (_, ask) => {
    const verified = auth.hasher.verified;
    expect(await signIn(ask)).toEqual({ as: 'refused' });
    expect(auth.hasher.verified).toBe(verified + 1);
  });

  it('counts its failures with those of the modern door', async () => {
    for (let n = 0; n < 6; n += 1) await signIn({ password: 'another long word' });
    const { session } = await auth.signIns.signIn({ userName: userNameOf(id), password: PASSWORD, address: HOME });
    expect(session).toBeNull();
  });

  it('moves nothing with a one-time password', async () => {
    await auth.database.rows(
      `update auth.partner_user set password_expires_at = clock_timestamp() + interval '1 hour'
        where partner_user_id = $1`,
      [id],
    );
    expect(await signIn()).toEqual({ as: 'change-needed', language: 'SWE' });
  });
});

describe('the company that a number means', () => {
  const meant = async (companyNumber: string | null) => {
    const answer = await signIn({ companyNumber });
    return answer.as === 'admitted' ? answer.companyId : 'not admitted';
  };

  it.each<[string, () => Promise<string | null>]>([
    ['is no number', () => Promise.resolve(null)],
    ['nobody has', () => Promise.resolve(NUMBER())],
    [
      'has no grant',
      async () => {
        const companyNumber = NUMBER();
        await auth.company(await auth.environment(), { fivaldiNumber: companyNumber });
        return companyNumber;
      },
    ],
    [
      'is in an environment that is switched off',
      async () => {
        const companyNumber = NUMBER();
        await granted(companyNumber, { active: false });
        return companyNumber;
      },
    ],
    [
      'is not the one that the partner user is for',
      async () => {
        const companyNumber = NUMBER();
        await granted(companyNumber);
        const scopeCompanyId = await auth.company(await auth.environment());
        await auth.save('partner-user', id, { ...partnerUser(id), scopeCompanyId });
        return companyNumber;
      },
    ],
    [
      'two have, with grants in both',
      async () => {
        const companyNumber = NUMBER();
        await granted(companyNumber);
        await granted(companyNumber);
        return companyNumber;
      },
    ],
  ])('is none when it %s', async (_, given) => {
    expect(await meant(await given())).toBeNull();
  });

  it('is the one with the grant when two have the number, and only one the grant', async () => {
    const companyNumber = NUMBER();
    const companyId = await granted(companyNumber);
    await auth.company(await auth.environment(), { fivaldiNumber: companyNumber });
    expect(await meant(companyNumber)).toBe(companyId);
  });

  it("is not another's, whatever has been granted to them", async () => {
    const companyNumber = NUMBER();
    await granted(companyNumber);
    id = await auth.partnerUser({ password: PASSWORD });
    expect(await meant(companyNumber)).toBeNull();
  });
});
