import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { send } from '../sandbox.spec-support.js';
import { CLIENT, KEY, type SeveraBench, startSeveraBench } from './severa.spec-support.js';

let bench: SeveraBench;
beforeEach(async () => {
  bench = await startSeveraBench();
});
afterEach(() => bench.sandbox.close());

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const password = (key: string): string =>
  `<WebServicePassword xmlns="http://soap.severa.com/">${escaped(key)}</WebServicePassword>`;
const envelope = (header: string, body = '<GetVersion xmlns="http://soap.severa.com/"/>'): string =>
  `<?xml version="1.0"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header>${header}</e:Header>` +
  `<e:Body>${body}</e:Body></e:Envelope>`;

async function posted(text: string, action = '"http://soap.severa.com/IAPI/GetVersion"') {
  const headers = { 'Content-Type': 'text/xml; charset=utf-8', SOAPAction: action };
  const path = new URL(bench.sandbox.soapUrl).pathname;
  const { status, bytes } = await send(bench.sandbox.soapUrl, {
    method: 'POST',
    path,
    headers,
    body: Buffer.from(text),
  });
  return { status, text: bytes.toString() };
}

describe('the older interface', () => {
  it('says its version and how much of the quota is used, to a key that holds', async () => {
    await posted(envelope(password(KEY)));
    const { status, text } = await posted(envelope(password(KEY)));
    expect(status).toBe(200);
    expect(text).toMatch(/<GetVersionResult>[\d.]+<\/GetVersionResult>/);
    expect(text).toContain('<UsedQuota xmlns="http://soap.severa.com/">2</UsedQuota>');
  });

  it.each([
    ['a wrong key', password('wrong')],
    ['a key with a space after it', password(`${KEY} `)],
    ['no key', ''],
    ['a key of another namespace', `<WebServicePassword>${escaped(KEY)}</WebServicePassword>`],
  ])('denies access to %s', async (_, header) => {
    const { status, text } = await posted(envelope(header));
    expect([status, text]).toEqual([500, expect.stringContaining('<AuthenticationFailureException ')]);
  });

  it('reads whatever prefixes the caller has, and a key in CDATA', async () => {
    const text =
      '<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/" xmlns:s="http://soap.severa.com/"><Header>' +
      `<s:WebServicePassword><![CDATA[${KEY}]]></s:WebServicePassword></Header><Body><s:GetVersion/></Body></Envelope>`;
    expect((await posted(text)).status).toBe(200);
  });

  it('denies access once the user of the key is removed', async () => {
    await bench.control('DELETE', `/users/${CLIENT.clientId}`);
    expect((await posted(envelope(password(KEY)))).text).toContain('AuthenticationFailureException');
  });

  it('knows the key as a person changed it', async () => {
    await bench.control('PATCH', `/organisations/${CLIENT.clientId}`, { key: 'another' });
    expect((await posted(envelope(password(KEY)))).status).toBe(500);
    expect((await posted(envelope(password('another')))).status).toBe(200);
  });

  it('ends at the quota of the day, and begins again on the next', async () => {
    await bench.control('PATCH', `/organisations/${CLIENT.clientId}`, { soapQuota: 1 });
    await posted(envelope(password(KEY)));
    expect((await posted(envelope(password(KEY)))).text).toContain('QuotaLimitExceededException');
    bench.clock.now = new Date('2026-03-06T00:00:00Z');
    expect((await posted(envelope(password(KEY)))).status).toBe(200);
  });

  it.each([
    ['text', 'no envelope', undefined],
    ['another action', envelope(password(KEY)), 'http://soap.severa.com/IInvoice/GetInvoicesByStatus'],
    ['another operation', envelope(password(KEY), '<GetUsers xmlns="http://soap.severa.com/"/>'), undefined],
  ])('fails for %s', async (_, text, action) => {
    expect((await posted(text, action)).text).toContain('GeneralFailureException');
  });

  it('meets the faults that are ordered for it', async () => {
    await bench.control('POST', '/faults', { operation: 'SOAP GetVersion', kind: 'reset-before', times: 1 });
    await expect(posted(envelope(password(KEY)))).rejects.toThrow();
    expect((await posted(envelope(password(KEY)))).status).toBe(200);
  });
});
