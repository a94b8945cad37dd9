import { readFileSync } from 'node:fs';

import { z } from 'zod';

import { serviceEnvironment } from '#lib/service';

import { ADDRESS_MONTHS } from './retention.js';
import { publicKeysIn, SigningKey } from './signing-key.js';

/** A PEM text, or the path of a file that holds one. Neither is ever repeated in a message. */
const pem = <Read>(read: (text: string) => Read) =>
  z.string().transform((given, context): Read => {
    try {
      return read(given.includes('-----BEGIN') ? given.replaceAll('\\n', '\n') : readFileSync(given, 'utf8'));
    } catch {
      context.addIssue({ code: 'custom', message: 'must be an Ed25519 key in PEM, or the path of a file with one' });
      return z.NEVER;
    }
  });

/** What this service is told by its environment, beside what every service is. */
export const auditEnvironment = serviceEnvironment
  .extend({
    /** Private, PKCS #8. Without it (never in production) nothing is signed: no checkpoints, no exports. */
    AUDIT_SIGNING_KEY: pem((text) => new SigningKey(text)).optional(),
    /** Public keys of before, whose signatures are still believed. */
    AUDIT_RETIRED_KEYS: pem(publicKeysIn).default([]),
    /** A file outside the database that every checkpoint is appended to. */
    AUDIT_CHECKPOINT_FILE: z.string().optional(),
    AUDIT_CHECKPOINT_MINUTES: z.coerce.number().int().min(1).max(1440).default(60),
    /** How long addresses, and the details of the security log, are kept. */
    AUDIT_ADDRESS_MONTHS: z.coerce
      .number()
      .int()
      .min(ADDRESS_MONTHS.least)
      .max(ADDRESS_MONTHS.most)
      .default(ADDRESS_MONTHS.most),
  })
  .refine(({ NODE_ENV, AUDIT_SIGNING_KEY }) => NODE_ENV !== 'production' || AUDIT_SIGNING_KEY !== undefined, {
    path: ['AUDIT_SIGNING_KEY'],
    message: 'must be given in production: the log could be rewritten unseen',
  });
