import { until } from '../../libs/testing/src/until.ts';
import type { ApiClient } from '../local/api-client.ts';
import type { LocalFivaldi } from '../local/local-fivaldi.ts';
import { type DemoPartner, ENVIRONMENT, grant, onboardCompany } from './company.ts';
import { products } from './documents.ts';
import { type Scene, summary } from './scene.ts';

const PRODUCTS = 6;

/** What goes on to Fivaldi, and what does not. */
export async function deliveryScene(operator: ApiClient, partner: DemoPartner, fivaldi: LocalFivaldi): Promise<Scene> {
  const company = await onboardCompany(operator, 'Apteekki Angervo Oy');
  await grant(operator, partner, company);
  const cuid = await fivaldi.addCompany();
  const connection = `/v1/environments/${ENVIRONMENT}/companies/${company.id}/fivaldi-connection`;
  await operator.call('PUT', connection, {
    headers: { 'content-type': 'application/json', 'if-none-match': '*' },
    body: JSON.stringify({ cuid }),
  });
  const standing = async () =>
    (await operator.call<{ deliveries?: Readonly<Record<string, number>> }>('GET', connection)).body.deliveries ?? {};
  const send = async () => {
    const sent = await partner.client.importDocument(company.id, 'tuoterekisteri', products(company.number, PRODUCTS));
    return partner.client.settled(sent.body.id);
  };

  const first = await send();
  await until(async () => (await standing())['delivered'] === PRODUCTS, {
    within: 30_000,
    what: 'Fivaldi to have all',
  });
  const calls = await fivaldi.calls(cuid);
  const made = calls.flatMap(({ records }) => records).length;
  const again = await send();
  const due = Object.entries(await standing()).filter(([state]) => state !== 'delivered');
  const more = (await fivaldi.calls(cuid)).length - calls.length;
  return {
    title: 'Products are delivered to Fivaldi (the sandbox), and the same document again costs it nothing',
    well: first.state === 'succeeded' && made === PRODUCTS && due.length === 0 && more === 0,
    lines: [
      `${summary(first)}; ${calls.length} signed calls, of which ${made} made a product there`,
      `again: ${summary(again)}; ${more} calls`,
    ],
  };
}
