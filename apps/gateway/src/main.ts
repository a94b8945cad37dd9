import 'reflect-metadata';

import { Bus, OutboxRelay, QuestionClient } from '#lib/bus';
import { auditEvent, laneTicket } from '#lib/contracts';
import {
  busMetrics,
  crashPoint,
  createLog,
  loadConfig,
  onShutdown,
  OperationsServer,
  ServiceMetrics,
  watchOutbox,
} from '#lib/service';
import { Database, outboxOf, requireIsolation } from '#lib/store';

import { DocumentReceiver } from './document-receiver.js';
import { gatewayEnvironment } from './gateway-config.js';
import { GatewayMetrics } from './gateway-metrics.js';
import { httpServer } from './http-server.js';
import { Oidc, oidcSettings } from './oidc.js';
import { Site } from './site.js';

const config = loadConfig(gatewayEnvironment, process.env);
const { RABBITMQ_URL: url, BUS_NAMESPACE: namespace } = config;
const log = createLog('gateway', config.LOG_LEVEL);
const metrics = new ServiceMetrics('gateway', { version: config.VERSION, revision: config.REVISION });

const warn = (message: string) => log.warn({ reason: message }, 'the database connection complains');
const database = await Database.open({ url: config.DATABASE_URL, name: 'gateway', poolSize: 20, warn });
await requireIsolation(database);
const messages = busMetrics(metrics);
const bus = Bus.connect({
  url,
  namespace,
  name: 'gateway',
  publishes: [auditEvent, laneTicket],
  log,
  metrics: messages,
});
const questions = new QuestionClient({ url, namespace, log });
await questions.connect(['auth', 'audit']);
const outbox = outboxOf(database, crashPoint);
watchOutbox(metrics, outbox);
const relay = new OutboxRelay({ outbox, bus, log, metrics: messages });
relay.start();

const receiver = new DocumentReceiver(database, config.SENDER_SILENCE_SECONDS);
const site = new Site(config.PUBLIC_URL ?? new URL(`http://127.0.0.1:${config.PORT}`));
const oidc = new Oidc(oidcSettings(config, site), log);
const app = await httpServer(
  { database, questions, relay, receiver, metrics: new GatewayMetrics(metrics), site, oidc },
  { log, metrics, trustedProxies: config.TRUSTED_PROXIES, version: config.VERSION },
);
await app.listen(config.PORT, config.HOST);

// Not the broker: while it is away transfers can still be followed, and what needs a decision says 503 by itself.
const readiness = [{ name: 'database', isWell: () => database.ping().then(() => true) }];
const operations = new OperationsServer({ host: config.HOST, port: config.OPERATIONS_PORT, metrics, readiness, log });
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
