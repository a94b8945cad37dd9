import 'reflect-metadata';

import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';

import { Bus, OutboxRelay, QuestionFilter, questionPipe, questionServerOptions } from '#lib/bus';
import { auditEvent, rulesChanged } from '#lib/contracts';
import {
  busMetrics,
  crashPoint,
  createLog,
  loadConfig,
  NestLog,
  onShutdown,
  OperationsServer,
  ServiceMetrics,
  watchOutbox,
} from '#lib/service';
import { Database, outboxOf } from '#lib/store';

import { authEnvironment } from './auth-config.js';
import { authMetrics } from './auth-metrics.js';
import { AuthModule } from './auth.module.js';
import { entities } from './entities.js';

const config = loadConfig(authEnvironment, process.env);
const { RABBITMQ_URL: url, BUS_NAMESPACE: namespace } = config;
const log = createLog('auth', config.LOG_LEVEL);
const metrics = new ServiceMetrics('auth', { version: config.VERSION, revision: config.REVISION });
const onBus = { log, metrics: busMetrics(metrics) };

const warn = (message: string) => log.warn({ reason: message }, 'the database connection complains');
const database = await Database.open({ url: config.DATABASE_URL, name: 'auth', entities, warn });
const bus = Bus.connect({ url, namespace, name: 'auth', publishes: [auditEvent, rulesChanged], ...onBus });
const outbox = outboxOf(database, crashPoint);
watchOutbox(metrics, outbox);
const relay = new OutboxRelay({ outbox, bus, ...onBus });
relay.start();

const operatorTokenHash = config.OPERATOR_TOKEN_SHA256 ?? null;
const auth = AuthModule.over({ database, metrics: authMetrics(metrics), relay, log, operatorTokenHash });
const questions = await NestFactory.createMicroservice<MicroserviceOptions>(auth, {
  ...questionServerOptions(url, namespace, 'auth', config.PREFETCH),
  logger: new NestLog(log),
});
questions.useGlobalPipes(questionPipe);
questions.useGlobalFilters(new QuestionFilter(log));

const readiness = [
  { name: 'database', isWell: () => database.ping().then(() => true) },
  { name: 'bus', isWell: () => bus.state() === 'connected' },
];
const operations = new OperationsServer({ host: config.HOST, port: config.OPERATIONS_PORT, metrics, readiness, log });
const operationsPort = await operations.start();

const steps = [
  { name: 'readiness', run: () => operations.drain() },
  { name: 'questions', run: () => questions.close() },
  { name: 'relay', run: () => relay.stop() },
  { name: 'bus', run: () => bus.close() },
  { name: 'database', run: () => database.close() },
  { name: 'operations', run: () => operations.stop() },
];
onShutdown(steps, { log, seconds: config.DRAIN_SECONDS });

await questions.listen();
log.info({ operationsPort }, 'started');
