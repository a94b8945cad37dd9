import { openAsBlob } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { atLeast, atMost, type Figure } from './figure.ts';
import type { Ground } from './ground.ts';
import { type BenchCompany, onboardFirm } from './partner.ts';
import { factFigures, watchServices } from './process-facts.ts';
import { writeDocument } from './product-document.ts';
import { registerFloor } from './register-floor.ts';
import { rowByRow } from './row-by-row.ts';
import { saxesFloor } from './saxes-floor.ts';

const MB = 1_000_000;
/** How often the transfer's row is looked at; the figure may be late by so much. */
const LOOK_MS = 50;

/** Milliseconds of the two halves of one import. */
interface Import {
  readonly upload: number;
  readonly carriedOut: number;
}

/**
 * One document of 250,000 products into an empty register, beside what parser and database need alone.
 *
 * The floors are measured before and after, and the better of the two counts: what disturbed one of them does not
 * flatter the product.
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
    const { upload, carriedOut } = await importFile(ground, company, file, records);
    const services = await facts();
    ground.say('Floors, the second time, and the ORM');
    const after = await floors(ground, file, records);
    const floor = after.sum < before.sum ? after : before;
    const perRecord = await rowByRow(ground.databaseUrl, sample);
    const what = `saxes ${seconds(floor.saxes)} + COPY ${seconds(floor.copy)} + INSERT … SELECT ${seconds(floor.insert)}`;
    return [
      {
        name: `one document of ${records} products (${(size / MB).toFixed(0)} MB), 202 to succeeded`,
        unit: 's',
        value: carriedOut / 1000,
        floor: { what, value: floor.sum / 1000 },
        target: atMost(1.5, 'ratio'),
        note: `The other measurement of the floor: ${seconds(Math.max(before.sum, after.sum))}.`,
      },
      {
        name: 'the same, first byte to 202',
        unit: 's',
        value: upload / 1000,
        floor: { what: 'saxes', value: floor.saxes / 1000 },
        note: 'The gateway parses the whole document once, compresses and stores it before it answers.',
      },
      {
        name: 'records a second of that document',
        unit: '/s',
        value: (records / carriedOut) * 1000,
        floor: { what: 'the ORM, row by row', value: 1000 / perRecord },
        target: atLeast(20, 'ratio'),
        note: `The ORM's rate is of ${sample} records by em.upsert, one after the other, and nothing else.`,
      },
      ...factFigures('large document', services),
    ];
  } finally {
    await rm(file);
  }
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

async function floors({ pool }: Ground, file: string, records: number) {
  const saxes = await saxesFloor(file);
  const { copy, insert } = await registerFloor(pool, records);
  return { saxes, copy, insert, sum: saxes + copy + insert };
}

async function importFile(
  { pool }: Ground,
  { id, partner }: BenchCompany,
  file: string,
  records: number,
): Promise<Import> {
  const document = (await openAsBlob(file)).stream();
  const begun = performance.now();
  const { status, body } = await partner.client.importDocument(id, 'tuoterekisteri', document);
  const accepted = performance.now();
  if (status !== 202) throw new Error(`The document was not accepted: ${JSON.stringify(body)}`);
  for (;;) {
    const { rows } = await pool.query<{ state: string; created: number }>(
      `select state, (effect ->> 'created')::int as created from transfers.transfer where id = $1 and finished_at is not null`,
      [body.id],
    );
    if (rows[0]) {
      const { state, created } = rows[0];
      if (state !== 'succeeded' || created !== records) throw new Error(`It ended as ${state}, ${created} created`);
      return { upload: accepted - begun, carriedOut: performance.now() - accepted };
    }
    await pause(LOOK_MS);
  }
}
