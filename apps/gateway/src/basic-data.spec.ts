import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { OutboxRelay, QuestionClient } from '#lib/bus';
import type { AccessAnswer, Principal, DocumentStream } from '#lib/contracts';
import { Database } from '#lib/store';
import { createTestDatabase, type TestDatabase } from '#lib/testing';

import { DocumentReceiver } from './document-receiver.js';
import type { GatewayMetrics } from './gateway-metrics.js';
import { ImportDesk } from './import-desk.js';
import { ImportsController } from './imports.controller.js';

const environmentId = randomUUID();
const companyId = randomUUID();
const partner = { kind: 'partner-user', id: randomUUID() } as Principal;
const metrics = { accepted: () => undefined } as unknown as GatewayMetrics;
const relay = { nudge: () => undefined } as OutboxRelay;
const reply = { header: () => reply } as unknown as FastifyReply;

const PRODUCT = '<Product><ProductCode>A</ProductCode></Product>';
const DIMENSION = '<Dimension><DimensionId>1/100</DimensionId></Dimension>';
const ORDER = '<SalesOrder><SalesOrderNumber>1</SalesOrderNumber></SalesOrder>';

let clone: TestDatabase;
let database: Database;
let asked: DocumentStream[];
beforeAll(async () => {
  clone = await createTestDatabase();
  database = await Database.open({ url: clone.as('gateway'), name: 'basic data spec' });
});
afterAll(async () => {
  await database.close();
  await clone.drop();
});
beforeEach(() => {
  asked = [];
});

/** The door of a service whose auth gives the partner user these streams. */
function door(rights: readonly DocumentStream[]): ImportsController {
  const ask = (_: unknown, { stream }: { readonly stream: DocumentStream }): Promise<AccessAnswer> => {
    asked.push(stream);
    const allowed = rights.includes(stream);
    return Promise.resolve({
      decidedAt: '2026-11-22T10:00:00Z',
      allowed,
      reasons: allowed ? [] : ['COMPANY_GRANT_MISSING'],
      waits: false,
      opensAt: null,
      rulesVersion: null,
      company: { environmentId, fivaldiNumber: '500001', xmlSettings: null },
    });
  };
  const receiver = new DocumentReceiver(database, 60, { take: () => Promise.resolve() });
  const questions = { ask } as unknown as QuestionClient;
  return new ImportsController(new ImportDesk(database, questions, relay, metrics), receiver, database);
}

function send(gateway: ImportsController, stream: DocumentStream, records: string): Promise<object> {
  const document = `<FivaldiXML><FVBusinessId>500001</FVBusinessId>${records}</FivaldiXML>`;
  const request = { headers: {}, body: Readable.from([Buffer.from(document)]) } as unknown as FastifyRequest;
  const options = { dryRun: false, whenClosed: 'refuse' } as const;
  return gateway.accept(partner, { company: companyId, stream }, options, randomUUID(), null, request, reply);
}

const stored = async (): Promise<unknown> =>
  (
    await database.rows(
      `select (select count(*)::int from transfers.transfer) as transfers,
              (select count(*)::int from transfers.upload) as uploads`,
      [],
      { scope: { tenant: environmentId } },
    )
  )[0];

describe('base data beside the records of another stream', () => {
  it('is refused with why, from somebody without its right, and leaves nothing', async () => {
    const refused = send(door(['tuoterekisteri']), 'tuoterekisteri', PRODUCT + DIMENSION);
    await expect(refused).rejects.toMatchObject({
      code: 'document.basic-data-not-allowed',
      kind: 'denied',
      details: { reasons: ['COMPANY_GRANT_MISSING'] },
    });
    expect(await stored()).toEqual({ transfers: 0, uploads: 0 });
  });

  it.each<[DocumentStream, string]>([
    ['tuoterekisteri', PRODUCT + DIMENSION],
    ['tilaukset', DIMENSION + ORDER],
    ['tilaukset', DIMENSION],
  ])('is accepted in %s from somebody with both rights: %s', async (stream, records) => {
    expect(await send(door([stream, 'perustiedot']), stream, records)).toHaveProperty('id');
    expect(asked).toEqual([stream, 'perustiedot']);
  });

  it.each<[DocumentStream, string]>([
    ['tuoterekisteri', PRODUCT],
    ['perustiedot', DIMENSION],
  ])('is not asked about where there is none: %s', async (stream, records) => {
    expect(await send(door([stream]), stream, records)).toHaveProperty('id');
    expect(asked).toEqual([stream]);
  });

  it('gives no right to the records that it stands beside', async () => {
    await expect(send(door(['perustiedot']), 'tuoterekisteri', DIMENSION)).rejects.toMatchObject({ kind: 'denied' });
    expect(asked).toEqual(['tuoterekisteri']);
  });
});
