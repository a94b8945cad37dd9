import { randomUUID } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { addPartner, grant, onboardCompany } from '../../scripts/demo/company.ts';
import { fivaldiXml, product } from './documents.ts';
import { install } from './installed.ts';

const COMPANIES = 5;
const DOCUMENTS = 12;

describe('two connectors side by side', () => {
  it('share the work, keep each company in order, and do nothing twice', async () => {
    const installed = await install();
    const { operator, processes } = installed;
    const first = processes.get('fivaldi-connector');
    await installed.restart('fivaldi-connector');
    const database = new pg.Client({ connectionString: installed.databaseUrl });
    await database.connect();
    try {
      const environment = randomUUID();
      await operator.saveRule('environment', environment, { name: 'Tilitoimisto' });
      const partner = await addPartner(operator, 'Kumppani');
      const companies = await Promise.all(
        Array.from({ length: COMPANIES }, (_, no) => onboardCompany(operator, `Yritys ${no}`, {}, environment)),
      );
      for (const company of companies) await grant(operator, partner, company);

      const sent = await Promise.all(
        companies.map(async (company) => {
          const ids: string[] = [];
          for (let no = 0; no < DOCUMENTS; no += 1) {
            const text = fivaldiXml(company.number, product('A', { ProductName: `versio ${no}` }));
            ids.push((await partner.client.importDocument(company.id, 'tuoterekisteri', text)).body.id);
          }
          return ids;
        }),
      );
      for (const id of sent.flat()) expect(await partner.client.settled(id)).toMatchObject({ state: 'succeeded' });

      const { rows: ended } = await database.query<{ company_id: string; ids: string[] }>(
        'select company_id, array_agg(id order by finished_at) as ids from transfers.transfer group by company_id',
      );
      for (const { company_id: id, ids } of ended) {
        expect(ids).toEqual(sent[companies.findIndex((company) => company.id === id)]);
      }
      const { rows: names } = await database.query<{ name: string }>('select name from fivaldi.product_record');
      expect(names).toEqual(Array.from({ length: COMPANIES }, () => ({ name: `versio ${DOCUMENTS - 1}` })));
    } finally {
      await database.end();
      first?.kill('SIGTERM');
      await first?.ended;
      await installed.stop();
    }
  }, 90_000);
});
