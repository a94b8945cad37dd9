import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { CLIENT, type Json, type SeveraBench, startSeveraBench } from './severa.spec-support.js';

let bench: SeveraBench;
beforeEach(async () => {
  bench = await startSeveraBench();
});
afterEach(() => bench.sandbox.close());

const get = async (path: string): Promise<Json[]> => (await bench.call('GET', `/v1${path}`)).json as Json[];

describe('travel reimbursements', () => {
  it('have their expenses, which have their receipts, and add up what is to be paid', async () => {
    const { guid, total, totalExpenses } = await bench.seed('travelreimbursements', {
      expenses: [
        { unitCost: 30, quantity: 2, files: [{ data: 'AAAA' }] },
        { unitCost: 5, travelReimbursementRequired: false },
      ],
    });
    expect([total, totalExpenses]).toMatchObject([{ amount: 60 }, { amount: 65 }]);
    const expenses = await get(`/travelreimbursements/${String(guid)}/projecttravelexpenses`);
    expect(expenses).toMatchObject([
      { attachmentCount: 1, travelReimbursement: { guid, isApproved: true } },
      { attachmentCount: 0 },
    ]);
    expect(await get(`/projecttravelexpenses/${String(expenses[0]?.['guid'])}/files`)).toMatchObject([{ size: 3 }]);
    const [draft] = await get('/travelreimbursementstatuses');
    expect(await get(`/travelreimbursements?travelReimbursementStatusGuids=${String(draft?.['guid'])}`)).toEqual([]);
  });
});

describe('absences', () => {
  it('are the activities of a category that are under way between two days', async () => {
    const days = { startDateTime: '2026-03-10T00:00:00Z', endDateTime: '2026-03-12T00:00:00Z' };
    const { guid } = await bench.seed('activities', days);
    const asked = (from: string, to: string) =>
      get(`/activities?activityCategories=Absences&startDateTime=${from}&endDateTime=${to}`);
    expect(await asked('2026-03-11', '2026-03-31')).toMatchObject([{ guid, activityType: { category: 'Absences' } }]);
    expect(await asked('2026-03-13', '2026-03-31')).toEqual([]);
    expect(await get('/activities?activityCategories=Task')).toEqual([]);
    expect((await bench.control('GET', `/organisations/${CLIENT.clientId}/users`)).json).toHaveLength(2);
  });
});
