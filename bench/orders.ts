import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { copyBlocks, readdress, writeRecords } from './document-file.ts';
import { atMost, type Figure } from './figure.ts';
import { type Export, exportFile, type Import, importFile } from './file-journey.ts';
import type { Ground } from './ground.ts';
import { baseDataXml, CUSTOMERS, customerXml, DISCOUNTS, orderCopyLine, orderXml } from './order-document.ts';
import { POSTING_GROUPS, PRODUCTS, ROWS_AN_ORDER } from './order-document.ts';
import { type BenchCompany, onboardFirm } from './partner.ts';
import { type ServiceFacts, watchServices } from './process-facts.ts';
import { product, productXml } from './product-document.ts';
import { type FloorRegister, registerFloor, registerOutFloor } from './register-floor.ts';
import { saxesFloor } from './saxes-floor.ts';

const MB = 1_000_000;
const REGISTER = { table: 'order_record', key: 'order_number' };

/** Products that the orders name and the register lacks, where the import may make them. */
const MISSING = 100;

const RIGHTS = [
  ...(['yritysrekisteri', 'tuoterekisteri', 'tilaukset', 'perustiedot'] as const).map(
    (stream) => ({ stream, direction: 'import' }) as const,
  ),
  { stream: 'tilaukset', direction: 'export' } as const,
];

/** What an import of orders may look up. */
interface Options {
  readonly name: string;
  readonly settings: { readonly salesOrders: { readonly mode: string; readonly [option: string]: unknown } };
  readonly missing: number;
}
const ALL_OFF: Options = { name: 'no options', settings: { salesOrders: { mode: 'add-only' } }, missing: 0 };
const ALL_ON: Options = {
  name: 'all options',
  settings: {
    salesOrders: {
      mode: 'update-all',
      useDiscountRegister: true,
      createMissingProducts: true,
      fetchMissingDimensions: [1, 2, 3, 4],
    },
  },
  missing: MISSING,
};

/** 100,000 orders with a million rows into one company, out of it, and into another that then has the same. */
export async function measureOrders(ground: Ground): Promise<Figure[]> {
  const orders = ground.quick ? 5_000 : 100_000;
  return [...(await round(ground, orders, ALL_OFF)), ...(await round(ground, orders, ALL_ON))];
}

/** The three legs of one round. */
interface Legs {
  readonly size: number;
  readonly first: Import;
  readonly out: Export;
  readonly outSize: number;
  readonly again: Import;
}

interface Floors {
  readonly saxes: number;
  readonly copy: number;
  readonly insert: number;
  readonly out: number;
}

async function round(ground: Ground, orders: number, options: Options): Promise<Figure[]> {
  const [one, other] = await onboardFirm(ground.operator, 2, { rights: RIGHTS, settings: options.settings });
  if (one === undefined || other === undefined) throw new Error('no companies were onboarded');
  const file = join(ground.directory, 'orders.xml');
  const back = join(ground.directory, 'orders-back.xml');
  try {
    ground.say(
      `${options.name}: two companies with ${PRODUCTS} products, ${CUSTOMERS} customers, ${DISCOUNTS} discounts`,
    );
    for (const company of [one, other]) await furnish(ground, company, file, options.missing);
    await writeRecords(file, one.number, orders, orderXml);
    const watched = watchedLegs(ground);
    const created = orders + options.missing;
    const first = await watched.leg('import', () => importFile(ground, one, 'tilaukset', file, created));
    const floors = await floorsOf(ground, file, orders, one);
    const out = await watched.leg('export', () => exportFile(ground, one, 'tilaukset', back));
    const { size } = await stat(file);
    const { size: outSize } = await stat(back);
    await readdress(back, one.number, other.number);
    const again = await watched.leg('import again', () => importFile(ground, other, 'tilaukset', back, created));
    await requireEqual(ground, one, other, orders);
    const legs = { size, first, out, outSize, again };
    return [...timeFigures(options.name, orders, legs, floors), ...processFigures(options.name, watched.facts)];
  } finally {
    await rm(file, { force: true });
    await rm(back, { force: true });
  }
}

/** What the orders look up, as documents of a company that has just been onboarded. */
async function furnish(ground: Ground, company: BenchCompany, file: string, missing: number): Promise<void> {
  const bring = async (stream: string, count: number, record: (no: number) => string): Promise<void> => {
    await writeRecords(file, company.number, count, record);
    await importFile(ground, company, stream, file, count);
  };
  await bring('tuoterekisteri', PRODUCTS - missing, (no) => productXml(product(no)));
  await bring('yritysrekisteri', CUSTOMERS, customerXml);
  await bring('perustiedot', POSTING_GROUPS + DISCOUNTS, baseDataXml);
}

