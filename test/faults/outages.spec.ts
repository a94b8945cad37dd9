import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../../libs/testing/src/until.ts';
import { full } from './full.ts';
import { type Parcel, products, type SentParcel } from './parcel.ts';
import { PrivateServers } from './private-servers.ts';
import { Stage } from './stage.ts';

const LIMIT = 300_000;
const COMPANIES = 20;
const DOCUMENTS = 10;
const CLIENTS = 4;
/** So many documents must have been accepted before the server dies; the others are sent meanwhile and afterwards. */
const UNDER_WAY = 60;
/** A queue that was declared moments before its broker was killed may come back without a leader. */
const QUEUES_SETTLE_MS = 6_000;

let servers: PrivateServers;
let stage: Stage;
let opened: number;

(full ? describe : describe.skip)('under load', () => {
  beforeAll(async () => {
    servers = await PrivateServers.start();
    stage = await Stage.open(servers);
    opened = performance.now();
  }, LIMIT);
  afterAll(() => stage?.close(), LIMIT);

  it.each([
    ['RabbitMQ', () => servers.crashBroker()],
    ['PostgreSQL', () => servers.crashDatabase()],
  ])(
    'a %s that is killed and comes back costs no accepted document, and none is carried out twice',
    async (_server, crash) => {
      const load = await write();
      await until(() => performance.now() - opened > QUEUES_SETTLE_MS, { what: 'queues of some age' });
      const sent: SentParcel[] = [];
      stage.unanswered = 0;
      const sending = sendAll(load, sent);
      await until(() => sent.length >= UNDER_WAY, { within: LIMIT, what: 'a load' });
      await crash();
      await sending;
      expect(stage.unanswered).toBeGreaterThan(0);
      expect(sent).toHaveLength(COMPANIES * DOCUMENTS);
      expect(await stage.quiet(sent, 120_000)).toBe(true);
      expect(await stage.violations(sent)).toEqual([]);
    },
    LIMIT,
  );
});

/** Documents of all companies in turn; no two name the same product, so their order does not matter. */
async function write(): Promise<Parcel[]> {
  const senders = await Promise.all(Array.from({ length: COMPANIES }, () => stage.sender()));
  const numbers = Array.from({ length: DOCUMENTS }, (_, number) => number * 10 + 1);
  return numbers.flatMap((first) => senders.map((sender) => sender.write(products(first, first + 4))));
}

async function sendAll(load: readonly Parcel[], sent: SentParcel[]): Promise<void> {
  const rest = [...load];
  const client = async (): Promise<void> => {
    for (let parcel = rest.shift(); parcel !== undefined; parcel = rest.shift()) sent.push(await stage.send(parcel));
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}
