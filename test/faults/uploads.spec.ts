import { type ClientRequest, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../libs/store/src/index.ts';
import { until } from '../../libs/testing/src/until.ts';
import { sweepUploads } from '../../libs/transfers/src/index.ts';
import { full } from './full.ts';
import { sharedServers } from './ground.ts';
import { type Parcel, products, type SentParcel } from './parcel.ts';
import { Stage } from './stage.ts';

const LIMIT = 120_000;
/** Enough for several chunks, so that some are stored before the last byte has come. */
const MANY = products(1, 5_000);

let stage: Stage;

(full ? describe : describe.skip)('a document that is still coming in', () => {
  beforeAll(async () => {
    stage = await Stage.open(await sharedServers());
  }, LIMIT);
  afterAll(() => stage?.close(), LIMIT);

  it(
    'is nothing when its sender is cut off, and whole when it is sent again under the same key',
    async () => {
      const parcel = (await stage.sender()).write(MANY);
      const upload = await sendHalf(parcel);
      upload.destroy();
      await until(async () => (await uploads()) === 0, { what: 'the chunks to be cleared away' });
      expect(await transfersOf(parcel)).toBe(0);

      const sent = await stage.send(parcel);
      await stage.quiet([sent]);
      expect(await stage.violations([sent])).toEqual([]);
    },
    LIMIT,
  );

  it(
    'leaves chunks when the gateway is killed, and the sweep clears them away',
    async () => {
      const parcel = (await stage.sender()).write(MANY);
      await sendHalf(parcel);
      const gateway = stage.process('gateway');
      gateway.kill('SIGKILL');
      await gateway.ended;
      await stage.revive('gateway');
      expect(await uploads()).toBe(1);

      const database = await Database.open({ url: stage.ground.servers.databaseUrl, name: 'sweep' });
      expect(await sweepUploads(database, 0)).toBe(1);
      await database.close();
      const sent = await stage.send(parcel);
      await stage.quiet([sent]);
      expect(await stage.violations([sent])).toEqual([]);
    },
    LIMIT,
  );

  it(
    'may come slowly, and holds nobody up',
    async () => {
      const [slow, quick] = [(await stage.sender()).write(MANY), await stage.sender()];
      const overtaking = Array.from({ length: 5 }, (_, number) => quick.write(products(number + 1, number + 1)));
      const sent: SentParcel[] = [];
      const body = new ReadableStream<Uint8Array>({
        async pull(controller) {
          const part = sent.length;
          const size = Math.ceil(slow.bytes.length / (overtaking.length + 1));
          controller.enqueue(slow.bytes.subarray(part * size, (part + 1) * size));
          const next = overtaking[part];
          if (next === undefined) return controller.close();
          sent.push(await stage.send(next));
        },
      });
      const { client } = stage.partner;
      const answer = await client.importDocument(slow.company.id, 'tuoterekisteri', body, { key: slow.key });
      expect(answer.status).toBe(202);
      sent.push({ ...slow, transferId: answer.body.id, stands: 'succeeded' });
      await stage.quiet(sent);
      expect(await stage.violations(sent)).toEqual([]);
    },
    LIMIT,
  );
});

/** Sends more than half of the body, and answers when some of it is stored. */
async function sendHalf({ company, key, bytes }: Parcel): Promise<ClientRequest> {
  const { url, token } = stage.partner.client;
  const upload = request(`${url}/v1/companies/${company.id}/streams/tuoterekisteri/imports`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/xml',
      'content-length': bytes.length,
      'idempotency-key': key,
    },
  });
  // Whichever side ends it, the other one has an error.
  upload.on('error', () => undefined);
  upload.write(bytes.subarray(0, Math.ceil(bytes.length * 0.7)));
  await until(async () => (await uploads()) === 1, { what: 'the first chunk' });
  return upload;
}

async function uploads(): Promise<number> {
  const { rows } = await stage.database.query<{ uploads: number }>(
    'select count(*)::int as uploads from transfers.upload',
  );
  return rows[0]?.uploads ?? 0;
}

async function transfersOf({ company }: Parcel): Promise<number> {
  const { rows } = await stage.database.query('select from transfers.transfer where company_id = $1', [company.id]);
  return rows.length;
}
