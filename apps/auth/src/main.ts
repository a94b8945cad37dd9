import 'reflect-metadata';

import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';

import { Bus, OutboxRelay, QuestionFilter, questionPipe, questionServerOptions } from '#lib/bus';
import { auditEvent, onboardingWork, rulesChanged } from '#lib/contracts';
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
import { compareClocks, Database, outboxOf, requireIsolation, Vault } from '#lib/store';

import { authEnvironment } from './auth-config.js';
import { authMetrics } from './auth-metrics.js';
import { AuthModule } from './auth.module.js';
import { entities } from './entities.js';
import { BreachedPasswords, NOTHING_BREACHED } from './breached-passwords.js';
import { consumeOnboardings } from './onboarding/onboarding.consumer.js';
import { OnboardingWork } from './onboarding/onboarding-work.js';
import { PasswordHasher } from './password.js';
import { PasswordPost } from './sms/password-post.js';
import { PasswordSender } from './sms/password-sender.js';
import { smsWay } from './sms/sms-way.js';

const config = loadConfig(authEnvironment, process.env);
const { BUS_NAMESPACE: namespace } = config;
const log = createLog('auth', config.LOG_LEVEL);
const { store, broker } = serversOf(config, log);
const metrics = new ServiceMetrics('auth', { version: config.VERSION, revision: config.REVISION });
const onBus = { log, metrics: busMetrics(metrics) };

const warn = (message: string) => log.warn({ reason: message }, 'the database connection complains');
const database = await Database.open({ ...store, name: 'auth', entities, warn });
await requireIsolation(database);
await compareClocks(database, log);
const bus = Bus.connect({
  ...broker,
  namespace,
  name: 'auth',
  publishes: [auditEvent, rulesChanged, onboardingWork],
  ...onBus,
});
const vault = await Vault.open(database, config.SECRET_KEYS);
const outbox = outboxOf(database, crashPoint);
watchOutbox(metrics, outbox);
// What it sends is for the record, and nobody waits for it: fuller rounds.
const relay = new OutboxRelay({ outbox, bus, lingerMs: 25, ...onBus });
relay.start();
const onboardings = consumeOnboardings(bus, new OnboardingWork(database, relay));

const { gateway, inbox: sandboxInbox } = smsWay(database, config);
// A hasher of its own: people who sign in do not wait for passwords that are made.
const passwordPost =
  gateway &&
  new PasswordPost(new PasswordSender({ database, gateway, hasher: new PasswordHasher(1), relay, log }), log);
passwordPost?.start();

const operatorTokenHash = config.OPERATOR_TOKEN_SHA256 ?? null;
const counted = authMetrics(metrics);
const { BREACHED_PASSWORDS_URL: range } = config;
const breached = range ? new BreachedPasswords({ url: range, log, checked: counted.breachChecked }) : NOTHING_BREACHED;
const parts = { database, metrics: counted, relay, log, operatorTokenHash, vault, breached };
const auth = AuthModule.over({ ...parts, passwordPost, sandboxInbox });
const questions = await NestFactory.createMicroservice<MicroserviceOptions>(auth, {
  ...questionServerOptions(broker, namespace, 'auth', config.PREFETCH),
  logger: new NestLog(log),
});
questions.useGlobalPipes(questionPipe);
questions.useGlobalFilters(new QuestionFilter(log));

const readiness = [
  { name: 'database', isWell: () => database.ping().then(() => true) },
  { name: 'bus', isWell: () => bus.state() === 'connected' },
];
const { HOST: host, OPERATIONS_PORT: port } = config;
const protection = { tls: shownTls(config), reader: metricsReader(config) };
const operations = new OperationsServer({ host, port, ...protection, metrics, readiness, log });
const operationsPort = await operations.start();

const steps = [
  { name: 'readiness', run: () => operations.drain() },
  { name: 'questions', run: () => questions.close() },
  { name: 'onboardings', run: () => onboardings.drain(config.DRAIN_SECONDS * 700) },
  { name: 'passwords', run: () => passwordPost?.stop() },
  { name: 'relay', run: () => relay.stop() },
  { name: 'bus', run: () => bus.close() },
  { name: 'database', run: () => database.close() },
  { name: 'operations', run: () => operations.stop() },
];
onShutdown(steps, { log, seconds: config.DRAIN_SECONDS });

const dataKeys = await vault.rewrapAll({ kind: 'service', id: 'auth' });
if (dataKeys > 0) log.info({ dataKeys, keyId: config.SECRET_KEYS.current }, 'data keys rewrapped');

await questions.listen();
log.info({ operationsPort }, 'started');
