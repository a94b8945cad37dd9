import { readFileSync } from 'node:fs';
import { getCiphers } from 'node:tls';

import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

const here = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');
const caddyfile = here('./Caddyfile').replaceAll(/^\s*#.*$/gm, '');
const { services } = parse(here('../compose.yaml'), { merge: true }) as {
  services: Readonly<Record<string, { readonly ports?: readonly string[] }>>;
};

/** The words behind a directive, of each line that begins with it. */
const wordsOf = (directive: string): readonly (readonly string[])[] =>
  [...caddyfile.matchAll(new RegExp(`^\\s*${directive} (.+)$`, 'gm'))].map(([, rest = '']) => rest.split(' '));

describe('the door from outside', () => {
  it('speaks TLS 1.2 and 1.3, and nothing older', () => {
    expect(wordsOf('protocols')).toEqual([
      ['h1', 'h2'],
      ['tls1.2', 'tls1.3'],
    ]);
  });

  it('has for TLS 1.2 only suites with forward secrecy that authenticate what they encrypt', () => {
    const [suites = [], ...others] = wordsOf('ciphers');
    expect(others).toEqual([]);
    expect(suites.length).toBeGreaterThan(0);
    for (const suite of suites) {
      expect(suite).toMatch(/^TLS_ECDHE_(?:ECDSA|RSA)_WITH_(?:AES_(?:128|256)_GCM|CHACHA20_POLY1305)_SHA(?:256|384)$/);
    }
    // Each is one that OpenSSL knows, so none is a slip of the pen.
    const known = new Set(getCiphers().map((name) => name.replaceAll(/[-_]/g, '')));
    const plainly = (suite: string) => suite.replace(/^TLS_|_SHA256$(?<=POLY1305_SHA256)/g, '').toLowerCase();
    const spelled = suites.map((suite) =>
      plainly(suite)
        .replace('_with_', '_')
        .replace(/aes_(\d+)/, 'aes$1'),
    );
    expect(spelled.filter((suite) => !known.has(suite.replaceAll('_', '')))).toEqual([]);
  });

  it('is the only port that is open to others, and takes nothing there without TLS', () => {
    expect(services['proxy']?.ports).toEqual(['${BIND_ADDRESS:-127.0.0.1}:${PORT:-443}:443']);
    expect(caddyfile).toMatch(/^\s*auto_https disable_redirects$/m);
    // The one site is a name, for which the proxy serves HTTPS by itself.
    const sites = [...caddyfile.matchAll(/^(\S.*) \{$/gm)].map(([, address]) => address);
    expect(sites).toEqual(['{$SITE_HOST}']);
    expect(caddyfile).not.toMatch(/http:\/\/|:80\b|\bauto_https off|\bredir\b|\brewrite\b/);
  });

  it('shows a certificate that anybody believes, by ACME, wherever the name is a public one', () => {
    expect(caddyfile).not.toMatch(/\b(?:tls internal|local_certs|issuer|acme_ca|get_certificate|on_demand)\b/);
    expect(wordsOf('tls')).toEqual([['{']]);
  });

  it('keeps nothing that it hands on, and lists no files', () => {
    expect(caddyfile).not.toMatch(/\b(?:cache|file_server|root|browse|templates|php_fastcgi|debug|pprof)\b/);
    expect(wordsOf('admin')).toEqual([['off']]);
    expect(wordsOf('reverse_proxy')).toEqual([['https://gateway:3000', '{']]);
  });
});
