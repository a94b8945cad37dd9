/**
 * Completes `definitions.json` with the services' user, whose password is the installation's own.
 *
 *   RABBITMQ_PASSWORD=… node deploy/rabbitmq/write-definitions.ts <where to>
 *
 * The file here holds the virtual host, its permissions and its policies. The
 * exchanges and queues are not in it: the services declare them, publishers and
 * consumers alike, so there is one place that knows their shape.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** RabbitMQ's `rabbit_password_hashing_sha256`: four bytes of salt, then SHA-256 of salt and password; in base 64. */
export function passwordHash(password: string, salt: Buffer = randomBytes(4)): string {
  const digest = createHash('sha256').update(salt).update(password, 'utf8').digest();
  return Buffer.concat([salt, digest]).toString('base64');
}

/** The definitions with one user in them, who may administer nothing. */
export function withUser(definitions: object, name: string, password: string): object {
  const user = {
    name,
    password_hash: passwordHash(password),
    hashing_algorithm: 'rabbit_password_hashing_sha256',
    tags: [],
  };
  return { ...definitions, users: [user] };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const target = process.argv[2];
  const password = process.env['RABBITMQ_PASSWORD'];
  if (!target || !password) throw new Error('Say where to write to, and set RABBITMQ_PASSWORD.');
  const source = new URL('./definitions.json', import.meta.url);
  const definitions = JSON.parse(readFileSync(source, 'utf8')) as object;
  writeFileSync(target, JSON.stringify(withUser(definitions, 'tietovirta', password), null, 2));
}
