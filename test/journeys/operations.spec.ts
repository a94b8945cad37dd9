import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';

import { METRICS, type MetricName } from '../../libs/service/src/index.ts';
import { SERVICES } from '../../scripts/local/service-processes.ts';
import { install, type Installed } from './installed.ts';

/** Words that would make a tenant a label: 10,000 of them would be a scrape that stops the event loop. */
const TENANTS = /^(tenant|environment|company|partner_?user|user|document|transfer)(_id)?$/;

describe.each(SERVICES)('the operations port of %s', (service) => {
  let installed: Installed;
  let port: ReturnType<typeof supertest>;
  beforeAll(async () => {
    installed = await shared;
    port = supertest(installed.processes.get(service)?.operationsUrl ?? '');
  }, 90_000);

  it('is alive and ready, and says what it has looked at', async () => {
    await port.get('/health/live').expect(200);
    const { text } = await port.get('/health/ready').expect(200);
    expect(text).toContain('database');
  });

  it('shows every metric that the catalogue has it expose, with its help and type, and no other of ours', async () => {
    const { text } = await port
      .get('/metrics')
      .expect(200)
      .expect('content-type', /text\/plain/);
    const ours = Object.entries(METRICS).filter(([, { exposedBy }]) => exposedBy.includes(service));
    for (const [name, { help, type }] of ours) {
      expect(text).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`);
    }
    const shown = [...text.matchAll(/^# TYPE ((?:tietovirta|http_server)_\w+) /gm)].map(([, name]) => name);
    expect(shown.sort()).toEqual(ours.map(([name]) => name).sort());
  });

  it('names counters, seconds and bytes as Prometheus asks, and has no tenant for a label', async () => {
    const { text } = await port.get('/metrics');
    for (const [, name, type] of text.matchAll(/^# TYPE ((?:tietovirta|http_server)_\w+) (\w+)$/gm)) {
      if (type === 'counter') expect(name).toMatch(/_total$/);
      if (type === 'histogram') expect(name).toMatch(/_(seconds|bytes)$/);
      const labels = Object.keys(METRICS[name as MetricName].labels);
      expect(labels.filter((label) => TENANTS.test(label))).toEqual([]);
    }
    const labels = new Set([...text.matchAll(/[{,](\w+)="/g)].map(([, label]) => label));
    expect([...labels].filter((label) => TENANTS.test(label ?? ''))).toEqual([]);
  });
});

const shared: Promise<Installed> = install();
afterAll(async () => (await shared).stop(), 60_000);
