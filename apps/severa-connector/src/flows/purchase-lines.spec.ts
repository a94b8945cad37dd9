import { describe, expect, it } from '@jest/globals';

import { element, type NetvisorElement, type NetvisorRequest, type SeveraRequest } from '#lib/upstream';

import type { Incoming, Known, Situation, Step } from '../engine/flow.js';
import type { PurchaseLine } from './purchase-line.js';
import { amountOf, purchaseLines } from './purchase-lines.js';
import { readAll, settingsOf, type World } from './reading.spec-support.js';

const SETTINGS = { purchaseLines: { mode: 'automatic', projectHeader: 'Projektit', productCode: 'OSTO' } };

const LINE: PurchaseLine = {
  invoice: '12',
  invoiceNumber: '2451',
  date: '2026-11-10',
  vendor: 'Toimittaja Oy',
  gross: '125.50',
  net: '100.00',
  vatCode: 'KOOS',
  description: 'Palvelin',
  foreignCurrency: null,
  projectItem: '1001 Sivut',
  projects: ['p-1'],
  product: 'pr-1',
};

const situationOf = (line: PurchaseLine, more: Partial<Situation> = {}): Situation => ({
  key: '12/345',
  source: line,
  known: null,
  unsure: null,
  settings: settingsOf(SETTINGS),
  today: '2026-11-20',
  ...more,
});

const answered = (body: unknown, nextPageToken: string | null = null): Incoming => ({
  system: 'severa',
  reply: { as: 'ok', status: 200, body, nextPageToken },
});

function requestOf(step: Step): SeveraRequest {
  if ((step.do !== 'write' && step.do !== 'ask') || !('request' in step.call) || step.call.system !== 'severa') {
    throw new Error(step.do);
  }
  return step.call.request;
}

type Call = Step & { readonly do: 'ask' | 'write' };

