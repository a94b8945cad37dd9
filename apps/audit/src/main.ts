import 'reflect-metadata';

import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';

import { Bus, QuestionFilter, questionPipe, questionServerOptions } from '#lib/bus';
import {
  busMetrics,
  createLog,
  loadConfig,
  NestLog,
  onShutdown,
  OperationsServer,
  serviceEnvironment,
  ServiceMetrics,
} from '#lib/service';
import { Database } from '#lib/store';

import { AuditLog } from './audit-log.js';
import { AuditMetrics } from './audit-metrics.js';
import { consumeAuditEvents } from './audit.consumer.js';
import { AuditModule } from './audit.module.js';

const config = loadConfig(serviceEnvironment, process.env);
const { RABBITMQ_URL: url, BUS_NAMESPACE: namespace } = config;
const log = createLog('audit', config.LOG_LEVEL);
const metrics = new ServiceMetrics('audit', { version: config.VERSION, revision: config.REVISION });
const auditMetrics = new AuditMetrics(metrics);

const warn = (message: string) => log.warn({ reason: message }, 'the database connection complains');
const database = await Database.open({ url: config.DATABASE_URL, name: 'audit', warn });
const auditLog = new AuditLog(database);

const bus = Bus.connect({ url, namespace, name: 'audit', publishes: [], log, metrics: busMetrics(metrics) });
const consumer = consumeAuditEvents(bus, auditLog, auditMetrics);

const questions = await NestFactory.createMicroservice<MicroserviceOptions>(AuditModule.over(auditLog, auditMetrics), {
  ...questionServerOptions(url, namespace, 'audit', config.PREFETCH),
  logger: new NestLog(log),
});
questions.useGlobalPipes(questionPipe);
questions.useGlobalFilters(new QuestionFilter(log));

const readiness = [
  { name: 'database', isWell: () => database.ping().then(() => true) },
  { name: 'events', isWell: () => consumer.attached },
];
const operations = new OperationsServer({ host: config.HOST, port: config.OPERATIONS_PORT, metrics, readiness, log });
log.info({ operationsPort: await operations.start() }, 'started');

const steps = [
  { name: 'readiness', run: () => operations.drain() },
  { name: 'questions', run: () => questions.close() },
  { name: 'events', run: async () => void (await consumer.drain((config.DRAIN_SECONDS * 1000) / 2)) },
  { name: 'bus', run: () => bus.close() },
  { name: 'database', run: () => database.close() },
  { name: 'operations', run: () => operations.stop() },
];
onShutdown(steps, { log, seconds: config.DRAIN_SECONDS });

// Last: it waits for the broker, and until then health and shutdown must answer.
await questions.listen();
