import type { SeveraRequest } from '#lib/upstream';

import type { JsonObject, Reading, SourcePage, SourceRecord } from '../engine/flow.js';
import { dimensionItem } from './dimension-item.js';
import { DIMENSION_LIST, DimensionList, dimensionMatch } from './dimension-list.js';
import { numberIn, objectsOf, type SeveraObject, textIn } from './severa-json.js';

export const DIMENSION_KINDS = ['projects', 'businessUnits'] as const;
export type DimensionKind = (typeof DIMENSION_KINDS)[number];

/** A project or a business unit, as the item that it is to be. */
export interface DimensionSource extends JsonObject {
  readonly kind: DimensionKind;
  /** The header it belongs under, as Netvisor writes it; `null`: its kind no longer moves. */
  readonly header: string | null;
  readonly headerThere: boolean;
  /** `null`: it has neither a number nor a name. */
  readonly item: string | null;
  /** Another record would have the same name under the same header. */
  readonly shared: boolean;
}

const REQUESTS: Readonly<Record<DimensionKind, SeveraRequest>> = {
  projects: { method: 'GET', path: ['projects'], query: [['rowCount', '100']], paging: 'token' },
  businessUnits: { method: 'GET', path: ['businessunits'], query: [['rowCount', '100']], paging: 'rows' },
};

const PAGE = 500;

type Found = Omit<SourceRecord, 'content'> & { readonly content: DimensionSource };

/**
 * All projects, closed ones too, and all business units: flat, since an item's place in Netvisor's hierarchy does not
 * matter to the documents that name it (contracts/netvisor §4.5).
 *
 * Nothing is handed on before all is read: whether a name is its record's alone is known only then. A kind that no
 * longer moves is met all the same where it has moved, since it is not gone.
 */
export async function* readDimensions(reading: Reading): AsyncGenerator<SourcePage> {
  const list = new DimensionList(await reading.calls.netvisor(DIMENSION_LIST));
  // By key: a list that grows while its pages are read gives a record twice, which shares its name with nobody.
  const byKey = new Map<string, Found>();
  for (const kind of DIMENSION_KINDS) {
    const wanted = reading.settings.dimensions?.[kind] ?? null;
    const header = wanted === null ? null : (list.headerOf(wanted) ?? wanted);
    const headerThere = wanted !== null && list.headerOf(wanted) !== null;
    for await (const page of reading.calls.severaPages(REQUESTS[kind])) {
      const records = objectsOf(page).flatMap((object) => recordOf(object, { kind, header, headerThere }));
      for (const one of header === null ? await movedBefore(reading, records) : records) byKey.set(one.key, one);
    }
  }
  const found = [...byKey.values()];
  const names = timesMet(found);
  for (let from = 0; from < found.length; from += PAGE) {
    yield { records: found.slice(from, from + PAGE).map((record) => withShared(record, names)) };
  }
}

function recordOf(
  object: SeveraObject,
  place: Pick<DimensionSource, 'kind' | 'header' | 'headerThere'>,
): readonly Found[] {
  const key = textIn(object, 'guid');
  if (key === null) return [];
  const number = place.kind === 'projects' ? String(numberIn(object, 'number') ?? '') : (textIn(object, 'code') ?? '');
  const name = textIn(object, 'name');
  const content = { ...place, item: dimensionItem(number, name), shared: false };
  return [{ key, number: number.trim() || null, name, content }];
}

async function movedBefore(reading: Reading, records: readonly Found[]): Promise<readonly Found[]> {
  const pairs = await reading.pairs(
    'dimensions',
    records.map(({ key }) => key),
  );
  return records.filter(({ key }) => pairs.has(key));
}

function timesMet(records: readonly Found[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { content } of records) {
    const match = matchIn(content);
    if (match !== null) times.set(match, (times.get(match) ?? 0) + 1);
  }
  return times;
}

function withShared(record: Found, names: ReadonlyMap<string, number>): SourceRecord {
  const match = matchIn(record.content);
  return { ...record, content: { ...record.content, shared: match !== null && (names.get(match) ?? 0) > 1 } };
}

/** What it is matched on; `null`: it has nowhere to go. */
export const matchIn = ({ header, item }: DimensionSource): string | null =>
  header === null || item === null ? null : dimensionMatch(header, item);
