import { randomUUID } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { addPartner, grant, onboardCompany } from '../../scripts/demo/company.ts';
import { fivaldiXml, product } from './documents.ts';
import { install } from './installed.ts';

describe('a gateway that is told to stop', () => {
  it('answers whoever waits for a transfer, and leaves well within seconds', async () => {
    const installed = await install();
    try {
      const { operator, processes } = installed;
      const environment = randomUUID();
      await operator.saveRule('environment', environment, { name: 'Tilitoimisto' });
      const company = await onboardCompany(operator, 'Yritys', {}, environment);
      const partner = await addPartner(operator, 'Kumppani');
      await grant(operator, partner, company);
      // Nobody carries it out, so that its sender waits for as long as it may.
      processes.get('fivaldi-connector')?.kill('SIGTERM');
      await processes.get('fivaldi-connector')?.ended;
      const sent = await partner.client.importDocument(
        company.id,
        'tuoterekisteri',
        fivaldiXml(company.number, product('A')),
      );
      const waiting = partner.client.transfer(sent.body.id, 30);
      await partner.client.transfer(sent.body.id);

      const began = performance.now();
      processes.get('gateway')?.kill('SIGTERM');
      expect(await waiting).toMatchObject({ state: 'queued' });
      expect(await processes.get('gateway')?.ended).toBe(0);
      expect(performance.now() - began).toBeLessThan(10_000);
    } finally {
      await installed.stop();
    }
  }, 90_000);
});
