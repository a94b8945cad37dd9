import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

import { MEMORY, NODE_FLAGS } from '../scripts/local/service-processes.ts';

const here = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');
const { services } = parse(here('./compose.yaml'), { merge: true }) as {
  services: Readonly<
    Record<string, { readonly environment: Readonly<Record<string, string>>; readonly command?: readonly string[] }>
  >;
};

describe('production', () => {
  const dockerfile = here('./Dockerfile');

  it('has nothing switched on that is for finding faults', () => {
    expect(dockerfile).toMatch(/^ENV NODE_ENV=production /m);
    for (const text of [dockerfile, here('./compose.yaml'), here('./compose.logs.yaml'), here('./env.example')]) {
      expect(text).not.toMatch(/--inspect|--cpu-prof|--heapsnapshot|NODE_DEBUG|CRASH_AT|NODE_ENV: (?!production)/);
      expect(text).not.toMatch(/LOG_LEVEL(?:: |=|:-)debug/);
    }
  });

  it('gives each service the memory that `npm start` gives it, which is what the benchmarks measure', () => {
    const started = Object.values(services).flatMap(({ command = [] }) =>
      command.some((word) => /^dist\/apps\/[a-z-]+\/src\/main\.js$/.test(word)) ? [command] : [],
    );
    expect(started.length).toBeGreaterThanOrEqual(5);
    for (const command of started) expect(command).toEqual(expect.arrayContaining(NODE_FLAGS));
    expect(dockerfile).toContain(` ${NODE_FLAGS.join(' ')} dist/apps/$SERVICE/src/main.js`);
    for (const [name, value] of Object.entries(MEMORY)) expect(dockerfile).toContain(` ${name}=${value} `);
  });

  it('tells nobody else how it is used', () => {
    const { environment } = services['grafana']!;
    expect(environment).toMatchObject({
      GF_ANALYTICS_REPORTING_ENABLED: 'false',
      GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
      GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
      GF_NEWS_NEWS_FEED_ENABLED: 'false',
      GF_SECURITY_DISABLE_GRAVATAR: 'true',
    });
    expect(Object.keys(environment).filter((name) => /GOOGLE|RUDDERSTACK|INTERCOM|FARO|INSIGHTS/.test(name))).toEqual(
      [],
    );
  });
});
