import 'reflect-metadata';

import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';

import { Bus, OutboxRelay, QuestionClient, QuestionFilter, questionPipe, questionServerOptions } from '#lib/bus';
import { auditEvent, decideAccess } from '#lib/contracts';
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

import { connectorEnvironment } from './connector-config.js';
import { engineMetrics } from './engine/engine-metrics.js';
import { LedgerBook } from './engine/ledger-book.js';
import { LinkLoop } from './engine/link-loop.js';
import { Mover } from './engine/mover.js';
import { PATIENCE } from './engine/patience.js';
import { RequestBudget } from './engine/request-budget.js';
import { Turns } from './engine/turns.js';
import { FLOWS } from './flows/index.js';
import { previewOf } from './flows/sales-invoice-preview.js';
import { LinkChecks } from './link/checks.js';
import { CredentialBook } from './link/credentials.js';
import { RunSweep } from './link/run-sweep.js';
import { SeveraConnectorModule } from './severa-connector.module.js';
import { systemsOf } from './systems.js';

/** Questions about links that are answered at once; each holds a connection of the database. */
const ANSWERS_AT_ONCE = 8;

/** Links that are worked on hold a connection for a short statement at a time: so many serve all of them. */
const CONNECTIONS_OF_LINKS = 10;

const config = loadConfig(connectorEnvironment, process.env);
const { BUS_NAMESPACE: namespace } = config;
const log = createLog('severa-connector', config.LOG_LEVEL);
const { store, broker } = serversOf(config, log);
const metrics = new ServiceMetrics('severa-connector', { version: config.VERSION, revision: config.REVISION });

const warn = (message: string) => log.warn({ reason: message }, 'the database connection complains');
const poolSize = CONNECTIONS_OF_LINKS + ANSWERS_AT_ONCE + 4;
const database = await Database.open({ ...store, name: 'severa-connector', poolSize, warn });
await requireIsolation(database);
await compareClocks(database, log);
const vault = await Vault.open(database, config.SECRET_KEYS);

const messages = busMetrics(metrics);
const publishes = [auditEvent];
const bus = Bus.connect({ ...broker, namespace, name: 'severa-connector', publishes, log, metrics: messages });
const questions = new QuestionClient({ ...broker, asker: 'severa', namespace, log });
await questions.connect(['auth']);

const outbox = outboxOf(database, crashPoint);
watchOutbox(metrics, outbox);
const relay = new OutboxRelay({ outbox, bus, log, metrics: messages });
relay.start();

const budget = new RequestBudget(database);
const systems = systemsOf(config, budget);
const connector = await NestFactory.createMicroservice<MicroserviceOptions>(
  SeveraConnectorModule.over({
    database,
    vault,
    clients: systems,
    flows: FLOWS,
    previews: { 'sales-invoices': previewOf },
    nudge: () => {
      relay.nudge();
      loop?.nudge();
    },
  }),
  { ...questionServerOptions(broker, namespace, 'severa', ANSWERS_AT_ONCE), logger: new NestLog(log) },
);
connector.useGlobalPipes(questionPipe);
connector.useGlobalFilters(new QuestionFilter(log));

const turns = new Turns(database);
const { netvisor, severa } = systems;
const loop =
  netvisor &&
  new LinkLoop(
    turns,
    new Mover({
      database,
      turns,
      book: new LedgerBook(database),
      flows: FLOWS,
      clients: { netvisor, severa },
      credentialsOf: (environmentId, companyId) => connector.get(CredentialBook).forTurn(environmentId, companyId),
      budget,
      decide: (question) => questions.ask(decideAccess, question),
      test: (where, pass) => connector.get(LinkChecks).testInTurn(where, pass),
      log,
      observe: engineMetrics(metrics),
      patience: PATIENCE,
    }),
    log,
    config.LINK_WORKERS,
  );

const sweep = new RunSweep(database, log);

const readiness = [{ name: 'database', isWell: () => database.ping().then(() => true) }];
const { HOST: host, OPERATIONS_PORT: port } = config;
const protection = { tls: shownTls(config), reader: metricsReader(config) };
const operations = new OperationsServer({ host, port, ...protection, metrics, readiness, log });
log.info({ operationsPort: await operations.start() }, 'started');

const steps = [
  { name: 'readiness', run: () => operations.drain() },
  { name: 'links', run: () => loop?.stop() },
  { name: 'sweep', run: () => sweep.stop() },
  { name: 'module', run: () => connector.close() },
  { name: 'systems', run: () => systems.close() },
  { name: 'outbox', run: () => relay.stop() },
  { name: 'questions', run: () => questions.close() },
  { name: 'bus', run: () => bus.close() },
  { name: 'database', run: () => database.close() },
  { name: 'operations', run: () => operations.stop() },
];
loop?.start();
sweep.start();
onShutdown(steps, { log, seconds: config.DRAIN_SECONDS });

// Last: it waits for the broker, and until then health and shutdown must answer.
await connector.listen();
