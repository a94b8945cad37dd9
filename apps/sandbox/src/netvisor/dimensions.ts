import { type Call, reads, type Resource, writes } from './call.js';
import { type Header, type Item, newItem } from './dimension-tree.js';
import type { Fields } from './organisation.js';
import { changed, duplicate, given, invalid, type Outcome, type Refusal } from './outcome.js';
import { groupsOf, leavesOf } from './shape.js';
import { DIMENSION_ITEM } from './shapes/dimension-item.js';
import { el, type XmlElement } from './xml.js';

/** Dimensions [laskentakohteet]. The header has to be there; no key is told of an item that is made. */
export const DIMENSION_RESOURCES: Readonly<Record<string, Resource>> = {
  'dimensionitem.nv': writes(DIMENSION_ITEM, write),
  'dimensionlist.nv': reads(list),
};

function write(body: XmlElement, call: Call): Outcome {
  const fields = leavesOf(body, groupsOf(DIMENSION_ITEM));
  const name = fields['name'] ?? '';
  const header = call.organisation.dimensions.header(name);
  const method = call.query('method')?.toLowerCase();
  if (method !== 'add' && method !== 'edit') return invalid('Parameter method must be add or edit');
  if (!header) return invalid(`Dimension name not found: ${name}`);
  return method === 'add' ? add(fields, header, call) : edit(fields, header, call);
}

/** `father` undefined: as it was. */
type Place = { readonly father: number | null | undefined } | { readonly refused: Refusal };

function add(fields: Fields, header: Header, call: Call): Outcome {
  const name = shownName(fields);
  if (header.item(name)) return duplicate(`Dimension item already exists: ${name}`);
  const place = placeOf(fields, header);
  if ('refused' in place) return place.refused;
  const item = { ...newItem(call.organisation.nextKey(), name), father: place.father ?? null };
  header.put(withDetails(item, fields));
  return changed({ method: 'add', key: null, reference: `${header.name} / ${name}` });
}

function edit(fields: Fields, header: Header, call: Call): Outcome {
  const { olditem = '', oldcode = '' } = fields;
  if (olditem === '' && oldcode === '') return invalid('Element olditem is mandatory when an item is edited');
  const item = header.item(olditem) ?? (oldcode === '' ? undefined : header.byCode(oldcode));
  if (!item) return invalid(`Dimension item not found: ${olditem || oldcode}`);
  const name = shownName(fields);
  const same = header.item(name);
  if (same && same.key !== item.key) return duplicate(`Dimension item already exists: ${name}`);
  const place = call.query('updateparentreference') === 'true' ? placeOf(fields, header) : { father: undefined };
  if ('refused' in place) return place.refused;
  const father = place.father === undefined ? item.father : place.father;
  if (isUnder(father, item, header)) return invalid(`Dimension item cannot stand under itself: ${name}`);
  const before = { ...item };
  header.put(withDetails({ ...before, name, father }, fields));
  return changed({ method: 'edit', key: null, reference: `${header.name} / ${name}` });
}

/** With an identifier in use, an item is called by it and its label. */
const shownName = ({ item = '', code = '', label = '' }: Fields): string =>
  code !== '' && label !== '' ? `${code} ${label}` : item;

/** A father needs its id and its name, and both have to be the same item's; or an identifier. */
function placeOf({ fatherid = '', fatheritem = '', fathercode = '' }: Fields, header: Header): Place {
  if (fathercode !== '') {
    const father = header.byCode(fathercode);
    return father ? { father: father.key } : { refused: invalid(`Father not found: ${fathercode}`) };
  }
  if (fatherid === '' && fatheritem === '') return { father: null };
  const father = header.items.get(Number(fatherid));
  if (father?.name === fatheritem) return { father: father.key };
  return { refused: invalid(`Elements fatherid and fatheritem name no item: ${fatherid} ${fatheritem}`) };
}

function isUnder(father: number | null, item: Item, header: Header): boolean {
  for (let next = father; next !== null; next = header.items.get(next)?.father ?? null) {
    if (next === item.key) return true;
  }
  return false;
}

function withDetails(item: Item, fields: Fields): Item {
  const { code, label, activityperiodstart: start, activityperiodend: end, ishidden: hidden } = fields;
  return {
    ...item,
    code: code === undefined ? item.code : code || null,
    label: label === undefined ? item.label : label || null,
    start: start === undefined ? item.start : start || null,
    end: end === undefined ? item.end : end || null,
    isHidden: hidden ? /^(true|1)$/i.test(hidden) : item.isHidden,
  };
}

/** The whole tree, every time. */
function list(call: Call): Outcome {
  const showsHidden = call.query('showhidden') === '1';
  const headers = [...call.organisation.dimensions.headers.values()].filter(({ isHidden }) => showsHidden || !isHidden);
  return given(
    el(
      'DimensionNameList',
      headers.map((header) => headerAnswer(header, showsHidden)),
    ),
  );
}

function headerAnswer(header: Header, showsHidden: boolean): XmlElement {
  const all = [...header.tree()];
  const details = all
    .map(({ item, level }, sort) => ({ item, shown: detail(item, level, sort, all) }))
    .filter(({ item }) => showsHidden || !item.isHidden);
  return el('DimensionName', [
    el('Netvisorkey', header.key),
    el('Name', header.name),
    el('IsHidden', shownFlag(header.isHidden)),
    el('LinkType', '0'),
    el(
      'DimensionDetails',
      details.map(({ shown }) => shown),
    ),
  ]);
}

function detail(item: Item, level: number, sort: number, all: readonly { readonly level: number }[]): XmlElement {
  let endSort = sort;
  while ((all[endSort + 1]?.level ?? 0) > level) endSort += 1;
  return el('DimensionDetail', [
    el('Netvisorkey', item.key),
    el('Name', item.name),
    item.code === null ? null : el('Code', item.code),
    item.label === null ? null : el('Label', item.label),
    el('IsHidden', shownFlag(item.isHidden)),
    el('Level', level),
    el('Sort', sort),
    el('EndSort', endSort),
    el('FatherId', item.father ?? 0),
    item.start === null ? null : el('ActivityPeriodStart', item.start),
    item.end === null ? null : el('ActivityPeriodEnd', item.end),
  ]);
}

const shownFlag = (flag: boolean): string => (flag ? 'True' : 'False');
