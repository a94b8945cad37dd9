import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

const here = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');
const { services } = parse(here('./compose.yaml'), { merge: true }) as {
  services: Readonly<Record<string, { readonly environment: Readonly<Record<string, string>> }>>;
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
