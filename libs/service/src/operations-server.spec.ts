import { get } from 'node:http';

import { afterEach, describe, expect, it } from '@jest/globals';

import { createLog } from './log.js';
import { ServiceMetrics } from './metrics.js';
import { OperationsServer } from './operations-server.js';
import { type ReadinessCheck, ReadinessGate } from './readiness.js';

const log = createLog('audit', 'silent');
const metrics = new ServiceMetrics('audit', { version: '1', revision: 'a' });
const running: OperationsServer[] = [];

async function serve(readiness: readonly ReadinessCheck[]) {
  const server = new OperationsServer({ host: '127.0.0.1', port: 0, metrics, readiness, log });
  running.push(server);
  const port = await server.start();
  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
  };
  return { server, port, ask, read: async (path: string) => JSON.parse((await ask(path)).text) as unknown };
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

describe('the operations server', () => {
  it('is live whatever the checks say', async () => {
    const { ask } = await serve([{ name: 'database', isWell: () => false }]);
    expect((await ask('/health/live')).status).toBe(200);
  });

  it('is ready when every check is well', async () => {
    const { ask, read } = await serve([{ name: 'database', isWell: () => Promise.resolve(true) }]);
    expect((await ask('/health/ready')).status).toBe(200);
    expect(await read('/health/ready')).toEqual({ status: 'ready', checks: { database: 'ok' } });
  });

  it('names the check that is not well, and not why', async () => {
    const { ask } = await serve([
      { name: 'database', isWell: () => true },
      { name: 'broker', isWell: () => Promise.reject(new Error('amqp://app:hunter2@broker refused')) },
    ]);
    const { status, text } = await ask('/health/ready');
    expect(status).toBe(503);
    expect(JSON.parse(text)).toEqual({ status: 'not-ready', checks: { database: 'ok', broker: 'failed' } });
  });

  it('drains: not ready any more, live still', async () => {
    const { server, ask } = await serve([]);
    server.drain();
    expect(await ask('/health/ready')).toMatchObject({ status: 503 });
    expect((await ask('/health/ready')).text).toContain('draining');
    expect(await ask('/health/live')).toMatchObject({ status: 200 });
  });

  it('has started once it was ready, for good', async () => {
    let well = false;
    const { ask } = await serve([{ name: 'database', isWell: () => well }]);
    expect((await ask('/health/startup')).status).toBe(503);
    well = true;
    expect((await ask('/health/startup')).status).toBe(200);
    well = false;
    expect((await ask('/health/startup')).status).toBe(200);
  });

  it('is scraped, ready or not', async () => {
    const { ask } = await serve([{ name: 'database', isWell: () => false }]);
    const { status, type, text } = await ask('/metrics');
    expect({ status, type }).toEqual({ status: 200, type: 'text/plain; version=0.0.4; charset=utf-8' });
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
    expect(text).toContain('tietovirta_audit_events_total');
  });

  it.each([
    ['POST', '/metrics', 405],
    ['GET', '/', 404],
    ['HEAD', '/health/live', 200],
    ['GET', '/health/live?verbose', 200],
  ])('answers %s %s with %d', async (method, path, status) => {
    const { ask } = await serve([]);
    expect((await ask(path, { method })).status).toBe(status);
  });

  it('refuses to start on a port that is taken', async () => {
    const { port } = await serve([]);
    const second = new OperationsServer({ host: '127.0.0.1', port, metrics, readiness: [], log });
    await expect(second.start()).rejects.toThrow('EADDRINUSE');
  });

  it('stops although a probe keeps its connection open', async () => {
    const { server, port } = await serve([]);
    await new Promise<void>((resolve) => {
      const request = get({ port, path: '/health/live', headers: { connection: 'keep-alive' } }, (response) => {
        response.resume().once('end', resolve);
      });
      request.once('error', () => undefined);
    });
    await server.stop();
    await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow();
  });
});

describe('a check that hangs', () => {
  it('is timed out, and not started again until it has ended', async () => {
    let asked = 0;
    let end: (well: boolean) => void = () => undefined;
    const isWell = () => {
      asked += 1;
      return new Promise<boolean>((resolve) => {
        end = resolve;
      });
    };
    const gate = new ReadinessGate([{ name: 'database', isWell }], 10);
    expect(await gate.ask()).toEqual({ status: 'not-ready', checks: { database: 'timed-out' } });
    expect(await gate.ask()).toEqual({ status: 'not-ready', checks: { database: 'timed-out' } });
    expect(asked).toBe(1);

    const third = gate.ask();
    end(true);
    expect(await third).toEqual({ status: 'ready', checks: { database: 'ok' } });
  });
});
