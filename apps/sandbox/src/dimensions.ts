import { type Call, routesOf } from './call.js';
import { DIMENSION_VALUE } from './facts/payroll-fields.js';
import { defaultsOf, type Dto, faultsIn, settable } from './field-check.js';
import { applied, given, invalid, type Outcome, refused } from './wire.js';

const LEVELS = ['1', '2', '3', '4'];
const USES = ['inUseBookkeeping', 'inUseEstate', 'inUsePurchases', 'inUseSalaries', 'inUseSales'] as const;
const DESCRIPTION: Readonly<Record<string, string>> = {
  FIN: 'finDescription',
  SWE: 'sweDescription',
  ENG: 'engDescription',
};

/** The accounts themselves, level 0. */
const ACCOUNTS: readonly Dto[] = [
  { dimension: '0', account: '1701', finDescription: 'Myyntisaamiset' },
  { dimension: '0', account: '3000', finDescription: 'Myynti' },
].map((account) => ({ ...defaultsOf(DIMENSION_VALUE), ...account, inUseBookkeeping: true }));

/** Chart of accounts, and dimension values [seurantakohteet]: they can be added, and never changed or deleted. */
export const DIMENSION_ROUTES = routesOf('dimensions', 'older', [
  { method: 'GET', path: '/chart-of-accounts', handle: read },
  { method: 'POST', path: '/chart-of-accounts/dimensions', handle: add },
]);

function read(call: Call): Outcome {
  const level = call.query.get('dimension') ?? '0';
  if (level !== 'all' && level !== '0' && !LEVELS.includes(level)) return refused('must be 0 to 4 or all', 'dimension');
  const lang = call.query.get('lang') ?? 'FIN';
  const description = DESCRIPTION[lang];
  if (description === undefined) return refused('must be FIN, SWE or ENG', 'lang');
  const asked = USES.filter((use) => call.query.get(use) !== null);
  const shown = [...ACCOUNTS, ...call.company.dimensions.values()]
    .filter(({ dimension }) => level === 'all' || dimension === level)
    .filter((it) => asked.every((use) => String(it[use]) === call.query.get(use)));
  return given({
    cuid: call.company.cuid,
    lang,
    dimensions: (level === 'all' ? LEVELS : LEVELS.filter((it) => it === level)).map((dimension) => ({
      dimension,
      description: `Seurantakohde ${dimension}`,
      ...Object.fromEntries(USES.map((use) => [use, true])),
    })),
    accounts: shown.map((it) => ({
      dimension: it['dimension'],
      account: it['account'],
      description: it[description] ?? it['finDescription'],
      ...Object.fromEntries(USES.map((use) => [use, it[use]])),
    })),
  });
}

/** One level in a call; all of its values or none. Answers with the one object that is declared when one was sent. */
function add(call: Call): Outcome {
  const level = call.query.get('dimension') ?? '';
  if (!LEVELS.includes(level)) return refused('must be 1, 2, 3 or 4', 'dimension');
  if (!Array.isArray(call.body) || call.body.length === 0) return refused('must be an array with a value');
  const bodies = call.body as Dto[];
  const faults = bodies.flatMap((body, index) => faultsIn(body, DIMENSION_VALUE, `[${index}]`));
  if (faults.length > 0) return invalid(faults);
  const keys = bodies.map(({ account }) => `${level}/${String(account)}`);
  const taken = keys.filter((key, index) => call.company.dimensions.has(key) || keys.indexOf(key) !== index);
  if (taken.length > 0) return invalid(taken.map((key) => ({ field: 'account', message: `${key} exists` })));
  const values = bodies.map((body) => ({ ...defaultsOf(DIMENSION_VALUE), ...settable(body, DIMENSION_VALUE) }));
  for (const [index, key] of keys.entries()) call.company.dimensions.set(key, { ...values[index], dimension: level });
  const records = keys.map((key) => ({ register: 'dimension', key, externalKey: key, effect: 'created' as const }));
  return applied(values.length === 1 ? values[0] : values, ...records);
}
