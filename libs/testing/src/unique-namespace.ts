import { randomBytes } from 'node:crypto';

/** Eight random hexadecimal digits, to tell one spec's queues, exchanges or databases from another's. */
export function uniqueNamespace(): string {
  return randomBytes(4).toString('hex');
}
