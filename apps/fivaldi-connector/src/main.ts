import 'reflect-metadata';

import { NestFactory } from '@nestjs/core';

import { Bus, OutboxRelay, QuestionClient } from '#lib/bus';
import { auditEvent, laneTicket } from '#lib/contracts';
import {
  busMetrics,
  crashPoint,
  createLog,
  loadConfig,
  NestLog,
  onShutdown,
  OperationsServer,
  serviceEnvironment,
  ServiceMetrics,
  watchOutbox,
} from '#lib/service';
import { Database, outboxOf, requireIsolation } from '#lib/store';

import { connectorMetrics, readGauges } from './connector-metrics.js';
import { FivaldiConnectorModule } from './fivaldi-connector.module.js';
import { LaneClock } from './lane-clock.js';
import { TicketsConsumer } from './tickets.consumer.js';

const config = loadConfig(serviceEnvironment, process.env);
const { RABBITMQ_URL: url, BUS_NAMESPACE: namespace } = config;
const log = createLog('fivaldi-connector', config.LOG_LEVEL);
const metrics = new ServiceMetrics('fivaldi-connector', { version: config.VERSION, revision: config.REVISION });

const warn = (message: string) => log.warn({ reason: message }, 'the database connection complains');
// A journey holds one connection for its transaction and one for the document's chunks.
const poolSize = 2 * config.PREFETCH + 6;
const database = await Database.open({ url: config.DATABASE_URL, name: 'fivaldi-connector', poolSize, warn });
await requireIsolation(database);
readGauges(metrics, database);

const messages = busMetrics(metrics);
const publishes = [auditEvent, laneTicket];
const bus = Bus.connect({ url, namespace, name: 'fivaldi-connector', publishes, log, metrics: messages });
const questions = new QuestionClient({ url, namespace, log });
await questions.connect(['auth']);

const outbox = outboxOf(database, crashPoint);
watchOutbox(metrics, outbox);
const relay = new OutboxRelay({ outbox, bus, log, metrics: messages });
relay.start();

const connector = await NestFactory.createApplicationContext(
  FivaldiConnectorModule.over({
    database,
    bus,
    questions,
    observe: connectorMetrics(metrics, () => new Date()),
    nudge: () => relay.nudge(),
    log,
    atOnce: config.PREFETCH,
  }),
  { logger: new NestLog(log) },
);
const tickets = connector.get(TicketsConsumer);

const readiness = [
  { name: 'database', isWell: () => database.ping().then(() => true) },
  { name: 'tickets', isWell: () => tickets.attached },
];
const operations = new OperationsServer({ host: config.HOST, port: config.OPERATIONS_PORT, metrics, readiness, log });
log.info({ operationsPort: await operations.start() }, 'started');

const steps = [
  { name: 'readiness', run: () => operations.drain() },
  { name: 'clock', run: () => connector.get(LaneClock).stop() },
  { name: 'tickets', run: () => tickets.drain(config.DRAIN_SECONDS * 700) },
  { name: 'module', run: () => connector.close() },
  { name: 'outbox', run: () => relay.stop() },
  { name: 'questions', run: () => questions.close() },
  { name: 'bus', run: () => bus.close() },
  { name: 'database', run: () => database.close() },
  { name: 'operations', run: () => operations.stop() },
];
onShutdown(steps, { log, seconds: config.DRAIN_SECONDS });
