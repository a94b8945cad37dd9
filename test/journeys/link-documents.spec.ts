/** Working hours, travel expenses and purchase lines, each once and as one record on the other side. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { LinkGround, type SettingsOf } from './link-ground.ts';

const TODAY = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Helsinki' }).format(new Date());

describe('documents of a link', () => {
  let ground: LinkGround;
  beforeAll(async () => {
    ground = await LinkGround.open();
  }, 120_000);
  afterAll(() => ground.close(), 60_000);

  const inUse = async (settingsOf: SettingsOf) => {
    const linked = await ground.prepared(settingsOf);
    const { books } = linked;
    await books.inNetvisor('employees', { number: '1407', firstName: 'Tiina', lastName: 'Tekijä' });
    await books.inNetvisor('dimensions', { name: 'Projekti' });
    await books.inSevera('projects', { number: 501, name: 'Silta' });
    return linked;
  };

  it('move working hours, a day of an employee in one message that replaces what was there', async () => {
    const linked = await inUse(() => ({
      workHours: {
        mode: 'automatic',
        projectHeader: 'Projekti',
        recordTypes: { TYÖ: '11' },
        overtimeTypes: { 50: '12' },
      },
    }));
    const { link, books } = linked;
    await books.inSevera('worktypes', { code: 'TYÖ', name: 'Työ' }, { code: 'MUU', name: 'Muu työ' });
    await books.inSevera('users', { firstName: 'Tiina', lastName: 'Tekijä', code: '1407' });
    await books.inSevera('users', { firstName: 'Nolla', lastName: 'Alussa', code: '0007' });
    const hour = (more: object) => ({
      user: { code: '1407' },
      project: { number: 501 },
      workType: { code: 'TYÖ' },
      eventDate: TODAY,
      quantity: 2.5,
      ...more,
    });
    const [first] = await books.inSevera(
      'workhours',
      hour({}),
      hour({ quantity: 1, overtime: { code: '50' } }),
      hour({ user: { code: '0007' } }),
    );
    await ground.start(linked);
    expect(await link.settled('work-hours', 60_000)).toMatchObject({
      state: 'partial',
      counts: { moved: 1, rejected: 1 },
    });
    expect((await books.ofNetvisor()).workdays).toMatchObject([
      {
        employee: '1407',
        day: TODAY,
        rows: expect.arrayContaining([
          expect.objectContaining({ fields: expect.objectContaining({ hours: '2,50', collectorratio: '11' }) }),
          expect.objectContaining({ fields: expect.objectContaining({ hours: '1,00', collectorratio: '12' }) }),
        ]),
      },
    ]);
    expect((await link.history({ flow: 'work-hours', result: 'rejected' }))[0]?.cause?.code).toBe(
      'employee-number-leading-zero',
    );

    await books.changeInSevera('workhours', first!.guid, { quantity: 4 });
    expect(await link.run('work-hours', 'changed', 60_000)).toMatchObject({ counts: { moved: 1 } });
    const [day, ...others] = (await books.ofNetvisor()).workdays;
    expect(others).toEqual([]);
    expect(JSON.stringify(day)).toContain('4,00');
    expect(JSON.stringify(day)).not.toContain('2,50');

    const before = await books.writes();
    await link.run('work-hours', 'everything', 60_000);
    expect(await books.writes()).toEqual(before);

    await books.inSevera('workhours', hour({ workType: { code: 'MUU' } }));
    await link.run('work-hours', 'changed', 60_000);
    const [unmapped] = await link.history({ cause: 'record-type-unmapped' });
    expect(unmapped).toMatchObject({ result: 'rejected', cause: { remedy: expect.stringMatching(/./) } });
    expect((await books.writes()).netvisor).toEqual(before.netvisor);
  }, 150_000);

  it('move a travel report, with its receipts, as one expense claim', async () => {
    const linked = await inUse(() => ({
      travelExpenses: { mode: 'on-demand', types: { LIPUT: 'Matkaliput', KM: 'ownCar' } },
    }));
    const { link, books } = linked;
    await books.inSevera('users', { firstName: 'Tiina', lastName: 'Tekijä', code: '1407' });
    await books.inSevera(
      'travelexpensetypes',
      { code: 'LIPUT', name: 'Junaliput' },
      { code: 'OUTO', name: 'Outo kulu' },
    );
    const report = (code: string, files: readonly object[] = []) => ({
      user: { code: '1407' },
      title: `Matka ${code}`,
      expenses: [
        { user: { code: '1407' }, travelExpense: { code }, quantity: 2, unitCost: 35.5, eventDate: TODAY, files },
      ],
    });
    const receipt = {
      name: 'kuitti.pdf',
      contentType: 'application/pdf',
      data: Buffer.from('%PDF-1.4').toString('base64'),
    };
    await books.inSevera('travelreimbursements', report('LIPUT', [receipt]), report('OUTO'));
    await ground.start(linked);
    await link.settled('travel-expenses', 60_000);
    const offered = await link.records('travel-expenses', 'candidate');
    expect(offered.map(({ objections }) => objections.map(({ code }) => code)).sort()).toEqual([
      [],
      ['travel-type-unmapped'],
    ]);
    expect(await link.run('travel-expenses', 'candidates')).toMatchObject({
      state: 'partial',
      counts: { moved: 1, rejected: 1 },
    });
    const { tripExpenses } = await books.ofNetvisor();
    expect(tripExpenses).toHaveLength(1);
    expect(JSON.stringify(tripExpenses)).toContain('Matka LIPUT');
    expect(tripExpenses[0]).toMatchObject({ attachments: [expect.objectContaining({ bytes: 8 })] });

    const before = await books.writes();
    await link.run('travel-expenses', 'everything');
    await link.run('travel-expenses', 'candidates');
    expect(await books.writes()).toEqual(before);
  }, 90_000);

  it('bring a line of a purchase invoice back to the project that it names', async () => {
    const linked = await inUse(() => ({
      dimensions: { projects: 'Projekti', businessUnits: null },
      purchaseLines: { mode: 'automatic', projectHeader: 'Projekti', productCode: 'OSTO' },
    }));
    const { link, books } = linked;
    await books.inSevera('products', { code: 'OSTO', name: 'Ostot' });
    const line = (sum: string, item: string, vatCode = 'KOOS') => ({
      sum,
      netSum: '100,00',
      vatPercent: '25,5',
      vatCode,
      description: 'Betoni',
      dimensions: [{ name: 'Projekti', item }],
    });
    await ground.start(linked);
    expect(await link.settled('dimensions')).toMatchObject({ state: 'succeeded' });
    await link.settled('purchase-lines');
    const lines = [line('125,50', '501 Silta'), line('125,50', '999 Tuntematon'), line('125,50', '501 Silta', 'EUOS')];
    await books.inNetvisor('purchase-invoices', {
      number: 'O-1',
      date: TODAY,
      vendor: 'Betoni Oy',
      sum: '376,50',
      status: 'accepted',
      lines,
    });
    expect(await link.run('purchase-lines')).toMatchObject({ state: 'partial', counts: { moved: 1, rejected: 2 } });
    const fees = await books.ofSevera('projectfees');
    expect(fees).toMatchObject([{ project: { name: 'Silta' }, product: { code: 'OSTO' }, unitCost: { amount: 100 } }]);
    const causes = (await link.history({ flow: 'purchase-lines', result: 'rejected' })).map(({ cause }) => cause?.code);
    expect(causes.sort()).toEqual(['purchase-project-unknown', 'purchase-vat-code']);

    const before = await books.writes();
    await link.run('purchase-lines', 'everything');
    expect(await books.writes()).toEqual(before);
  }, 90_000);

  it('never made two calls of a company to Netvisor at once', async () => {
    expect(await ground.overlaps()).toBe(0);
  });
});
