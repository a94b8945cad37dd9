import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { EnvironmentUnusable, loadConfig } from '#lib/service';

import { authEnvironment } from '../auth-config.js';
import { AuthUnderTest } from '../auth.spec-support.js';
import { PartnerUsers } from '../partner-users.js';
import { HttpSmsGateway } from './http-sms-gateway.js';
import { passwordText } from './password-text.js';
import { SandboxInbox } from './sandbox-inbox.js';
import { BY, form } from './sms.spec-support.js';
import { smsWay } from './sms-way.js';

let auth: AuthUnderTest;

beforeAll(async () => {
  auth = await AuthUnderTest.start();
});
afterAll(() => auth.close());

const PROVIDER = { SMS_URL: 'https://sms.example/messages', SMS_TOKEN: 'secret' };

describe('the way of SMS', () => {
  it.each([
    ['development', PROVIDER, HttpSmsGateway, true],
    ['production', PROVIDER, HttpSmsGateway, false],
    ['development', {}, SandboxInbox, true],
    ['test', {}, SandboxInbox, true],
    ['production', {}, null, false],
  ] as const)('in %s with %j', (NODE_ENV, configured, Gateway, readable) => {
    const { gateway, inbox } = smsWay(auth.database, { NODE_ENV, ...configured });
    expect(gateway === null ? null : gateway.constructor).toBe(Gateway);
    expect(inbox !== null).toBe(readable);
  });

  it.each([
    ['a URL without a token', { SMS_URL: PROVIDER.SMS_URL }, 'SMS_TOKEN: must be given together with SMS_URL'],
    ['a token without a URL', { SMS_TOKEN: 'secret' }, 'SMS_TOKEN: must be given together with SMS_URL'],
    [
      'a URL that shows everything on its way',
      { ...PROVIDER, SMS_URL: 'http://sms.example/', NODE_ENV: 'production' },
      'SMS_URL: must be an https:// URL in production',
    ],
  ])('is not started with %s', (_, env, fault) => {
    const rest = { DATABASE_URL: 'postgres://x', RABBITMQ_URL: 'amqp://x', SECRET_KEYS: `k1:${'A'.repeat(43)}=` };
    const load = () => loadConfig(authEnvironment, { ...rest, ...env });
    expect(load).toThrow(EnvironmentUnusable);
    expect(load).toThrow(fault);
  });

  it('that does not exist is said before anything is created', async () => {
    const nowhere = new PartnerUsers(auth.database, auth.book, null);
    const id = '018f6f60-0000-7000-8000-000000000001';
    const missing = { kind: 'conflict', code: 'sms.provider-missing' };
    await expect(
      nowhere.create({ by: BY, address: null, partnerUserId: id, partnerUser: form() }),
    ).rejects.toMatchObject(missing);
    await expect(nowhere.read({ partnerUserId: id, internal: true })).rejects.toMatchObject({
      code: 'partner-user.absent',
    });
    await expect(nowhere.orderPassword({ by: BY, address: null, partnerUserId: id })).rejects.toMatchObject(missing);
  });
});

describe("the sandbox's telephone", () => {
  it('keeps what came, newest first, each reference once, for a day', async () => {
    const inbox = new SandboxInbox(auth.database);
    await inbox.send({ to: '+358401', text: 'old', reference: 'r0' });
    await auth.database.rows(`update auth.sms_inbox set received_at = received_at - interval '25 hours'`);
    await inbox.send({ to: '+358401', text: 'first', reference: 'r1' });
    await inbox.send({ to: '+358402', text: 'second', reference: 'r2' });
    await inbox.send({ to: '+358402', text: 'second, again', reference: 'r2' });
    expect((await inbox.messages(10)).map(({ text }) => text)).toEqual(['second', 'first']);
    expect((await inbox.messages(10, '+358401')).map(({ text }) => text)).toEqual(['first']);
    expect(await inbox.messages(1)).toHaveLength(1);
  });
});

describe('the text of an SMS', () => {
  it.each(['FIN', 'SWE', 'ENG'] as const)('fits one message in %s, with the longest user name', (language) => {
    const text = passwordText(language, { userName: 'x'.repeat(20), password: 'abcd-abcd-abcd-abcd-abcd-abcd' });
    expect(text.length).toBeLessThanOrEqual(160);
    // The characters of a message of 160; any other would halve it.
    expect(text).toMatch(/^[\w äöåÄÖÅ:,.-]+$/);
  });
});
