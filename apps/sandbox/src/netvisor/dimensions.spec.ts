import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type Bench, categoryOf, contentOf, startBench, verdictOf } from './netvisor.spec-support.js';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.sandbox.close());

const customer = (base: string, more = '') =>
  `<customer><customerbaseinformation>${base}</customerbaseinformation>${more}</customer>`;

describe('dimensions', () => {
  const item = (inside: string) => `<dimensionitem><name>Projektit</name>${inside}</dimensionitem>`;
  const add = (inside: string) => bench.call('dimensionitem.nv?method=add', item(inside));
  const edit = (inside: string, more = '') => bench.call(`dimensionitem.nv?method=edit${more}`, item(inside));

  it('are added under a header that is there, and tell no key', async () => {
    expect(categoryOf(await add('<item>P1</item>'))).toBe('INVALID_DATA');
    const [header] = await bench.seed('dimensions', { name: 'Projektit' });
    const added = await add('<item>P1</item>');
    expect([verdictOf(added), contentOf(added)]).toEqual(['OK', '']);
    expect(categoryOf(await add('<item>P1</item>'))).toBe('DUPLICATE_DATA');
    expect(contentOf(await bench.call('dimensionlist.nv'))).toMatch(
      new RegExp(
        `^<DimensionNameList><DimensionName><Netvisorkey>${header}</Netvisorkey><Name>Projektit</Name>` +
          '<IsHidden>False</IsHidden><LinkType>0</LinkType><DimensionDetails><DimensionDetail>' +
          String.raw`<Netvisorkey>\d+</Netvisorkey><Name>P1</Name><IsHidden>False</IsHidden><Level>1</Level>` +
          '<Sort>0</Sort><EndSort>0</EndSort><FatherId>0</FatherId></DimensionDetail>',
      ),
    );
  });

  it('are renamed by their old name, hidden, and called by identifier and label together', async () => {
    await bench.seed('dimensions', { name: 'Projektit', items: [{ name: 'P1' }] });
    expect(categoryOf(await edit('<item>P2</item>'))).toBe('INVALID_DATA');
    expect(categoryOf(await edit('<item>P2</item><olditem>P9</olditem>'))).toBe('INVALID_DATA');
    expect(verdictOf(await edit('<item>P2</item><olditem>P1</olditem>'))).toBe('OK');
    expect(verdictOf(await edit('<item>P2</item><olditem>P2</olditem><code>P002</code><label>Sivut</label>'))).toBe(
      'OK',
    );
    expect(contentOf(await bench.call('dimensionlist.nv'))).toContain(
      '<Name>P002 Sivut</Name><Code>P002</Code><Label>Sivut</Label>',
    );
    await edit('<item>P002 Sivut</item><olditem>P002 Sivut</olditem><ishidden>True</ishidden>');
    expect(contentOf(await bench.call('dimensionlist.nv'))).not.toContain('<DimensionDetail>');
    expect(contentOf(await bench.call('dimensionlist.nv?showhidden=1'))).toContain('<IsHidden>True</IsHidden>');
  });

  it('have a name that no other has, and leave the old one free', async () => {
    await bench.seed('dimensions', { name: 'Projektit', items: [{ name: 'P1' }, { name: 'P2' }] });
    expect(categoryOf(await edit('<item>P2</item><olditem>P1</olditem>'))).toBe('DUPLICATE_DATA');
    expect(verdictOf(await edit('<item>P3</item><olditem>P1</olditem>'))).toBe('OK');
    expect(verdictOf(await add('<item>P1</item>'))).toBe('OK');
  });

  it('of a card are valid on the day, where the caller asks for that', async () => {
    await bench.seed('dimensions', { name: 'Projektit', items: [{ name: 'P1' }] });
    const period =
      '<activityperiodstart>2026-01-01</activityperiodstart><activityperiodend>2026-11-19</activityperiodend>';
    expect(verdictOf(await edit(`<item>P1</item><olditem>P1</olditem>${period}`))).toBe('OK');
    const use = '<dimensionname>Projektit</dimensionname><dimensionitem>P1</dimensionitem>';
    const body = customer(
      '<name>A</name>',
      `<customerdimensiondetails><dimension>${use}</dimension></customerdimensiondetails>`,
    );
    const checked = 'customer.nv?method=add&checkdimensionvalidityperiod=1';
    expect(categoryOf(await bench.call(checked, body))).toBe('INVALID_DATA');
    expect(verdictOf(await bench.call('customer.nv?method=add', body))).toBe('OK');
    bench.clock.now = new Date('2026-11-19T20:00:00Z');
    expect(verdictOf(await bench.call(checked, body))).toBe('OK');
  });

  it('stand below each other, and move only when the parent is to be changed', async () => {
    await bench.seed('dimensions', { name: 'Projektit', items: [{ name: 'A' }, { name: 'B' }] });
    const keyOfItem = async (name: string) =>
      Number((await bench.state()).dimensions[0]?.items.find((one) => one['name'] === name)?.['key']);
    const [a, b] = [await keyOfItem('A'), await keyOfItem('B')];
    expect(categoryOf(await add(`<item>A1</item><fatherid>${a}</fatherid>`))).toBe('INVALID_DATA');
    expect(verdictOf(await add(`<item>A1</item><fatherid>${a}</fatherid><fatheritem>A</fatheritem>`))).toBe('OK');
    const levels = async () =>
      [
        ...contentOf(await bench.call('dimensionlist.nv')).matchAll(
          /<Name>(\w+)<\/Name><IsHidden>\w+<\/IsHidden><Level>(\d)<\/Level><Sort>(\d)<\/Sort><EndSort>(\d)/g,
        ),
      ].map((match) => match.slice(1).join(' '));
    expect(await levels()).toEqual(['A 1 0 1', 'A1 2 1 1', 'B 1 2 2']);
    const move = `<item>A1</item><olditem>A1</olditem><fatherid>${b}</fatherid><fatheritem>B</fatheritem>`;
    await edit(move);
    expect(await levels()).toEqual(['A 1 0 1', 'A1 2 1 1', 'B 1 2 2']);
    await edit(move, '&updateparentreference=true');
    expect(await levels()).toEqual(['A 1 0 0', 'B 1 1 2', 'A1 2 2 2']);
    const under = `<item>B</item><olditem>B</olditem><fatherid>${await keyOfItem('A1')}</fatherid><fatheritem>A1</fatheritem>`;
    expect(categoryOf(await edit(under, '&updateparentreference=true'))).toBe('INVALID_DATA');
  });

  it('of a card are made where they are not there, unless the caller forbids it', async () => {
    const details =
      '<customerdimensiondetails><dimension><dimensionname>Alue</dimensionname><dimensionitem>Itä</dimensionitem></dimension></customerdimensiondetails>';
    const body = customer('<name>A</name>', details);
    expect(categoryOf(await bench.call('customer.nv?method=add&useonlyexistingdimensions=1', body))).toBe(
      'INVALID_DATA',
    );
    expect((await bench.state()).dimensions).toEqual([]);
    expect(verdictOf(await bench.call('customer.nv?method=add', body))).toBe('OK');
    expect((await bench.state()).dimensions).toMatchObject([{ name: 'Alue', items: [{ name: 'Itä' }] }]);
    expect(verdictOf(await bench.call('customer.nv?method=add&useonlyexistingdimensions=1', body))).toBe('OK');
  });
});
