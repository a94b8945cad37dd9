import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { copyBlocks } from './document-file.ts';
import { atLeast, atMost, type Figure } from './figure.ts';
import { type Import, importFile } from './file-journey.ts';
import type { Ground } from './ground.ts';
import { onboardFirm } from './partner.ts';
import { factFigures, watchServices } from './process-facts.ts';
import { copyLine, product, writeDocument } from './product-document.ts';
import { type FloorRegister, registerFloor } from './register-floor.ts';
import { rowByRow } from './row-by-row.ts';
import { saxesFloor } from './saxes-floor.ts';

const MB = 1_000_000;

/**
 * One document of 250,000 products into an empty register, beside what parser and database need alone.
 *
 * The floors are measured right before and right after, and their mean counts: what drifts meanwhile drifts for both.
 */
export async function measureLarge(ground: Ground): Promise<Figure[]> {
  const records = ground.quick ? 5_000 : 250_000;
  const sample = ground.quick ? 500 : 5_000;
  const [company] = await onboardFirm(ground.operator, 1);
  if (company === undefined) throw new Error('no company was onboarded');
  const file = join(ground.directory, 'large.xml');
  ground.say(`Writing a document of ${records} products`);
  await writeDocument(file, company.number, records);
  try {
    const { size } = await stat(file);
    ground.say(`Floors of ${(size / MB).toFixed(0)} MB, the first time`);
    const before = await floors(ground, file, records);
    ground.say('The document goes in');
    const facts = await watchServices(ground.installation.processes.values());
    const took = await importFile(ground, company, 'tuoterekisteri', file, records);
    const services = await facts();
    ground.say('Floors, the second time, and the ORM');
    const after = await floors(ground, file, records);
    const ormPerSecond = 1000 / (await rowByRow(ground.databaseUrl, sample));
    return [
      ...figuresOf({ records, size, sample, took, before, after, ormPerSecond }),
      ...factFigures('large document', services),
    ];
  } finally {
    await rm(file);
  }
}

interface Measured {
  readonly records: number;
  /** Bytes of the document. */
  readonly size: number;
  readonly took: Import;
  readonly before: Floors;
  readonly after: Floors;
  /** Records of the ORM's sample, and its rate. */
  readonly sample: number;
  readonly ormPerSecond: number;
}

function figuresOf({ records, size, took, before, after, sample, ormPerSecond }: Measured): Figure[] {
  const floor = meanOf(before, after);
  const parts = `saxes ${seconds(floor.saxes)} + COPY ${seconds(floor.copy)} + INSERT … SELECT ${seconds(floor.insert)}`;
  return [
    {
      name: `one document of ${records} products (${(size / MB).toFixed(0)} MB), 202 to succeeded`,
      unit: 's',
      value: took.carriedOut / 1000,
      floor: { what: parts, value: floor.sum / 1000 },
      target: atMost(1.5, 'ratio'),
      note: `The floor before it: ${seconds(before.sum)}, after it: ${seconds(after.sum)}.`,
    },
    {
      name: 'the same, first byte to 202',
      unit: 's',
      value: took.upload / 1000,
      floor: { what: 'saxes', value: floor.saxes / 1000 },
      note: 'The gateway parses the whole document once, compresses and stores it before it answers.',
    },
    {
      name: 'records a second of that document',
      unit: '/s',
      value: (records / took.carriedOut) * 1000,
      floor: { what: 'the ORM, row by row', value: ormPerSecond },
      target: atLeast(20, 'ratio'),
      note: `The ORM's rate is of ${sample} records by em.upsert, one after the other, and nothing else.`,
    },
  ];
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

/** Milliseconds of each floor, and of all of them one after the other. */
interface Floors {
  readonly saxes: number;
  readonly copy: number;
  readonly insert: number;
  readonly sum: number;
}

async function floors({ pool }: Ground, file: string, records: number): Promise<Floors> {
  const saxes = await saxesFloor(file);
  const { copy, insert } = await registerFloor(pool, productRegister(records));
  return { saxes, copy, insert, sum: saxes + copy + insert };
}

const productRegister = (records: number): FloorRegister => ({
  table: 'product_record',
  key: 'product_code',
  lines: (columns) => copyBlocks(records, (no) => copyLine(product(no), no + 1, columns)),
});

const meanOf = (a: Floors, b: Floors): Floors => ({
  saxes: (a.saxes + b.saxes) / 2,
  copy: (a.copy + b.copy) / 2,
  insert: (a.insert + b.insert) / 2,
  sum: (a.sum + b.sum) / 2,
});
