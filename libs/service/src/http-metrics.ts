import type { FastifyInstance } from 'fastify';

import { METRICS } from './metric-catalogue.js';
import type { ServiceMetrics } from './metrics.js';

const METHODS = METRICS.http_server_request_duration_seconds.labels.http_request_method;

/**
 * Measures every answer of an HTTP server by method, route and status.
 *
 * The route is the template, never the path; a request that met no route counts
 * under `none`, so that a scanner cannot make series.
 */
export function observeRequests(server: Pick<FastifyInstance, 'addHook'>, metrics: ServiceMetrics): void {
  const duration = metrics.metric('http_server_request_duration_seconds');
  server.addHook('onResponse', (request, reply, done) => {
    duration.observe(
      {
        http_request_method: METHODS.find((method) => method === request.method) ?? '_OTHER',
        http_route: request.is404 ? 'none' : (request.routeOptions.url ?? 'none'),
        http_response_status_code: String(reply.statusCode),
      },
      reply.elapsedTime / 1000,
    );
    done();
  });
}
