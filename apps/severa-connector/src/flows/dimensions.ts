import { element, type NetvisorElement } from '#lib/upstream';

import type {
  Flow,
  Incoming,
  Known,
  Objection,
  Outgoing,
  Reading,
  Refusal,
  Situation,
  Step,
  TargetPage,
} from '../engine/flow.js';
import { DIMENSION_LIST, DimensionList, dimensionMatch } from './dimension-list.js';
import { DIMENSION_KINDS, type DimensionSource, matchIn, readDimensions } from './dimension-source.js';
import { netvisorRoot } from './good-answer.js';
import { foreignLetter } from './netvisor-text.js';

/** `key` is the item's name in Netvisor, which is all that a document refers to it by. */
interface DimensionKnown extends Known {
  /** What was looked for when the key was learnt; absent where only "it is not there" is known. */
  readonly sought?: string;
  /** It was found there under the name we have for it. */
  readonly linked?: boolean;
  /** The name that was sent; it may be there, should the answer have been lost. */
  readonly tried?: string;
  /** The day on which a refusal made us look again: once a day, so that a refusal that stays is told. */
  readonly refusedOn?: string;
}

/**
 * Severa's projects and business units as dimension items [laskentakohteet] under the headers that the company chose.
 *
 *   known of Netvisor's item           | step
 *   -----------------------------------+---------------------------------------------------------
 *   it has the name we want            | done
 *   nothing, or of another name/header | look-up: the tree has no key of ours, so names decide
 *   none of this name                  | create
 *   it has the name of before, or one  | change: it is renamed, by that name
 *   that was sent and never answered   |
 *
 * An item that is there already is linked, never made twice. What has no header in Netvisor, shares its name with
 * another record, or has letters that Netvisor lacks, is rejected. Nothing is hidden there: not when a project is
 * closed, not when it is deleted.
 *
 * Source: contracts/netvisor §4.5, §5.4.
 */
export const dimensions: Flow = {
  name: 'dimensions',
  stream: 'severa-laskentakohteet',
  direction: 'import',
  source: 'severa',
  mode: ({ dimensions: chosen }) => {
    if (chosen === null || DIMENSION_KINDS.every((kind) => chosen[kind] === null)) return 'off';
    return chosen.when === 'on-demand' ? 'on-demand' : 'automatic';
  },
  every: () => 'nightly',
  whole: true,
  read: readDimensions,
  index,
  matchOf: (source) => matchIn(source as DimensionSource),
  next,
  learn,
  learnRefusal,
};

async function* index(
  { calls, settings }: Omit<Reading, 'since'>,
  wanted?: ReadonlySet<string>,
): AsyncGenerator<TargetPage> {
  const list = new DimensionList(await calls.netvisor(DIMENSION_LIST));
  const found: [string, Known][] = [];
  for (const kind of DIMENSION_KINDS) {
    const header = settings.dimensions?.[kind] ?? null;
    for (const item of header === null ? [] : list.itemsOf(header)) {
      const sought = dimensionMatch(header ?? '', item);
      if (wanted === undefined || wanted.has(sought)) found.push([sought, { key: item, sought, linked: true }]);
    }
  }
  yield { found };
}

function next(situation: Situation): Step {
  const { unsure } = situation;
  const source = situation.source as DimensionSource | null;
  const known = dimensionKnown(situation);
  const match = source && matchIn(source);
  if (!source || source.header === null) return { do: 'done' };
  if (unsure === null && match !== null && known?.sought === match && known.key === source.item) {
    return { do: 'done', linked: known.linked === true };
  }
  const [objection, ...more] = objectionsTo(source);
  if (objection) return { do: 'reject', objections: [objection, ...more] };
  if (unsure !== null || !wasSought(known, match)) {
    return { do: 'ask', operation: 'look-up', call: { system: 'netvisor', request: DIMENSION_LIST } };
  }
  // Repeated, either would meet what it had done itself: an item of that name, or none of the old one.
  const trying = { ...known, key: known?.key ?? null, sought: match ?? '', tried: source.item ?? '' };
  return known?.key == null
    ? { do: 'write', operation: 'create', call: writing(source, 'add'), repeatable: false, known: trying }
    : { do: 'write', operation: 'change', call: writing(source, 'edit', known.key), repeatable: false, known: trying };
}

const dimensionKnown = ({ known }: Situation): DimensionKnown | null => known;

function objectionsTo({ kind, item, headerThere, shared }: DimensionSource): readonly Objection[] {
  const letter = item === null ? null : foreignLetter(item);
  const objections: (Objection | false)[] = [
    !headerThere && { cause: 'dimension-header-missing', field: kind },
    item === null && { cause: 'dimension-without-name', field: 'name' },
    letter !== null && { cause: 'letter-unknown', field: 'name', message: letter },
    shared && { cause: 'dimension-name-shared', field: 'name', message: item ?? '' },
  ];
  return objections.filter((objection) => objection !== false);
}

/** An index says of what it did not meet only that it is not there. */
const wasSought = (known: DimensionKnown | null, match: string | null): boolean =>
  known !== null && (known.sought === undefined ? known.key === null : known.sought === match);

function writing({ header, item }: DimensionSource, method: 'add' | 'edit', olditem?: string): Outgoing {
  const body: NetvisorElement = element('dimensionitem', [
    element('name', header ?? ''),
    element('item', item ?? ''),
    olditem !== undefined && element('olditem', olditem),
  ]);
  const request = { method: 'POST', resource: 'dimensionitem.nv', query: [['method', method]], body } as const;
  return { system: 'netvisor', request };
}

function learn(situation: Situation, step: Step & { readonly do: 'ask' | 'write' }, incoming: Incoming): Known {
  const source = situation.source as DimensionSource;
  const sought = matchIn(source) ?? '';
  const root = netvisorRoot(incoming);
  if (step.do === 'write') return { key: source.item, sought };
  const list = new DimensionList(root);
  const known = dimensionKnown(situation);
  const refused = known?.refusedOn === undefined ? {} : { refusedOn: known.refusedOn };
  const found = list.itemOf(source.header ?? '', source.item ?? '');
  if (found !== null) return { key: found, sought, linked: true, ...refused };
  return { key: itemOfBefore(list, source.header ?? '', situation), sought, ...refused };
}

/**
 * The item under an earlier name: the one that was sent last, where nobody knows whether it arrived, or the one before.
 * Under another header it is another item, and stays as it is.
 */
function itemOfBefore(list: DimensionList, header: string, situation: Situation): string | null {
  const known = dimensionKnown(situation);
  const sameHeader = known?.sought === undefined || known.sought.startsWith(dimensionMatch(header, ''));
  if (!sameHeader) return null;
  const tried = situation.unsure === null ? undefined : known?.tried;
  const names = [tried, known?.key].filter((name) => typeof name === 'string');
  return names.map((name) => list.itemOf(header, name)).find((item) => item !== null) ?? null;
}

/**
 * An item that is there after all, or that has lost the name it had: somebody was at work in Netvisor meanwhile. It is
 * looked up once more.
 */
function learnRefusal(situation: Situation, step: Step, { category }: Refusal): Known | null {
  const { source, today } = situation;
  const known = dimensionKnown(situation);
  if (step.do !== 'write' || known?.refusedOn === today) return null;
  if (category !== 'DUPLICATE_DATA' && !(step.operation === 'change' && category === 'INVALID_DATA')) return null;
  // No item has an empty name, so this is looked for by none.
  const sought = dimensionMatch((source as DimensionSource).header ?? '', '');
  return { key: known?.key ?? null, sought, refusedOn: today };
}