describe('a line of a purchase invoice', () => {
  it('becomes a fee of its project', () => {
    const step = purchaseLines.next(situationOf(LINE));
    expect(step).toMatchObject({ do: 'write', operation: 'create', repeatable: false });
    expect(requestOf(step)).toEqual({
      method: 'POST',
      path: ['projectfees'],
      body: {
        project: { guid: 'p-1' },
        product: { guid: 'pr-1' },
        name: 'Palvelin',
        description: 'Toimittaja Oy 2451 [Netvisor 12/345]',
        eventDate: '2026-11-10',
        quantity: 1,
        unitCost: { amount: { decimal: '100.00' }, currencyCode: 'EUR' },
        unitPrice: { amount: { decimal: '100.00' }, currencyCode: 'EUR' },
        isBillable: true,
      },
    });
  });

  it('that is not billed on has a cost and no price', () => {
    const settings = settingsOf({ purchaseLines: { ...SETTINGS.purchaseLines, billable: false, productCode: null } });
    const { body } = requestOf(purchaseLines.next(situationOf({ ...LINE, product: null }, { settings })));
    expect(body).toMatchObject({ isBillable: false, unitPrice: { amount: { decimal: '0' } } });
    expect(body).not.toHaveProperty('product');
  });

  it.each([
    ['KOOS', '100.00'],
    ['-', '125.50'],
    ['NONE', '125.50'],
    ['EUOS', null],
    ['', null],
  ])('of the VAT code "%s" is worth %s', (vatCode, amount) => {
    expect(amountOf({ ...LINE, vatCode })).toBe(amount);
  });

  it.each([
    ['no project moved as its item', { projects: [], projectItem: 'Sivut' }, 'purchase-project-unknown', 'Sivut'],
    ['several did', { projects: ['p-1', 'p-2'] }, 'purchase-project-ambiguous', '1001 Sivut'],
    ['its invoice is in another currency', { foreignCurrency: 'SEK' }, 'purchase-currency', 'SEK'],
    ['its VAT code does not tell the sum', { vatCode: 'EUPO' }, 'purchase-vat-code', 'EUPO'],
    ['it has no sum of that kind', { net: null }, 'purchase-vat-code', 'KOOS'],
  ] as const)('is rejected where %s', (_, more, cause, message) => {
    expect(purchaseLines.next(situationOf({ ...LINE, ...more }))).toMatchObject({
      do: 'reject',
      objections: [{ cause, message }],
    });
  });

  it('whose answer was lost is looked for on every page of its project, and made again only then', () => {
    let situation = situationOf(LINE, { unsure: 'create' });
    const learn = (incoming: Incoming): Known => {
      const known = purchaseLines.learn(situation, purchaseLines.next(situation) as Call, incoming);
      situation = { ...situation, known, unsure: null };
      return known;
    };
    const asked = () => requestOf(purchaseLines.next(situation));
    expect(asked()).toEqual({ method: 'GET', path: ['projects', 'p-1', 'projectfees'], query: [['rowCount', '100']] });
    const others = [
      { guid: 'f-1', description: 'x [Netvisor 12/34]' },
      { guid: 'f-2', description: null },
    ];
    // What is being looked for must not be forgotten, so it has a key.
    expect(learn(answered(others, 'page-2'))).toEqual({ key: '?', page: 'page-2' });
    expect(asked().query).toEqual([
      ['rowCount', '100'],
      ['pageToken', 'page-2'],
    ]);
    const before = situation;
    expect(learn(answered([{ guid: 'f-3', description: 'x [Netvisor 12/345]' }], 'page-3'))).toMatchObject({
      key: 'f-3',
    });
    expect(purchaseLines.next(situation)).toEqual({ do: 'done' });

    situation = before;
    expect(learn(answered([]))).toEqual({ key: null });
    expect(purchaseLines.next(situation)).toMatchObject({ do: 'write', operation: 'create' });
  });

  it('whose answer was lost is looked for where it was sent, though it names another project by now', () => {
    const { known = null } = purchaseLines.next(situationOf(LINE)) as Call & { readonly do: 'write' };
    const elsewhere = situationOf({ ...LINE, projects: ['p-2'] }, { known, unsure: 'create' });
    const look = purchaseLines.next(elsewhere) as Call;
    expect(requestOf(look).path).toEqual(['projects', 'p-1', 'projectfees']);
    const further = purchaseLines.learn(elsewhere, look, answered([], 'page-2'));
    expect(requestOf(purchaseLines.next({ ...elsewhere, known: further, unsure: null })).path).toContain('p-1');
    const there = purchaseLines.learn(elsewhere, look, answered([{ guid: 'f-3', description: 'x [Netvisor 12/345]' }]));
    expect(purchaseLines.next({ ...elsewhere, known: there, unsure: null })).toMatchObject({
      do: 'reject',
      objections: [{ cause: 'changed-after-transfer' }],
    });
    const nowhere = purchaseLines.learn(elsewhere, look, answered([]));
    const again = purchaseLines.next({ ...elsewhere, known: nowhere, unsure: null });
    expect(requestOf(again).body).toMatchObject({ project: { guid: 'p-2' } });
  });

  it('is known by the fee that was made of it, and looked for where that was not said', () => {
    const situation = situationOf(LINE);
    const step = purchaseLines.next(situation) as Call;
    for (const body of [[{ guid: 'f-9' }], { guid: 'f-9' }]) {
      const known = purchaseLines.learn(situation, step, answered(body));
      expect(known.key).toBe('f-9');
      expect(purchaseLines.next({ ...situation, known })).toEqual({ do: 'done' });
    }
    const known = purchaseLines.learn(situation, step, answered([]));
    expect(purchaseLines.next({ ...situation, known })).toMatchObject({ do: 'ask', operation: 'look-up' });
  });

  it('is not made again when it was made without a word of its guid, and is not found', () => {
    const situation = situationOf(LINE);
    const step = purchaseLines.next(situation) as Call;
    let known = purchaseLines.learn(situation, step, answered(null));
    for (const page of ['page-2', null]) {
      const look = purchaseLines.next({ ...situation, known }) as Call;
      expect(look).toMatchObject({ do: 'ask', operation: 'look-up' });
      known = purchaseLines.learn({ ...situation, known }, look, answered([{ guid: 'f-1' }], page));
    }
    expect(purchaseLines.next({ ...situation, known })).toMatchObject({
      do: 'reject',
      objections: [{ cause: 'repeat-unsafe' }],
    });
    // Forgotten with the rejection, so that a person may have it made all the same.
    expect(known.key).toBeNull();
  });

  it('that was changed after its transfer is told', () => {
    const situation = situationOf(LINE);
    const known = purchaseLines.learn(situation, purchaseLines.next(situation) as Call, answered([{ guid: 'f-9' }]));
    const changed = situationOf({ ...LINE, net: '101.00' }, { known });
    expect(purchaseLines.next(changed)).toMatchObject({
      do: 'reject',
      objections: [{ cause: 'changed-after-transfer' }],
    });
    expect(purchaseLines.next(situationOf({ ...LINE, projectItem: '1001 Uusi' }, { known }))).toEqual({ do: 'done' });
    expect(purchaseLines.next({ ...changed, known: { key: 'by-hand:12/345' } })).toEqual({ do: 'done' });
  });
});

