/**
 * What every service has: configuration, log, metrics, health, problem answers,
 * an orderly end.
 *
 * Start with `config.ts`, then `metric-catalogue.ts` for what is measured. This
 * room alone knows `pino`, `prom-client` and the environment.
 */
export { busMetrics, watchOutbox } from './bus-metrics.js';
export { clientTls, type TlsFiles } from './client-tls.js';
export { EnvironmentUnusable, loadConfig, serviceEnvironment } from './config.js';
export { CRASH_POINTS, type CrashPoint, crashPoint, DELIVERY_CRASH_POINTS, LINK_CRASH_POINTS } from './crash-point.js';
export { observeRequests } from './http-metrics.js';
export { createLog, type Log, LOG_LEVELS, type LogDestination, type LogFields, type LogLevel } from './log.js';
export { type MetricName, METRICS } from './metric-catalogue.js';
export type { LabelSet, LabelValues, MetricDefinition } from './metric-definition.js';
export {
  accessLabel,
  categoryOf,
  DELIVERY_OUTCOMES,
  type Flow,
  flowOf,
  FLOWS,
  type REQUEST_REFUSALS,
  type ServiceName,
  SERVICES,
} from './metric-labels.js';
export {
  type Build,
  type CounterOf,
  type GaugeOf,
  type GaugeReadings,
  type HistogramOf,
  type MetricOf,
  ServiceMetrics,
} from './metrics.js';
export { metricsPage } from './metrics-page.js';
export { NestLog } from './nest-log.js';
export { type OperationsOptions, OperationsServer } from './operations-server.js';
export { STATUS, type Problem, problemFor } from './problem.js';
export { type Language, preferredLanguage } from './problem-titles.js';
export { ProblemFilter } from './problem.filter.js';
export type { ReadinessCheck } from './readiness.js';
export { faultOf, RequestInvalid, requestPipe } from './request-pipe.js';
export type { Said } from './fault-texts.js';
export { toldBy } from './secret-file.js';
export { type MetricsReader, metricsReader, serversOf, type ShownTls, shownTls } from './servers.js';
export { onShutdown, type ShutdownStep } from './shutdown.js';
