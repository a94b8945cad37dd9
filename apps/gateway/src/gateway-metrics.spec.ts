import { describe, expect, it } from '@jest/globals';

import type { ErrorKind } from '#lib/errors';
import { ServiceMetrics } from '#lib/service';

import { GatewayMetrics } from './gateway-metrics.js';

describe('a request that is refused', () => {
  it.each<[ErrorKind, string, string | undefined]>([
    ['denied', 'request.cross-site', 'cross_site'],
    ['denied', 'role.missing', 'denied'],
    ['invalid', 'request.invalid', 'malformed'],
    ['unsupported', 'request.encoding', 'malformed'],
    ['oversized', 'request.oversized', 'malformed'],
    ['limited', 'request.too-many', 'limited'],
    ['limited', 'lane.full', 'limited'],
    ['unauthenticated', 'session.absent', 'unauthenticated'],
    ['absent', 'route.absent', undefined],
    ['outdated', 'rule.outdated', undefined],
  ])('as %s, %s, is counted under %s', async (kind, code, reason) => {
    const metrics = new ServiceMetrics('gateway', { version: '1', revision: 'a' });
    new GatewayMetrics(metrics).refused(kind, code);
    const { body } = await metrics.scrape();
    const counted = [...body.matchAll(/^tietovirta_requests_refused_total\{reason="(\w+)"\} 1$/gm)].map(
      ([, one]) => one,
    );
    expect(counted).toEqual(reason === undefined ? [] : [reason]);
  });
});
