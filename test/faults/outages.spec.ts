import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { full } from './full.ts';
import { serverDies } from './load.ts';
import { PrivateServers } from './private-servers.ts';
import { Stage } from './stage.ts';

const LIMIT = 300_000;
const LOAD = { companies: 20, documents: 10, underWay: 60 };

let servers: PrivateServers;
let stage: Stage;

(full ? describe : describe.skip)('under load', () => {
  beforeAll(async () => {
    servers = await PrivateServers.start();
    stage = await Stage.open(servers);
  }, LIMIT);
  afterAll(() => stage?.close(), LIMIT);

  it.each([
    ['RabbitMQ', () => servers.crashBroker()],
    ['PostgreSQL', () => servers.crashDatabase()],
  ])(
    'a %s that is killed and comes back costs no accepted document, and none is carried out twice',
    async (_server, crash) => {
      const { sent, quiet, violations } = await serverDies(stage, LOAD, crash);
      expect(stage.unanswered).toBeGreaterThan(0);
      expect(sent).toHaveLength(LOAD.companies * LOAD.documents);
      expect(quiet).toBe(true);
      expect(violations).toEqual([]);
    },
    LIMIT,
  );
});