describe('a purchase line whose project or product was not there when it was read', () => {
  const LACKING: PurchaseLine = { ...LINE, projects: [], product: null };
  const PROJECTS = [
    { guid: 'p-9', number: 1001, name: 'Muu' },
    { guid: 'p-1', number: 1001, name: 'SIVUT' },
  ];
  const tried = (answers: Readonly<Record<string, unknown>>) => {
    let situation = situationOf(LACKING);
    const asked: string[] = [];
    for (;;) {
      const step = purchaseLines.next(situation);
      if (step.do !== 'ask') return { step, situation, asked };
      const { path, query = [] } = requestOf(step);
      asked.push([path.join('/'), ...query.map((pair) => pair.join('='))].join(' '));
      const known = purchaseLines.learn(situation, step, answered(answers[path.join('/')]));
      situation = { ...situation, known };
    }
  };

  it('is tried with what Severa has by now', () => {
    const { step, situation, asked } = tried({ projects: PROJECTS, products: [{ guid: 'pr-1', code: 'OSTO' }] });
    expect(asked).toEqual(['projects numbers=1001', 'products code=OSTO isActive=true']);
    expect(requestOf(step).body).toMatchObject({ project: { guid: 'p-1' }, product: { guid: 'pr-1' } });
    const known = purchaseLines.learn(situation, step as Call, answered([{ guid: 'f-9' }]));
    expect(purchaseLines.next({ ...situation, known })).toEqual({ do: 'done' });
    // Read anew, with all of it: the same line still.
    expect(purchaseLines.next(situationOf(LINE, { known }))).toEqual({ do: 'done' });
  });

  it('is looked for in the project that was found, should the answer be lost', () => {
    const { situation } = tried({ projects: PROJECTS, products: [{ guid: 'pr-1', code: 'OSTO' }] });
    const step = purchaseLines.next({ ...situation, unsure: 'create' });
    expect(requestOf(step).path).toEqual(['projects', 'p-1', 'projectfees']);
  });

  it.each([
    ['has none', []],
    ['has two of the name', [{ guid: 'p-2', number: 1001, name: 'Sivut' }, ...PROJECTS]],
  ])('is rejected where Severa %s, and asked for anew when it is tried again', (_, projects) => {
    const { step, situation } = tried({ projects, products: [] });
    expect(step).toMatchObject({
      do: 'reject',
      objections: [
        { cause: 'purchase-project-unknown', message: '1001 Sivut' },
        { cause: 'purchase-product-missing', message: 'OSTO' },
      ],
    });
    expect(situation.known?.key).toBeNull();
  });
});

