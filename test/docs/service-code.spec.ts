import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const CHECKOUT = join(import.meta.dirname, '..', '..');
const textOf = (file: string): string => readFileSync(join(CHECKOUT, file), 'utf8');

/** The text of what is logged, as it stands in the code: the second argument of each call on a log. */
function messagesOf(file: string, text: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { expression: log, name } = node.expression;
      const [, message] = node.arguments;
      if (/(?:^|\.)#?log$/i.test(log.getText()) && /^(?:debug|info|warn|error)$/.test(name.text) && message)
        found.push(message.getText());
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return found;
}

/** All that is taken from `node:crypto`. */
const PRIMITIVES = [
  'Argon2Parameters',
  'KeyObject',
  'X509Certificate',
  'argon2',
  'createCipheriv',
  'createDecipheriv',
  'createHash',
  'createHmac',
  'createPrivateKey',
  'createPublicKey',
  'randomBytes',
  'randomUUID',
  'sign',
  'timingSafeEqual',
  'verify',
];

/** Promises about all code of the services that no single room can keep. */
describe('the code of the services', () => {
  const sources = ['apps', 'libs']
    .flatMap((room) =>
      readdirSync(join(CHECKOUT, room), { recursive: true, encoding: 'utf8' }).map((f) => join(room, f)),
    )
    .filter((file) => file.endsWith('.ts') && !/\.spec\.ts$|\.spec-support\.ts$|\/spec\/|^libs\/testing\//.test(file))
    .map((file) => ({ file, text: textOf(file) }));
  const having = (pattern: RegExp): string[] =>
    sources.filter(({ text }) => pattern.test(text)).map(({ file }) => file);

  /** Of the services, without the sandbox, which production has not, and the program for terminals. */
  const inProduction = (pattern: RegExp): string[] =>
    having(pattern)
      .filter((file) => !/^apps\/(?:sandbox|cli)\//.test(file))
      .sort();

  it('is looked at', () => expect(sources.length).toBeGreaterThan(200));

  it('starts no program and evaluates no text', () => {
    expect(having(/child_process|node:vm\b|\beval\(|new Function\(|\beval: true/)).toEqual([]);
  });

  it('draws nothing that could be guessed, where it matters: Math.random spreads waits and no more', () => {
    expect(having(/Math\.random/)).toEqual(['libs/bus/src/backoff.ts']);
  });

  it('hashes with SHA-256 alone, but where an interface of others prescribes another digest', () => {
    const hashing = /create(?:Hash|Hmac)\(\s*([^,)]+)/g;
    const other = sources.filter(({ text }) => [...text.matchAll(hashing)].some(([, name]) => name !== `'sha256'`));
    const digests = other.map(({ file, text }) => [
      file,
      [...new Set([...text.matchAll(hashing)].map(([, name]) => name))].sort().join(),
    ]);
    // The ranges of breached passwords are found by SHA-1; what is signed for Fivaldi names its body by MD5.
    expect(Object.fromEntries(digests)).toEqual({
      'apps/auth/src/breached-passwords.ts': `'sha1'`,
      'apps/sandbox/src/signature.ts': `'md5','sha256'`,
      'libs/upstream/src/signature.ts': `'md5','sha256'`,
    });
  });

  it('makes patterns of constants alone, but where a value is first made literal', () => {
    // The sandbox, which production has not, reads its own constants and XML.
    const made = having(/RegExp\(/).filter((file) => !file.startsWith('apps/sandbox/'));
    expect(made.sort()).toEqual([
      'libs/documents/src/field-value.ts',
      'libs/store/src/grants.ts',
      'libs/upstream/src/netvisor/masked.ts',
    ]);
    // The three of them, so that a new one in the same file is looked at as well.
    expect(made.flatMap((file) => textOf(file).match(/new RegExp\([^\n]+/g) ?? [])).toEqual([
      "new RegExp(`^(?:${pattern})$`, 'u');",
      'new RegExp(`^${PRIVILEGE}(, ${PRIVILEGE})*$`);',
      "new RegExp(`(?<![\\\\w-])${literally}(?![\\\\w-])`, 'g'), MASK);",
    ]);
    expect(textOf('libs/upstream/src/netvisor/masked.ts')).toContain('const literally = ');
  });

  it('calls somebody outside in four places, by addresses of its environment', () => {
    const calling =
      /await fetch\(|[rR]equest as https?Request|from '(?:openid-client|undici)'|^import \{.*'node:(?:dns|dgram)'|\btls\.connect|^import \{[^}]*\bconnect\b.*'node:tls'/m;
    expect(inProduction(calling)).toEqual([
      'apps/auth/src/breached-passwords.ts',
      'apps/auth/src/sms/http-sms-gateway.ts',
      'apps/gateway/src/oidc.ts',
      'libs/upstream/src/exchange.ts',
    ]);
  });

  it('opens no files but those that its environment names, and the checkpoints', () => {
    expect(inProduction(/from 'node:fs/)).toEqual([
      'apps/audit/src/audit-config.ts',
      'apps/audit/src/checkpoint-file.ts',
      'libs/service/src/encryption.ts',
      'libs/service/src/secret-file.ts',
    ]);
  });

  it('writes its lines in one place, and to no file of its own', () => {
    const writing = /console\.|process\.std(?:out|err)|createWriteStream|appendFile|writeFile|from 'pino'/;
    expect(inProduction(writing)).toEqual(['apps/audit/src/checkpoint-file.ts', 'libs/service/src/log.ts']);
  });

  it('gives browsers something to keep in one place, and answers in one form', () => {
    expect(inProduction(/setCookie\(|['"]set-cookie['"]|clear-site-data/i)).toEqual([
      'apps/gateway/src/session-cookie.ts',
    ]);
    expect(inProduction(/text\/html|localStorage|sessionStorage|\.view\(|sendFile|fastify-static/)).toEqual([]);
  });

  it('logs constant text: whatever varies is a field', () => {
    const varying = sources.flatMap(({ file, text }) =>
      messagesOf(file, text).filter((message) => !/^(?:'[^']*'|"[^"]*"|[A-Z][A-Z_]+)$/.test(message)),
    );
    expect(varying).toEqual([]);
    expect(sources.flatMap(({ file, text }) => messagesOf(file, text)).length).toBeGreaterThan(40);
  });

  it('makes no cryptography of its own: all is OpenSSL’s, but for the codes of authenticators', () => {
    const named = sources.flatMap(({ text }) =>
      [...text.matchAll(/^import (?:type )?\{([^}]+)\} from 'node:crypto'/gm)].flatMap(([, names = '']) =>
        names.split(',').map((name) => name.trim().replace(/^type /, '')),
      ),
    );
    expect([...new Set(named)].sort()).toEqual(PRIMITIVES);
    expect(having(/from 'otpauth'/)).toEqual(['apps/auth/src/people/totp.ts']);
    expect(having(/createCipheriv/)).toEqual(['libs/store/src/vault-seal.ts']);
    const { dependencies } = JSON.parse(textOf('package.json')) as { dependencies: Record<string, string> };
    expect(
      Object.keys(dependencies).filter((name) => /crypt|argon|jose|jwt|noble|sodium|forge|tls/.test(name)),
    ).toEqual([]);
  });

  it('believes no certificate unseen', () => {
    const unseen = /rejectUnauthorized|checkServerIdentity|no-verify/;
    // Where who calls may show none, and is then told of health alone: `encrypted-ports.spec.ts`.
    expect(having(unseen)).toEqual(['libs/service/src/operations-server.ts']);
    expect(textOf('libs/service/src/operations-server.ts').match(new RegExp(unseen, 'g'))).toHaveLength(1);
    // Where it is refused.
    expect(having(/NODE_TLS_REJECT_UNAUTHORIZED/)).toEqual(['libs/service/src/encryption.ts']);
    expect(having(/allowInsecureRequests/)).toEqual(['apps/gateway/src/oidc.ts']);
  });
});
