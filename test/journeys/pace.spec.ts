import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { addPartner, grant, onboardCompany } from '../../scripts/demo/company.ts';
import { tomorrow } from '../../scripts/demo/opening.ts';
import type { ApiClient } from '../../scripts/local/api-client.ts';
import { fivaldiXml, product } from './documents.ts';
import { install, type Installed } from './installed.ts';
import { personAtWork } from './signed-in.ts';

/** So few, that a test comes to the end of them; so seldom, that none comes back meanwhile. */
const gateway = { CALLER_REQUESTS_PER_SECOND: '1', CALLER_REQUESTS_AT_ONCE: '20', LANE_DOCUMENTS: '2' };
const OPERATOR = { role: 'operator', environmentId: null, companyId: null };

let installed: Installed;
beforeAll(async () => {
  installed = await install({ envOf: { gateway } });
}, 90_000);
afterAll(() => installed.stop(), 60_000);

const statuses = async (client: ApiClient, times: number, path = '/v1/environments') => {
  const answers = await Promise.all(Array.from({ length: times }, () => client.call('GET', path)));
  return { answers, refused: answers.filter(({ status }) => status === 429) };
};

describe('a caller who comes too often', () => {
  it('is told when to come again, and nobody else is held back', async () => {
    const [one, other] = [
      await personAtWork(installed.operator, [OPERATOR]),
      await personAtWork(installed.operator, [OPERATOR]),
    ];
    const { refused } = await statuses(one.client, 60);
    expect(refused.length).toBeGreaterThanOrEqual(20);
    expect(refused[0]).toMatchObject({ body: { code: 'request.too-many', retryAfterSeconds: 1 } });
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    expect((await statuses(other.client, 5)).refused).toEqual([]);
    // A door that is shut to them is no way round it, nor a way to fill the audit log.
    expect((await statuses(one.client, 20, '/v1/transfers/none/document')).refused.length).toBeGreaterThanOrEqual(10);
    expect((await statuses(installed.operator, 60)).refused).toEqual([]);
  });
});

describe('an address from which too many requests come', () => {
  it('is told when to come again, whoever is there and whatever is asked', async () => {
    const narrow = await install({
      envOf: { gateway: { ADDRESS_REQUESTS_PER_SECOND: '1', ADDRESS_REQUESTS_AT_ONCE: '20' } },
    });
    const asked = await Promise.all(
      Array.from({ length: 60 }, (_, n) => fetch(narrow.url + (n % 2 === 0 ? '/nothing' : '/openapi.json'))),
    );
    const refused = asked.filter(({ status }) => status === 429);
    const problem = await refused[0]?.json();
    await narrow.stop();
    expect(refused.length).toBeGreaterThanOrEqual(20);
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    expect(problem).toMatchObject({ code: 'request.too-many' });
    // As every answer does, though no route was come to.
    expect(refused[0]?.headers.get('x-content-type-options')).toBe('nosniff');
    expect(refused[0]?.headers.get('cache-control')).toBe('no-store');
  }, 90_000);
});

describe('a lane in which as many documents wait as may', () => {
  it('takes no more; documents are not counted as requests', async () => {
    const { operator } = installed;
    const environmentId = randomUUID();
    await operator.saveRule('environment', environmentId, { name: 'Tilitoimisto' });
    const company = await onboardCompany(operator, 'Yritys', {}, environmentId);
    const partner = await addPartner(operator, 'Kumppani');
    await grant(operator, partner, company);
    await operator.saveRule('restriction-group', 'suljettu', {
      companyId: company.id,
      times: tomorrow(new Date()),
      partnerUserIds: [partner.id],
    });
    const send = (stream = 'tuoterekisteri') =>
      partner.client.importDocument(company.id, stream, fivaldiXml(company.number, product('A')), {
        whenClosed: 'wait',
      });
    const sent = [await send(), await send(), await send()];
    expect(sent.map(({ status }) => status)).toEqual([202, 202, 429]);
    expect(sent[2]).toMatchObject({ body: { code: 'lane.full', limit: 2, retryAfterSeconds: 30 } });
    expect((await statuses(partner.client, 15, `/v1/transfers/${sent[0]!.body.id}`)).refused).toEqual([]);
    for (let n = 0; n < 30; n += 1) expect((await send()).body).toMatchObject({ code: 'lane.full' });
  }, 60_000);
});