describe('the reading of purchase lines', () => {
  const leaf = (name: string, text: string): NetvisorElement => element(name, text);
  const line = (key: string, item: string | null, fields: Readonly<Record<string, string>> = {}): NetvisorElement =>
    element('PurchaseInvoiceLine', [
      leaf('NetvisorKey', key),
      ...Object.entries({
        LineSum: '125,50',
        LineNetSum: '100,00',
        VatCode: 'KOOS',
        Description: 'Palvelin',
        ...fields,
      }).map(([name, text]) => leaf(name, text)),
      element('PurchaseInvoiceLineDimensions', [
        element('Dimension', [leaf('DimensionName', 'Kustannuspaikat'), leaf('DimensionDetailName', 'Myynti')]),
        item !== null && element('Dimension', [leaf('DimensionName', 'projektit'), leaf('DimensionDetailName', item)]),
      ]),
    ]);
  const invoice = (key: string, ...lines: readonly NetvisorElement[]): NetvisorElement =>
    element('PurchaseInvoice', [
      leaf('PurchaseInvoiceNetvisorKey', key),
      leaf('PurchaseInvoiceNumber', `24${key}`),
      leaf('PurchaseInvoiceDate', '10.11.2026'),
      leaf('VendorName', 'Toimittaja Oy'),
      element('InvoiceLines', lines),
    ]);
  const INVOICES: Readonly<Record<string, NetvisorElement>> = {
    '12': invoice(
      '12',
      line('1', '1001 Sivut'),
      line('2', null),
      line('3', '1002', { Description: '', ProductName: 'T' }),
    ),
    '13': invoice('13', line('4', '1001 Sivut', { LineSum: '0,00', LineNetSum: '0,00' })),
    '14': invoice('14', line('5', '1001 Sivut', { LineSum: '1.234,50', LineNetSum: '' })),
  };
  const status = ({ query }: NetvisorRequest) => query?.find(([name]) => name === 'invoicestatus')?.[1];
  const netvisor = (request: NetvisorRequest): NetvisorElement => {
    if (request.resource === 'purchaseinvoicelist.nv') {
      const keys = { approved: ['12'], accepted: ['12', '13'] }[status(request) ?? ''] ?? ['12', '13'];
      return element('Root', [
        element(
          'PurchaseInvoiceList',
          keys.map((key) => element('PurchaseInvoice', [leaf('NetvisorKey', key)])),
        ),
      ]);
    }
    const keys = request.query?.find(([name]) => name === 'netvisorkeylist')?.[1].split(',') ?? [];
    const found = keys.flatMap((key) => INVOICES[key] ?? []);
    return element('Root', keys.length === 1 ? found : [element('PurchaseInvoices', found)]);
  };
  const severa = (path: string): unknown =>
    path === 'products'
      ? [
          { guid: 'pr-0', code: 'OSTO2' },
          { guid: 'x', code: 'X' },
          { guid: 'pr-1', code: 'OSTO' },
        ]
      : [];
  const world: World = { settings: SETTINGS, netvisor, severa, pairs: { dimensions: { 'p-1': '1001 Sivut' } } };

  it('finds the lines that name an item under the header, and the projects that moved as it', async () => {
    const { records } = await readAll(purchaseLines, world);
    const common = {
      invoice: '12',
      invoiceNumber: '2412',
      date: '2026-11-10',
      vendor: 'Toimittaja Oy',
      gross: '125.50',
      net: '100.00',
      vatCode: 'KOOS',
      foreignCurrency: null,
      product: 'pr-1',
    };
    expect(records).toEqual([
      {
        key: '12/1',
        number: '2412 / 1',
        name: 'Toimittaja Oy',
        content: { ...common, description: 'Palvelin', projectItem: '1001 Sivut', projects: ['p-1'] },
      },
      {
        key: '12/3',
        number: '2412 / 3',
        name: 'Toimittaja Oy',
        content: { ...common, description: 'T', projectItem: '1002', projects: [] },
      },
    ]);
  });

  it('asks for handled invoices of this month and the one before, and then for what was changed', async () => {
    expect((await readAll(purchaseLines, world)).asked.slice(0, 2)).toEqual([
      'purchaseinvoicelist.nv begininvoicedate=2026-10-01 invoicestatus=approved',
      'purchaseinvoicelist.nv begininvoicedate=2026-10-01 invoicestatus=accepted',
    ]);
    const { asked } = await readAll(purchaseLines, { ...world, since: new Date('2026-11-19T22:30:00Z') });
    expect(asked.slice(1, 4)).toEqual([
      'purchaseinvoicelist.nv lastmodifiedstart=2026-11-19T22:30:00 lastmodifiedend=2026-11-21T23:59:59 invoicestatus=accepted',
      'products code=OSTO isActive=true rowCount=100',
      'getpurchaseinvoice.nv netvisorkeylist=12,13 omitattachments=1',
    ]);
  });

  it('does not take a line whose sums cannot be read for one of nothing', async () => {
    const one = (request: NetvisorRequest): NetvisorElement =>
      request.resource === 'purchaseinvoicelist.nv'
        ? element('Root', [element('PurchaseInvoiceList', [element('PurchaseInvoice', [leaf('NetvisorKey', '14')])])])
        : netvisor(request);
    const { records } = await readAll(purchaseLines, { ...world, netvisor: one });
    expect(records.map(({ key, content }) => [key, content['gross'], content['net']])).toEqual([['14/5', null, null]]);
  });

  it('shows all invoices where a person chooses', async () => {
    const settings = { purchaseLines: { ...SETTINGS.purchaseLines, mode: 'on-demand' } };
    const { asked } = await readAll(purchaseLines, { ...world, settings });
    expect(asked[0]).toBe('purchaseinvoicelist.nv begininvoicedate=2026-10-01');
  });

  it('is of nothing without a header, and asks nobody', async () => {
    const settings = { purchaseLines: { mode: 'automatic' } };
    expect(await readAll(purchaseLines, { ...world, settings })).toEqual({ records: [], gone: [], asked: [] });
    expect(purchaseLines.mode(settingsOf(settings))).toBe('off');
  });
});
