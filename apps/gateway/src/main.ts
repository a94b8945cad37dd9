import 'reflect-metadata';

import { Bus, OutboxRelay, QuestionClient } from '#lib/bus';
import { auditEvent, laneTicket } from '#lib/contracts';
import {
  busMetrics,
  crashPoint,
  createLog,
  loadConfig,
  metricsReader,
  onShutdown,
  OperationsServer,
  ServiceMetrics,
  serversOf,
  shownTls,
  watchOutbox,
} from '#lib/service';
import { compareClocks, Database, outboxOf, requireIsolation } from '#lib/store';
import { waitingInLane } from '#lib/transfers';

import { CallersPace } from './callers-pace.js';
import { DocumentReceiver } from './document-receiver.js';
import { gatewayEnvironment } from './gateway-config.js';
import { GatewayMetrics } from './gateway-metrics.js';
import { httpServer } from './http-server.js';
import { LaneRoom } from './lane-room.js';
import { Oidc, oidcSettings } from './oidc.js';
import { Site } from './site.js';

const config = loadConfig(gatewayEnvironment, process.env);
const { BUS_NAMESPACE: namespace } = config;
const log = createLog('gateway', config.LOG_LEVEL);
const { store, broker } = serversOf(config, log);
const metrics = new ServiceMetrics('gateway', { version: config.VERSION, revision: config.REVISION });

const warn = (message: string) => log.warn({ reason: message }, 'the database connection complains');
const database = await Database.open({ ...store, name: 'gateway', poolSize: 20, warn });
await requireIsolation(database);
await compareClocks(database, log);
const messages = busMetrics(metrics);
const bus = Bus.connect({
  ...broker,
  namespace,
  name: 'gateway',
  publishes: [auditEvent, laneTicket],
  log,
  metrics: messages,
});
const questions = new QuestionClient({ ...broker, asker: 'gateway', namespace, log });
await questions.connect(['auth', 'audit', 'fivaldi', 'severa']);
const outbox = outboxOf(database, crashPoint);
watchOutbox(metrics, outbox);
const relay = new OutboxRelay({ outbox, bus, log, metrics: messages });
relay.start();

const room = new LaneRoom((lane, atMost) => waitingInLane(database, lane, atMost), config.LANE_DOCUMENTS);
const receiver = new DocumentReceiver(database, config.SENDER_SILENCE_SECONDS, room);
const callers = new CallersPace({
  perSecond: config.CALLER_REQUESTS_PER_SECOND,
  atOnce: config.CALLER_REQUESTS_AT_ONCE,
});
const addresses = new CallersPace({
  perSecond: config.ADDRESS_REQUESTS_PER_SECOND,
  atOnce: config.ADDRESS_REQUESTS_AT_ONCE,
});
const site = new Site(config.PUBLIC_URL ?? new URL(`http://127.0.0.1:${config.PORT}`));
const oidc = new Oidc(oidcSettings(config, site), log);
const app = await httpServer(
  {
    database,
    questions,
    relay,
    receiver,
    room,
    metrics: new GatewayMetrics(metrics),
    site,
    oidc,
    heldBack: { pace: callers, log },
    legacy: {
      silence: config.SENDER_SILENCE_SECONDS,
      wait: config.LEGACY_WAIT_SECONDS,
      spoolBytes: config.LEGACY_SPOOL_BYTES,
      spoolsAtOnce: config.LEGACY_SPOOLS_AT_ONCE,
    },
  },
  { log, metrics, trustedProxies: config.TRUSTED_PROXIES, addresses, version: config.VERSION, tls: shownTls(config) },
);
await app.listen(config.PORT, config.HOST);

// Not the broker: while it is away transfers can still be followed, and what needs a decision says 503 by itself.
const readiness = [{ name: 'database', isWell: () => database.ping().then(() => true) }];
const { HOST: host, OPERATIONS_PORT: port } = config;
const protection = { tls: shownTls(config), reader: metricsReader(config) };
const operations = new OperationsServer({ host, port, ...protection, metrics, readiness, log });
log.info({ url: await app.getUrl(), operationsPort: await operations.start() }, 'started');

const steps = [
  { name: 'readiness', run: () => operations.drain() },
  { name: 'http', run: () => app.close() },
  { name: 'outbox', run: () => relay.stop() },
  { name: 'questions', run: () => questions.close() },
  { name: 'bus', run: () => bus.close() },
  { name: 'database', run: () => database.close() },
  { name: 'operations', run: () => operations.stop() },
];
onShutdown(steps, { log, seconds: config.DRAIN_SECONDS });
