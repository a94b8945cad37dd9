import 'reflect-metadata';

import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';

import { Bus, OutboxRelay, QuestionClient, QuestionFilter, questionPipe, questionServerOptions } from '#lib/bus';
import { auditEvent, laneTicket } from '#lib/contracts';
import {
  busMetrics,
  crashPoint,
  createLog,
  loadConfig,
  metricsReader,
  NestLog,
  onShutdown,
  OperationsServer,
  ServiceMetrics,
  serversOf,
  shownTls,
  watchOutbox,
} from '#lib/service';
import { compareClocks, Database, outboxOf, requireIsolation } from '#lib/store';

import { connectorEnvironment } from './connector-config.js';
import { connectorMetrics, readGauges } from './connector-metrics.js';
import { deliveryOf } from './delivery/delivery.js';
import { deliveryMetrics, readDeliveryGauges } from './delivery/delivery-metrics.js';
import { FivaldiConnectorModule } from './fivaldi-connector.module.js';
import { LaneClock } from './lane-clock.js';
import { TicketsConsumer } from './tickets.consumer.js';

/** Questions about the registers that are answered at once; each holds a connection of the database. */
const ANSWERS_AT_ONCE = 8;

const config = loadConfig(connectorEnvironment, process.env);
const { BUS_NAMESPACE: namespace } = config;
const log = createLog('fivaldi-connector', config.LOG_LEVEL);
const { store, broker } = serversOf(config, log);
const metrics = new ServiceMetrics('fivaldi-connector', { version: config.VERSION, revision: config.REVISION });

const warn = (message: string) => log.warn({ reason: message }, 'the database connection complains');
// A journey holds one connection for its transaction and one for the document's chunks.
const poolSize = 2 * config.PREFETCH + ANSWERS_AT_ONCE + 6;
const database = await Database.open({ ...store, name: 'fivaldi-connector', poolSize, warn });
await requireIsolation(database);
await compareClocks(database, log);
readGauges(metrics, database);
readDeliveryGauges(metrics, database);

const messages = busMetrics(metrics);
const publishes = [auditEvent, laneTicket];
const bus = Bus.connect({ ...broker, namespace, name: 'fivaldi-connector', publishes, log, metrics: messages });
const questions = new QuestionClient({ ...broker, asker: 'connector', namespace, log });
await questions.connect(['auth']);

const outbox = outboxOf(database, crashPoint);
watchOutbox(metrics, outbox);
const relay = new OutboxRelay({ outbox, bus, log, metrics: messages });
relay.start();

const connector = await NestFactory.createMicroservice<MicroserviceOptions>(
  FivaldiConnectorModule.over({
    database,
    bus,
    questions,
    observe: connectorMetrics(metrics, () => new Date()),
    nudge: () => relay.nudge(),
    log,
    atOnce: config.PREFETCH,
  }),
  { ...questionServerOptions(broker, namespace, 'fivaldi', ANSWERS_AT_ONCE), logger: new NestLog(log) },
);
connector.useGlobalPipes(questionPipe);
connector.useGlobalFilters(new QuestionFilter(log));
const tickets = connector.get(TicketsConsumer);
const delivery = await deliveryOf(config, { database, questions, observe: deliveryMetrics(metrics), log });

const readiness = [
  { name: 'database', isWell: () => database.ping().then(() => true) },
  { name: 'tickets', isWell: () => tickets.attached },
];
const { HOST: host, OPERATIONS_PORT: port } = config;
const protection = { tls: shownTls(config), reader: metricsReader(config) };
const operations = new OperationsServer({ host, port, ...protection, metrics, readiness, log });
log.info({ operationsPort: await operations.start() }, 'started');

const steps = [
  { name: 'readiness', run: () => operations.drain() },
  { name: 'clock', run: () => connector.get(LaneClock).stop() },
  { name: 'delivery', run: () => delivery?.stop() },
  { name: 'tickets', run: () => tickets.drain(config.DRAIN_SECONDS * 700) },
  { name: 'module', run: () => connector.close() },
  { name: 'outbox', run: () => relay.stop() },
  { name: 'questions', run: () => questions.close() },
  { name: 'bus', run: () => bus.close() },
  { name: 'database', run: () => database.close() },
  { name: 'operations', run: () => operations.stop() },
];
delivery?.start();
onShutdown(steps, { log, seconds: config.DRAIN_SECONDS });

// Last: it waits for the broker, and until then health and shutdown must answer.
await connector.listen();
