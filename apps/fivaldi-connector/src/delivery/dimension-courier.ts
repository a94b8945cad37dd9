import { filled, type Known } from './content.js';
import type { Addressee, Courier, Mapping } from './courier.js';
import { boolean, type Mapped, mapPart, mappingOf, type RegisterRow, text, type Unfit } from './mapping.js';
import { idOf, listOf, recordOf, type Said } from './said.js';

/** A dimension's value as `ExternalAccountInformationDTO` has it (contract §1.6.5). */
const core: readonly Mapped[] = [
  text('name_fi', 'finDescription', 80),
  text('name_sv', 'sweDescription', 80),
  text('name_en', 'engDescription', 80),
  boolean('in_bookkeeping', 'inUseBookkeeping'),
  boolean('in_estate', 'inUseEstate'),
  boolean('in_purchases', 'inUsePurchases'),
  boolean('in_payroll', 'inUseSalaries'),
  boolean('in_sales', 'inUseSales'),
];

const path = ({ cuid }: Addressee, ...rest: readonly string[]) => ['companies', cuid, 'chart-of-accounts', ...rest];
/** `1/100`: the level and the value. */
const levelOf = (key: string): string => key.slice(0, 1);
const accountOf = (key: string): string => key.slice(2);

const accountsIn = (result: unknown): readonly Said[] => listOf(recordOf(result)['accounts']);

/** Dimensions [seurantakohteet]. Fivaldi can only be given new ones: there is no method to change or remove one. */
export const dimensionCourier: Courier = {
  register: 'dimension',
  unrepeatable: false,
  searchFirst: true,
  map,
  search: {
    byKey: true,
    request: (to) => ({ method: 'GET', path: path(to), query: [['dimension', levelOf(to.key)]] }),
    find: (result, to, content): Known | 'absent' => {
      const said = accountsIn(result).find(({ account }) => account === accountOf(to.key));
      if (!said) return 'absent';
      // It shows one description only, in the language that was asked for: the others are taken to be ours.
      const { description } = said;
      const told = typeof description === 'string' ? { finDescription: description } : {};
      return { id: to.key, core: { ...content.core, ...told }, parts: {} };
    },
  },
  index: {
    request: (to) => ({ method: 'GET', path: path(to), query: [['dimension', 'all']] }),
    ids: (result) =>
      new Map(
        accountsIn(result).flatMap(({ dimension, account }) => {
          const [level, value] = [idOf(dimension), idOf(account)];
          return level === null || value === null ? [] : [[`${level}/${value}`, `${level}/${value}`]];
        }),
      ),
    link: null,
  },
  pull: null,
  read: () => null,
  parse: (_result, to, content) => ({ id: to.key, core: content.core, parts: {} }),
  create: (to, content) => ({
    method: 'POST',
    path: path(to, 'dimensions'),
    query: [['dimension', levelOf(to.key)]],
    body: [filled(content.core)],
  }),
  update: () => null,
  createPart: () => null,
  updatePart: () => null,
};

function map({ fields }: RegisterRow, key: string): Mapping {
  const { part, unfit } = mapPart(fields, core);
  const missing: readonly Unfit[] =
    part['finDescription'] === null ? [{ field: 'finDescription', cause: 'missing' }] : [];
  return mappingOf({ core: { account: accountOf(key), ...part }, parts: {} }, [...unfit, ...missing]);
}
