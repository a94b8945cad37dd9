import type * as Contracts from '../libs/contracts/src/index.ts';
import type * as Documents from '../libs/documents/src/index.ts';
import type * as Policy from '../libs/policy/src/index.ts';
import { orderSection, payrollSection, table } from './import-options.ts';

/** The rooms that the page is made from: its cells are what their functions answer. */
export interface Rooms {
  readonly contracts: typeof Contracts;
  readonly documents: typeof Documents;
  readonly policy: typeof Policy;
}

type Register = keyof Policy.RegisterModes;
type Mode = Policy.RegisterModes[Register];
type Stream = Contracts.DocumentStream;

interface Way {
  readonly stream: Stream;
  readonly register: Register;
  readonly mode: Mode;
  readonly hasChildren: boolean;
}

/** What the form calls a mode; a mode that is missing here has no choice in the form. */
const NAMES: Readonly<Partial<Record<Register, Readonly<Partial<Record<Mode, string>>>>>> = {
  company: {
    'add-only': 'Lisää uudet tietueet (ei päivitystä)',
    'update-all': 'Päivitä kaikki tietueet',
    'update-keep': 'Päivitä kaikki tietueet, säilytä kentät joita ei aineistossa',
  },
  product: {
    'add-only': 'Lisää uudet tietueet (ei päivitystä)',
    'update-all': 'Päivitä kaikki tietueet',
    'replace-all': 'Poista kaikki tuotteet ensin, lisää aineiston tuotteet',
    'update-keep': 'our own: what the explanation of the third choice says',
  },
  order: {
    'add-only': 'Lisää uudet tietueet (ei päivitystä)',
    'update-all': 'Päivitä kaikki tietueet',
  },
};

/** `docs/reference/import-modes.md`: for every stream, mode and option, what an import does. */
export function importModesPage(rooms: Rooms): string {
  const ways = waysOf(rooms);
  return [
    '# Import modes',
    '',
    'What an import does to a record, by the XML settings [XML-siirtojen perustiedot] of the company. The cells are the',
    'answers of the executable specification in `libs/policy` (`planRecord`, `completeOrder`, `payrollDimensions`,',
    '`rejectsWholeDocument`), asked by `npm run docs`; only what becomes of records that the data lacks is written here',
    'by hand, since no record of the data stands for them. How to choose: [XML settings](../how-to/xml-settings.md).',
    '',
    ...recordSection(rooms.policy, ways),
    ...fieldSection(rooms.policy, ways),
    ...orderSection(rooms.policy),
    ...payrollSection(rooms.policy),
  ].join('\n');
}

/** Every mode of every register that documents bring in, in the order of the stream catalogue. */
function waysOf({ contracts, documents, policy }: Rooms): readonly Way[] {
  const modes: Readonly<Partial<Record<string, readonly Mode[]>>> = {
    company: policy.COMPANY_REGISTER_MODES,
    product: policy.PRODUCT_REGISTER_MODES,
    order: policy.SALES_ORDER_MODES,
    payroll_batch: policy.PAYROLL_MODES,
  };
  return contracts.DOCUMENT_STREAM_NAMES.filter((stream) => contracts.supports(stream, 'import')).flatMap((stream) =>
    documents.tablesOf(stream).flatMap(({ register, children }) =>
      (modes[register] ?? policy.BASE_DATA_MODES).map((mode) => ({
        stream,
        register: register as Register,
        mode,
        hasChildren: children.length > 0,
      })),
    ),
  );
}

function recordSection({ planRecord, rejectsWholeDocument }: typeof Policy, ways: readonly Way[]): string[] {
  const rows = ways.map(({ stream, register, mode }) => [
    stream,
    register,
    `\`${mode}\``,
    NAMES[register]?.[mode] ?? '–',
    planRecord(register, mode, null, INCOMING, PROBE).do === 'create' ? 'is created from the data' : '?',
    ...[false, true].map((imported) => verdict(planRecord(register, mode, existing(imported), INCOMING, PROBE))),
    mode === 'replace-all' ? '**is deleted**; can be restored' : 'stays',
    rejectsWholeDocument(mode, 1) ? 'stops the whole document' : 'is left out, the others go in',
  ]);
  return [
    '## Records',
    '',
    'A record that is deleted counts as one that is not in the register; a payroll batch counts as there for ever. Kiha,',
    'projektit and tilaushistoria are only exported. Base data has one mode, whatever it comes with.',
    '',
    ...table(
      ['stream', 'register', 'mode', 'in the form', 'new', 'made by hand', 'imported before', 'lacking', 'faulty'],
      rows,
    ),
    '',
    '- **new**: the data names a record that the register does not have. **Lacking**: the register has one that the data',
    '  does not name. **Faulty**: a record of the data that cannot be read.',
    '- **made by hand**: no import has ever named the record. After an import that does anything but leave it alone, it is',
    '  one that was imported before.',
    '',
  ];
}

function fieldSection({ planRecord }: typeof Policy, ways: readonly Way[]): string[] {
  const rows = ways.flatMap(({ register, mode, hasChildren }) =>
    [false, true].map((imported) => [
      register,
      `\`${mode}\``,
      imported ? 'imported before' : 'made by hand',
      ...fieldCells(planRecord(register, mode, existing(imported), INCOMING, PROBE), hasChildren),
    ]),
  );
  return [
    '## Fields',
    '',
    'Of a record that is in the register. A field of the data is _given_, _absent_ (no element) or _empty_ (an element',
    'without text). Parts are addresses and bank accounts of a company, rows of an order or a payroll batch.',
    '',
    ...table(
      [
        'register',
        'mode',
        'the record',
        'given',
        'absent',
        'empty',
        'a part that the data lacks',
        "a part's absent field",
        'a new part',
      ],
      rows,
    ),
    '',
  ];
}

/** A register with one field for each way in which a document may speak of it, and parts likewise. */
const PROBE = { fields: ['given', 'absent', 'empty'], children: { parts: ['given', 'absent'] } };
const INCOMING = {
  fields: { given: 'new', empty: null },
  children: { parts: { both: { given: 'new' }, coming: { given: 'new' } } },
};
const existing = (imported: boolean): Policy.RegisterRecord => ({
  fields: { given: 'old', absent: 'old', empty: 'old' },
  children: { parts: { both: { given: 'old', absent: 'old' }, lacking: { given: 'old', absent: 'old' } } },
  imported,
});

function verdict(plan: Policy.RecordPlan): string {
  switch (plan.do) {
    case 'leave':
      return 'is left alone';
    case 'reject':
      return `is refused: \`${plan.reason}\``;
    case 'update':
      return plan.after.fields['absent'] === null ? "**becomes the data's**" : 'is updated, the rest kept';
    case 'create':
    case 'unchanged':
      return plan.do;
  }
}

function fieldCells(plan: Policy.RecordPlan, hasChildren: boolean): readonly string[] {
  if (plan.do !== 'update') return Array.from({ length: 6 }, (_, n) => (n < 3 || hasChildren ? 'stays' : '–'));
  const { fields, children } = plan.after;
  const parts = children['parts'] ?? {};
  const own = [fate(fields['given']), fate(fields['absent']), fate(fields['empty'])];
  if (!hasChildren) return [...own, '–', '–', '–'];
  const lacking = parts['lacking'] === undefined ? '**is removed**' : 'stays';
  return [...own, lacking, fate(parts['both']?.['absent']), parts['coming'] === undefined ? 'stays out' : 'is added'];
}

const fate = (after: string | null | undefined): string =>
  after === 'new' ? 'replaces' : after === 'old' ? 'stays' : '**is emptied**';
