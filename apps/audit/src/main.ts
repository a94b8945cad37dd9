import 'reflect-metadata';

import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';

import { Bus, QuestionFilter, questionPipe, questionServerOptions } from '#lib/bus';
import {
  busMetrics,
  createLog,
  loadConfig,
  metricsReader,
  NestLog,
  onShutdown,
  OperationsServer,
  ServiceMetrics,
  serversOf,
  shownTls,
} from '#lib/service';
import { compareClocks, Database, requireIsolation } from '#lib/store';

import { auditEnvironment } from './audit-config.js';
import { AuditLog } from './audit-log.js';
import { AuditMetrics } from './audit-metrics.js';
import { consumeAuditEvents } from './audit.consumer.js';
import { AuditModule } from './audit.module.js';
import { CheckpointFile } from './checkpoint-file.js';
import { Checkpointer } from './checkpointer.js';
import { AuditExports } from './export/audit-exports.js';
import { Exporter } from './export/exporter.js';
import { Redaction } from './redaction.js';
import { Routine } from './routine.js';
import { TrustedKeys } from './signing-key.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const config = loadConfig(auditEnvironment, process.env);
const { BUS_NAMESPACE: namespace } = config;
const log = createLog('audit', config.LOG_LEVEL);
const { store, broker } = serversOf(config, log);
const metrics = new ServiceMetrics('audit', { version: config.VERSION, revision: config.REVISION });
const auditMetrics = new AuditMetrics(metrics);

const warn = (message: string) => log.warn({ reason: message }, 'the database connection complains');
const database = await Database.open({ ...store, name: 'audit', warn });
await requireIsolation(database);
await compareClocks(database, log);

const { AUDIT_SIGNING_KEY: key, AUDIT_RETIRED_KEYS: retired, AUDIT_CHECKPOINT_FILE: file } = config;
const trusted = new TrustedKeys(key ? [key.public, ...retired] : retired);
const outlet = file === undefined ? null : new CheckpointFile(file);
if (!key) log.warn({}, 'AUDIT_SIGNING_KEY is not given: no checkpoints are signed and no exports are made');
else if (!outlet) log.warn({}, 'AUDIT_CHECKPOINT_FILE is not given: checkpoints are kept in the database alone');
const auditLog = new AuditLog(database, { keys: trusted, outlet });

const redaction = new Redaction(database, config.AUDIT_ADDRESS_MONTHS);
const routines = [new Routine('redaction', DAY, () => redaction.run(new Date()), log)];
if (key) {
  const checkpointer = new Checkpointer(database, key, trusted, outlet);
  routines.push(new Routine('checkpoints', config.AUDIT_CHECKPOINT_MINUTES * MINUTE, () => checkpointer.run(), log));
}
const exporter = key ? new Exporter(database, key, log) : null;
const exports = new AuditExports(database, exporter);

const bus = Bus.connect({ ...broker, namespace, name: 'audit', publishes: [], log, metrics: busMetrics(metrics) });
const consumer = consumeAuditEvents(bus, auditLog, auditMetrics);

const module = AuditModule.over({ auditLog, exports, trusted, metrics: auditMetrics });
const questions = await NestFactory.createMicroservice<MicroserviceOptions>(module, {
  ...questionServerOptions(broker, namespace, 'audit', config.PREFETCH),
  logger: new NestLog(log),
});
questions.useGlobalPipes(questionPipe);
questions.useGlobalFilters(new QuestionFilter(log));

const readiness = [
  { name: 'database', isWell: () => database.ping().then(() => true) },
  { name: 'events', isWell: () => consumer.attached },
];
const { HOST: host, OPERATIONS_PORT: port } = config;
const protection = { tls: shownTls(config), reader: metricsReader(config) };
const operations = new OperationsServer({ host, port, ...protection, metrics, readiness, log });
log.info({ operationsPort: await operations.start() }, 'started');

const steps = [
  { name: 'readiness', run: () => operations.drain() },
  { name: 'questions', run: () => questions.close() },
  { name: 'events', run: async () => void (await consumer.drain((config.DRAIN_SECONDS * 1000) / 2)) },
  { name: 'exports', run: () => exporter?.stop() },
  { name: 'routines', run: async () => void (await Promise.all(routines.map((routine) => routine.stop()))) },
  { name: 'bus', run: () => bus.close() },
  { name: 'database', run: () => database.close() },
  { name: 'operations', run: () => operations.stop() },
];
exporter?.start();
for (const routine of routines) routine.start();
onShutdown(steps, { log, seconds: config.DRAIN_SECONDS });

// Last: it waits for the broker, and until then health and shutdown must answer.
await questions.listen();
