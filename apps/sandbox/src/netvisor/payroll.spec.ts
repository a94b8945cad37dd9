import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type Bench, categoryOf, contentOf, keyOf, startBench, verdictOf } from './netvisor.spec-support.js';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.sandbox.close());

describe('a day of work', () => {
  const day = (hours: readonly string[], { method = 'replace', ratio = '11', employee = '1407' } = {}) => {
    const rows = hours.map(
      (hour) =>
        `<workdayhour><hours>${hour}</hours><collectorratio type="number">${ratio}</collectorratio>` +
        '<acceptancestatus>confirmed</acceptancestatus><description>Severa</description></workdayhour>',
    );
    return (
      `<workday><date format="ansi" method="${method}">2026-11-20</date>` +
      `<employeeidentifier type="number">${employee}</employeeidentifier>${rows.join('')}</workday>`
    );
  };
  beforeEach(() => bench.seed('employees', { number: '1407', firstName: 'Elli', lastName: 'Esimerkki' }));

  it('is replaced, or comes beside what there was; no key is told', async () => {
    const answered = await bench.call('workday.nv', day(['7,5']));
    expect([verdictOf(answered), contentOf(answered)]).toEqual(['OK', '']);
    await bench.call('workday.nv', day(['7,255']));
    await bench.call('workday.nv', day(['0,5'], { method: 'increment' }));
    const [only, ...more] = (await bench.state()).workdays;
    expect([only?.rows, more]).toMatchObject([[{ fields: { hours: '7,26' } }, { fields: { hours: '0,50' } }], []]);
    expect((await bench.journal()).map(({ method, reference }) => [method, reference])).toEqual([
      ['replace', '1407 2026-11-20'],
      ['replace', '1407 2026-11-20'],
      ['increment', '1407 2026-11-20'],
    ]);
  });

  it('is refused for an unknown employee, an unknown record type, and when it has been approved', async () => {
    expect(categoryOf(await bench.call('workday.nv', day(['1'], { employee: '9' })))).toBe('INVALID_DATA');
    expect(categoryOf(await bench.call('workday.nv', day(['1'], { ratio: '99' })))).toBe('INVALID_DATA');
    await bench.seed('approved-days', { employee: '1407', date: '2026-11-20' });
    expect(verdictOf(await bench.call('workday.nv', day(['1'])))).toBe(
      'INVALID_DATA :: Data form incorrect:. Working time data cannot be imported. Hours on this date have already been acknowledged or approved',
    );
  });
});

describe('a travel expense', () => {
  const expense = (ratio: string, employee = '1407') =>
    '<tripexpense><header>Matka 123</header><customlines><customline>' +
    `<employeeidentifier type="number">${employee}</employeeidentifier><ratio type="name">${ratio}</ratio>` +
    '<amount>1,00</amount><customlineunitprice iso4217currencycode="EUR">150,00</customlineunitprice>' +
    '<vatpercentage>13,5</vatpercentage><linedescription>Hotelli</linedescription><begindate>2026-11-18</begindate>' +
    '<enddate>2026-11-19</enddate><linestatus>confirmed</linestatus></customline></customlines></tripexpense>';
  beforeEach(() => bench.seed('employees', { number: '1407', firstName: 'Elli', lastName: 'Esimerkki' }));

  it('is added as often as it is sent', async () => {
    const keys = [
      await bench.call('tripexpense.nv', expense('Majoituskulut')),
      await bench.call('tripexpense.nv', expense('Majoituskulut')),
    ].map(keyOf);
    expect((await bench.state()).tripExpenses).toMatchObject(keys.map((key) => ({ key })));
    expect(new Set(keys).size).toBe(2);
  });

  it('needs a line', async () => {
    const refused = await bench.call('tripexpense.nv', '<tripexpense><header>Matka</header></tripexpense>');
    expect(categoryOf(refused)).toBe('INVALID_DATA');
  });

  it('calls its type as the language of the interface does', async () => {
    const verdict = async (name: string, language: string) =>
      categoryOf(await bench.call('tripexpense.nv', expense(name), { language }));
    expect(await verdict('Accommodation', 'EN')).toBe(null);
    expect(await verdict('Logikostnader', 'SE')).toBe(null);
    expect(await verdict('Majoituskulut', 'EN')).toBe('INVALID_DATA');
    expect(categoryOf(await bench.call('tripexpense.nv', expense('Majoituskulut', '9')))).toBe('INVALID_DATA');
  });
});

describe('the small lists', () => {
  it.each([
    ['getemployees.nv', '<Employees />'],
    ['getrecordtypelist.nv', '<RatioNumber>11</RatioNumber><CharacterType>1</CharacterType><UnitType>1</UnitType>'],
    ['payrollratiolist.nv?source=tripexpensecustomlines', '<Name iso639-1code="fi">Majoituskulut</Name>'],
    [
      'paymenttermlist.nv',
      '<Description>14 pv netto</Description><NetDays>14</NetDays><DiscountDays /><DiscountPercent /><IsDefault>1</IsDefault>',
    ],
    ['accountingperiodlist.nv', '<AccountingPeriodList><PeriodLockInformation /></AccountingPeriodList>'],
    ['accountlist.nv', '<Number>3000</Number><Name>Myynti</Name>'],
  ])('%s', async (target, content) => {
    const answered = await bench.call(target);
    expect([verdictOf(answered), contentOf(answered).includes(content)]).toEqual(['OK', true]);
  });
});
