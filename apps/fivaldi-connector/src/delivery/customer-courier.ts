import { type Content, filled, type Known, type KnownPart, type Part, sameValue, valuesOf } from './content.js';
import type { Addressee, Courier, Mapping, Newcomer } from './courier.js';
import { core, KINDS } from './customer-fields.js';
import { mapPart, mappingOf, namesIn, placed, registerFields, type RegisterRow } from './mapping.js';
import { changesIn, dayBefore, idOf, listOf, recordOf, type Said } from './said.js';

const kindOf = (name: string) => KINDS.find(({ kind }) => name.startsWith(`${kind}/`)) ?? KINDS[0];
const path = ({ cuid }: Addressee, ...rest: readonly string[]) => ['companies', cuid, 'customers', ...rest];

/** The company register: customers and suppliers. Fivaldi gives each its number; `externalId` links them to ours. */
export const customerCourier: Courier = {
  register: 'company',
  unrepeatable: false,
  searchFirst: true,
  map,
  search: {
    byKey: false,
    request: (to, _content, since) => ({
      method: 'GET',
      path: path(to),
      ...(since && { query: [['fromDate', dayBefore(since)]] }),
    }),
    find: (result, _to, { core }) => {
      const id = idsIn(result).get(idOf(core['externalId']) ?? '');
      return id === undefined ? 'absent' : { id, core: null, parts: {} };
    },
  },
  index: { request: (to) => ({ method: 'GET', path: path(to) }), ids: idsIn, link: 'external_id' },
  pull: {
    request: (to, since) => ({ method: 'GET', path: path(to), query: [['fromDate', dayBefore(since)]] }),
    changes: (result) => changesIn(result, { id: 'customerId', link: 'externalId' }),
    mapping: (parts) => [
      ...core,
      ...parts.flatMap((name) => {
        const { kind, mapping } = kindOf(name);
        return placed(name, mapping, [kind, name.slice(kind.length + 1)]);
      }),
    ],
    newcomer,
  },
  read: (to, id) => ({ method: 'GET', path: path(to, id) }),
  parse: (result, _to, content, known = {}) => {
    const said = recordOf(result);
    const id = idOf(said['customerId']);
    if (id === null) return null;
    const parts = KINDS.flatMap((kind) => matched(kind, said, content, known));
    return { id, core: valuesOf(said, ['externalId', ...namesIn(core)]), parts: Object.fromEntries(parts) };
  },
  create: (to, content) => ({
    method: 'POST',
    path: path(to, 'createCustomer'),
    body: {
      ...filled(content.core),
      ...Object.fromEntries(
        KINDS.map(({ kind, listed }) => [listed, partsOf(content, kind).map(([, part]) => filled(part))]),
      ),
    },
  }),
  update: (to, id, changed) => ({ method: 'POST', path: path(to, id, 'updateCustomer'), body: changed }),
  createPart: (to, id, name, part) => ({ method: 'POST', path: path(to, id, ...kindOf(name).create), body: part }),
  updatePart: (to, id, name, known, { parts }) => ({
    method: 'POST',
    path: path(to, id, ...kindOf(name).update(known.id ?? '')),
    body: parts[name] ?? {},
  }),
};

function map({ fields, children }: RegisterRow, key: string): Mapping {
  const own = mapPart(fields, core);
  const mapped = KINDS.flatMap(({ kind, mapping }) =>
    Object.entries(children[kind] ?? {}).map(([id, child]) => {
      const name = `${kind}/${id}`;
      return { name, ...mapPart(child, mapping, `${name}/`) };
    }),
  );
  const unfit = [...own.unfit, ...mapped.flatMap((part) => part.unfit)];
  // A bank account needs its country; an IBAN begins with it.
  const parts = mapped.map(({ name, part }): readonly [string, Part] => [name, withCountry(part)]);
  const externalId = fields['external_id'] ?? key;
  return mappingOf({ core: { externalId, ...own.part }, parts: Object.fromEntries(parts) }, unfit);
}

/** Its addresses and bank accounts under the ids that they have there. */
function newcomer(result: unknown): Newcomer | null {
  const said = recordOf(result);
  const name = idOf(said['customerId']);
  if (name === null) return null;
  const own = registerFields(valuesOf(said, namesIn(core)), core);
  const kinds = KINDS.map(({ kind, mapping, listed, id, key }) => ({
    kind,
    parts: listOf(said[listed] ?? []).map((part) => {
      const { fields, unfit } = registerFields(valuesOf(part, namesIn(mapping)), mapping);
      return { fields: { ...fields, [key]: idOf(part[id]) }, unfit };
    }),
  }));
  return {
    link: idOf(said['externalId']),
    name,
    fields: own.fields,
    children: Object.fromEntries(kinds.map(({ kind, parts }) => [kind, parts.map(({ fields }) => fields)])),
    unfit: [...own.unfit, ...kinds.flatMap(({ parts }) => parts.flatMap(({ unfit }) => unfit))],
  };
}

function withCountry(part: Part): Part {
  const { countryId, ibanNumber } = part;
  return countryId === null && typeof ibanNumber === 'string' ? { ...part, countryId: ibanNumber.slice(0, 2) } : part;
}

/** Where two of theirs have the same link, the older one is meant: numbers are given in order. */
function idsIn(result: unknown): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  for (const said of listOf(result)) {
    const [link, id] = [idOf(said['externalId']), idOf(said['customerId'])];
    if (link === null || id === null) continue;
    const other = ids.get(link);
    if (other === undefined || Number(id) < Number(other)) ids.set(link, id);
  }
  return ids;
}

const partsOf = ({ parts }: Content, kind: string) =>
  Object.entries(parts).filter(([name]) => name.startsWith(`${kind}/`));

/**
 * Which of theirs is which of ours: the one that has the id that we know, then by each sign in turn, for those that no
 * surer one has told. What is none of ours comes under its own id.
 */
function matched(
  { kind, mapping, listed, id, signs }: (typeof KINDS)[number],
  said: Said,
  content: Content,
  known: Known['parts'],
): readonly (readonly [string, KnownPart])[] {
  const theirs = new Set(Array.isArray(said[listed]) ? listOf(said[listed]) : []);
  const found = new Map<string, KnownPart>();
  const names = namesIn(mapping);
  const tell = (name: string, is: (there: Said) => boolean) => {
    const same = found.has(name) ? undefined : [...theirs].find(is);
    if (!same) return;
    theirs.delete(same);
    found.set(name, { id: idOf(same[id]), as: valuesOf(same, names) });
  };
  const ours = partsOf(content, kind);
  for (const [name] of ours) tell(name, (there) => idOf(there[id]) !== null && idOf(there[id]) === known[name]?.id);
  for (const sign of signs) {
    for (const [name, part] of ours) tell(name, (there) => sign.every((field) => sameText(there[field], part[field])));
  }
  for (const there of theirs) {
    const name = `${kind}/${idOf(there[id]) ?? ''}`;
    if (!Object.hasOwn(content.parts, name)) tell(name, (one) => one === there);
  }
  return [...found];
}

/** Fivaldi may write an IBAN or a town otherwise than it was given. */
function sameText(a: unknown, b: unknown): boolean {
  const bare = (value: unknown) => (typeof value === 'string' ? value.replaceAll(' ', '').toUpperCase() : value);
  return sameValue(bare(a), bare(b));
}
