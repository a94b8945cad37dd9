import { describe, expect, it } from '@jest/globals';

import { METRICS } from './metric-catalogue.js';
import type { MetricDefinition } from './metric-definition.js';
import { SERVICES } from './metric-labels.js';
import { boundedLabels, initialLabels } from './metric-series.js';
import { metricsPage } from './metrics-page.js';
import { ServiceMetrics } from './metrics.js';

const build = { version: '1.2.3', revision: 'abc' };
const catalogue = Object.entries<MetricDefinition>(METRICS);
const scrape = async (metrics: ServiceMetrics) => (await metrics.scrape()).body.split('\n');

describe('the catalogue', () => {
  it.each(catalogue)('%s is named for its unit', (name, { type, unit }) => {
    expect(name).toMatch(/^(tietovirta|http)_[a-z_]+$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    if (unit === 'seconds') expect(name).toMatch(/_seconds$/);
    if (unit === 'bytes') expect(name).toMatch(/_bytes$/);
    expect(name.endsWith('_timestamp_seconds')).toBe(unit === 'unix seconds');
  });

  it.each(catalogue)('%s has a help, a service, and buckets only if it is a histogram', (_name, metric) => {
    expect(metric.help).toMatch(/^[A-Z0-9].*\.$/);
    expect(metric.exposedBy.length).toBeGreaterThan(0);
    const { buckets } = metric;
    expect(buckets !== undefined).toBe(metric.type === 'histogram');
    expect(buckets).toEqual(buckets && [...new Set(buckets)].sort((a, b) => a - b));
  });

  it.each(catalogue)('%s has no label that tells tenants apart', (_name, { labels }) => {
    for (const label of Object.keys(labels)) {
      expect(label).not.toMatch(/tenant|environment|company|user|document|transfer|message|address|error/);
    }
  });

  it.each(catalogue)('%s starts only with labels that it has', (_name, metric) => {
    for (const labels of metric.initial ?? []) {
      expect(Object.keys(labels).sort()).toEqual(Object.keys(metric.labels).sort());
      expect(boundedLabels(metric, labels)).toEqual(labels);
    }
  });
});

describe.each(SERVICES)('the scrape of %s', (service) => {
  it('holds every metric that the catalogue gives it, no other, and fewer than 5,000 samples', async () => {
    const lines = await scrape(new ServiceMetrics(service, build));
    const ours = lines.filter((line) => /^# TYPE (tietovirta|http)_/.test(line)).map((line) => line.split(' ')[2]);
    const given = catalogue.filter(([, { exposedBy }]) => exposedBy.includes(service)).map(([name]) => name);
    expect(ours.sort()).toEqual(given.sort());
    expect(lines.filter((line) => line !== '' && !line.startsWith('#')).length).toBeLessThan(5_000);
  });

  it('has the suffix of a counter on counters only', async () => {
    const types = (await scrape(new ServiceMetrics(service, build))).filter((line) => line.startsWith('# TYPE '));
    expect(types.filter((line) => /_total (?!counter)/.test(line))).toEqual([]);
  });
});

describe('a metric', () => {
  it('stands at 0 for every closed combination before anything has happened', async () => {
    const lines = await scrape(new ServiceMetrics('fivaldi-connector', build));
    expect(lines).toContain(
      'tietovirta_transfers_finished_total{flow="tuoterekisteri.import",outcome="failed",fault="platform"} 0',
    );
    expect(lines).toContain('tietovirta_login_window_deferred_transfers{flow="kiha.export"} 0');
  });

  it('has no pair of outcome and fault that makes no sense', () => {
    const ends = initialLabels(METRICS.tietovirta_transfers_finished_total);
    expect(ends).not.toContainEqual(expect.objectContaining({ outcome: 'succeeded', fault: 'platform' }));
  });

  it('counts a value outside its closed list as other', async () => {
    const metrics = new ServiceMetrics('auth', build);
    metrics.metric('tietovirta_bus_redelivered_total').add({ queue: 'x.some-new-queue' });
    expect(await scrape(metrics)).toContain('tietovirta_bus_redelivered_total{queue="other"} 1');
  });

  it('is refused to a service that does not expose it', () => {
    expect(() => new ServiceMetrics('audit', build).metric('tietovirta_authz_decisions_total')).toThrow(/audit/);
  });

  it('shows which build it is of', async () => {
    expect((await scrape(new ServiceMetrics('auth', build))).join('\n')).toMatch(
      /tietovirta_build_info\{version="1.2.3",revision="abc",node="v\d+[^"]*"\} 1/,
    );
  });
});

describe('a gauge that is read when scraped', () => {
  const oldest = 'tietovirta_transfer_oldest_pending_timestamp_seconds';

  it('has a series only for what was read', async () => {
    const metrics = new ServiceMetrics('fivaldi-connector', build);
    let readings = [{ labels: { flow: 'palkat.import' } as const, value: 1_700_000_000 }];
    metrics.metric(oldest).readBy(() => readings);
    expect(await scrape(metrics)).toContain(`${oldest}{flow="palkat.import"} 1700000000`);
    readings = [];
    expect((await scrape(metrics)).join('\n')).not.toContain(`${oldest}{`);
  });

  it('goes back to 0 where it starts at 0', async () => {
    const metrics = new ServiceMetrics('fivaldi-connector', build);
    const deferred = metrics.metric('tietovirta_login_window_deferred_transfers');
    let readings = [{ labels: { flow: 'palkat.import' } as const, value: 7 }];
    deferred.readBy(() => Promise.resolve(readings));
    expect(await scrape(metrics)).toContain('tietovirta_login_window_deferred_transfers{flow="palkat.import"} 7');
    readings = [];
    expect(await scrape(metrics)).toContain('tietovirta_login_window_deferred_transfers{flow="palkat.import"} 0');
  });

  it('keeps the last values when it cannot be read', async () => {
    const metrics = new ServiceMetrics('auth', build);
    let broken = false;
    metrics.metric('tietovirta_outbox_pending_messages').readBy(() => {
      if (broken) throw new Error('the database is away');
      return [{ labels: {}, value: 5 }];
    });
    await scrape(metrics);
    broken = true;
    expect(await scrape(metrics)).toContain('tietovirta_outbox_pending_messages 5');
  });

  it('has no series without labels before it is known: 0 would be 1970', async () => {
    const lines = await scrape(new ServiceMetrics('auth', build));
    expect(lines.some((line) => line.startsWith('tietovirta_outbox_oldest_pending_timestamp_seconds'))).toBe(false);
    expect(lines).toContain('tietovirta_outbox_pending_messages 0');
  });
});

describe('metricsPage', () => {
  it('describes every metric of the catalogue once', () => {
    const headings = metricsPage().match(/^## .*$/gm);
    expect(headings).toEqual(catalogue.map(([name]) => `## ${name}`));
  });
});
