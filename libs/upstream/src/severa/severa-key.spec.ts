import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

import { afterEach, describe, expect, it } from '@jest/globals';

import { readTree } from '#lib/documents';
import { freePort } from '#lib/testing';

import { SeveraClient } from './severa-client.js';

const KEY = 'a;b=c&d<e>"f\' g]]>h\ti  ';

/** As XML writes it. */
const ECHOED = KEY.trimEnd().replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

function clientAt(port: number): SeveraClient {
  const url = `http://127.0.0.1:${port}`;
  const options = { url: `${url}/rest-api`, soapUrl: `${url}/webservice/S3/API.svc` };
  const client = new SeveraClient({ ...options, pace: () => Promise.reject(new Error('not of that interface')) });
  closing.unshift(() => client.close());
  return client;
}

interface Seen {
  target?: string | undefined;
  action?: string | string[] | undefined;
  body: string;
}

async function answering(status: number, body: string): Promise<{ client: SeveraClient; seen: Seen }> {
  const seen: Seen = { body: '' };
  const server = createServer((request, response) => {
    seen.target = request.url;
    seen.action = request.headers['soapaction'];
    request.on('data', (part: Buffer) => (seen.body += part.toString()));
    request.on('end', () => response.writeHead(status, { 'Content-Type': 'text/xml; charset=utf-8' }).end(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  return { client: clientAt((server.address() as AddressInfo).port), seen };
}

const envelope = (content: string, s = 's'): string =>
  `<${s}:Envelope xmlns:${s}="http://schemas.xmlsoap.org/soap/envelope/"><${s}:Header>` +
  `<Quota xmlns="http://soap.severa.com/">100000</Quota></${s}:Header><${s}:Body>${content}</${s}:Body></${s}:Envelope>`;

const version =
  '<GetVersionResponse xmlns="http://soap.severa.com/"><GetVersionResult>4.2</GetVersionResult></GetVersionResponse>';

const fault = (text: string, detail = '', code = 's:Client'): string =>
  envelope(
    `<s:Fault><faultcode>${code}</faultcode><faultstring xml:lang="en-US">${text}</faultstring>${detail}</s:Fault>`,
  );

const named = (name: string): string =>
  `<detail><e:${name} xmlns:e="urn:x"><e:Message>x</e:Message></e:${name}></detail>`;

describe('the key of the SOAP interface', () => {
  it('goes out exactly as it is, whatever signs it has', async () => {
    const { client, seen } = await answering(200, envelope(version));
    expect(await client.checkKey(KEY)).toEqual({ as: 'ok', version: '4.2' });

    expect(seen.target).toBe('/webservice/S3/API.svc');
    expect(seen.action).toBe('"http://soap.severa.com/IAPI/GetVersion"');
    const root = readTree(seen.body, { maxBytes: 10_000, maxDepth: 10, maxElements: 10 });
    expect(root.children[0]?.children[0]).toMatchObject({
      name: 'WebServicePassword',
      attributes: { xmlns: 'http://soap.severa.com/' },
      text: KEY,
    });
  });

  it.each([
    ['opens, whatever the prefix', 200, envelope(version, 'SOAP-ENV'), { as: 'ok', version: '4.2' }],
    [
      'is wrong',
      500,
      fault('Wrong key', named('AuthenticationFailureException')),
      { as: 'unauthorised', text: 'Wrong key' },
    ],
    [
      'is wrong, by the code alone',
      500,
      fault('No', '', 's:AuthenticationFailure'),
      { as: 'unauthorised', text: 'No' },
    ],
    ['is wrong, by the text alone', 500, fault('Access denied.'), { as: 'unauthorised', text: 'Access denied.' }],
    [
      'is repeated in the answer',
      500,
      fault(`Access denied: ${ECHOED}`),
      { as: 'unauthorised', text: 'Access denied: ***' },
    ],
    ['is refused in front of the interface', 403, '<html>', { as: 'unauthorised', text: '' }],
    [
      'has used up its day',
      500,
      fault('Quota limit reached', named('QuotaLimitExceededException')),
      { as: 'refused', type: 'QuotaLimitExceededException', text: 'Quota limit reached' },
    ],
    [
      'meets a fault without a name',
      500,
      fault('Oh no', '', 's:Server'),
      { as: 'refused', type: 'Server', text: 'Oh no' },
    ],
    ['meets a page', 200, '<html><body/></html>', { as: 'unknown', why: 'status 200 without an answer of SOAP' }],
    ['meets nothing', 502, '', { as: 'unknown', why: 'status 502 without an answer of SOAP' }],
    [
      'meets a document type',
      200,
      `<!DOCTYPE x [<!ENTITY e "4.2">]>${envelope(version)}`,
      { as: 'unknown', why: 'status 200 without an answer of SOAP' },
    ],
  ])('%s', async (_, status, body, expected) => {
    const { client } = await answering(status, body);
    expect(await client.checkKey(KEY)).toEqual(expected);
  });

  it('is not sent when no XML can hold it', async () => {
    const { client, seen } = await answering(200, envelope(version));
    expect(await client.checkKey('a\u0000b')).toMatchObject({ as: 'unauthorised' });
    expect(seen.target).toBeUndefined();
  });

  it('is unsure of nothing when nobody listens', async () => {
    expect(await clientAt(await freePort()).checkKey(KEY)).toMatchObject({ as: 'unreachable' });
  });
});
