import { z } from 'zod';

import { RequestUnfit } from './errors.js';

const idempotencyKey = z.string().regex(/^[\x21-\x7e]{1,200}$/);

/** The `Idempotency-Key` of a request that moves data. Throws when it has none that can be used. */
export function readKey(key: string | undefined): string {
  const read = idempotencyKey.safeParse(key);
  if (read.success) return read.data;
  throw new RequestUnfit(
    'invalid',
    'idempotency-key.missing',
    'Send an Idempotency-Key of 1 to 200 visible ASCII characters; the same key again is the same request',
  );
}