async function floorsOf({ pool, say }: Ground, file: string, orders: number, { id }: BenchCompany): Promise<Floors> {
  say('Floors');
  const register: FloorRegister = {
    ...REGISTER,
    lines: (columns) => copyBlocks(orders, (no) => orderCopyLine(no, columns)),
  };
  const saxes = await saxesFloor(file);
  return { saxes, ...(await registerFloor(pool, register)), out: await registerOutFloor(pool, register, id) };
}

/** Throws unless both registers hold the same orders, and all their rows. */
async function requireEqual({ pool }: Ground, one: BenchCompany, other: BenchCompany, orders: number): Promise<void> {
  const { rows } = await pool.query<{ company_id: string; orders: number; rows: number; sum: string }>(
    `select company_id, count(*)::int as orders, sum(rows)::int as rows, md5(string_agg(sum, '' order by key)) as sum
       from (select company_id, order_number as key,
                    md5((to_jsonb(r) - '{environment_id,company_id,written_by,created_at,updated_at}'::text[])::text) as sum,
                    (select count(*) from jsonb_object_keys(children -> 'rows')) as rows
               from fivaldi.order_record r where company_id = any ($1::uuid[])) as one
      group by company_id`,
    [[one.id, other.id]],
  );
  const [a, b] = rows;
  const same = a?.sum === b?.sum && a?.orders === orders && b?.orders === orders;
  if (!same || a.rows !== orders * ROWS_AN_ORDER || b?.rows !== a.rows) {
    throw new Error(`The registers differ: ${JSON.stringify(rows)}`);
  }
}

/** Runs legs, each watched by itself. */
function watchedLegs({ say, installation }: Ground) {
  const facts: { readonly leg: string; readonly services: readonly ServiceFacts[] }[] = [];
  const leg = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    say(`Leg: ${name}`);
    const watched = await watchServices(installation.processes.values());
    const done = await work();
    facts.push({ leg: name, services: await watched() });
    return done;
  };
  return { leg, facts };
}

function timeFigures(name: string, orders: number, legs: Legs, floors: Floors): Figure[] {
  const { saxes, copy, insert, out } = floors;
  const parts = `saxes ${seconds(saxes)} + COPY ${seconds(copy)} + INSERT … SELECT ${seconds(insert)}`;
  const all = { what: parts, value: (saxes + copy + insert) / 1000 };
  const parser = { what: 'saxes', value: saxes / 1000 };
  const given = { what: 'COPY (select …) TO STDOUT', value: out / 1000 };
  const rows = `${orders} orders with ${orders * ROWS_AN_ORDER} rows`;
  const figure = (what: string, milliseconds: number, floor: Figure['floor']): Figure => ({
    name: `${name}: ${what}`,
    unit: 's',
    value: milliseconds / 1000,
    ...(floor && { floor }),
  });
  return [
    figure(`${rows} (${(legs.size / MB).toFixed(0)} MB), first byte to 202`, legs.first.upload, parser),
    figure('the same, 202 to succeeded', legs.first.carriedOut, all),
    figure('read out into a document', legs.out.written, given),
    figure(`the document (${(legs.outSize / MB).toFixed(0)} MB) fetched`, legs.out.fetched, undefined),
    figure('into another company, first byte to 202', legs.again.upload, parser),
    { ...figure('the same, 202 to succeeded', legs.again.carriedOut, all), note: 'Both registers then hold the same.' },
  ];
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

/** The most that each service took in any leg. */
function processFigures(name: string, legs: ReturnType<typeof watchedLegs>['facts']): Figure[] {
  const services = legs[0]?.services.map(({ service }) => service) ?? [];
  return services.flatMap((service) => {
    const facts = legs.map(({ leg, services }) => ({ leg, ...services.find((one) => one.service === service)! }));
    const told = facts.map(
      ({ leg, peakRss, delayP99 }) => `${leg} ${(peakRss / MB).toFixed(0)} MB, ${delayP99.toFixed(0)} ms`,
    );
    return [
      {
        name: `${name}: ${service}, peak RSS`,
        unit: 'MB',
        value: Math.max(...facts.map(({ peakRss }) => peakRss)) / MB,
        target: atMost((256 * 1024 ** 2) / MB),
        note: `${service}: ${told.join('; ')}.`,
      },
      {
        name: `${name}: ${service}, event-loop delay p99`,
        unit: 'ms',
        value: Math.max(...facts.map(({ delayP99 }) => delayP99)),
        target: atMost(50),
      },
    ];
  });
}
