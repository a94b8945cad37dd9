import { z } from 'zod';

import {
  type DimensionLevel,
  dimensionLevel,
  EXPORT_CHARSETS,
  type DocumentStream,
  type XmlSettings,
} from '#lib/contracts';

import { RequestUnfit } from './errors.js';

/** Only what was written at or after it. Give `effect.exported.asOf` of the export before: nothing is missed. */
const since = z.iso
  .datetime({ offset: true })
  .refine((moment) => !moment.startsWith('0000'), 'there was no such year')
  // PostgreSQL, which reads it when the export is written, knows none further from UTC.
  .refine((moment) => !/[+-](1[6-9]|2\d):\d\d$/.test(moment), 'there is no such offset')
  .nullable()
  .default(null);
const charset = z.enum(EXPORT_CHARSETS).default('UTF-8');

/** What may be asked of an export. */
export const exportOrder = z
  .object({ since, charset, level: dimensionLevel.optional(), gzip: z.boolean().default(false) })
  .prefault({});
/** The same in a query, for whoever waits. */
export const exportQuery = z.object({
  since,
  charset,
  level: z.coerce.number().pipe(dimensionLevel).optional(),
  gzip: z.stringbool().default(false),
  /** Seconds to wait for the document; then 202 says where it will be. */
  wait: z.coerce.number().int().min(0).max(120).default(120),
});
export type ExportOrder = z.output<typeof exportOrder>;

/** The one stream that is read out by levels of dimensions [seurantakohdetaso]. */
const BY_LEVEL: DocumentStream = 'projektit';

/** The level to read out. Throws when the stream needs one and nobody has said it, or has none and somebody has. */
export function levelFor(
  stream: DocumentStream,
  asked: DimensionLevel | undefined,
  settings: XmlSettings | null,
): DimensionLevel | null {
  if (stream !== BY_LEVEL) {
    if (asked === undefined) return null;
    throw new RequestUnfit('invalid', 'export.level-unfit', `Only ${BY_LEVEL} is read out by a level of dimensions`);
  }
  const level = asked ?? settings?.export.dimensionLevel ?? null;
  if (level !== null) return level;
  throw new RequestUnfit(
    'invalid',
    'export.level-missing',
    'Say which level of dimensions, 1 to 4: the company has no default for exports',
  );
}
