/**
 * The stream catalogue: the eight kinds of data of Fivaldi's partner users.
 *
 * Source: the seed's table "Data streams and the directions they support". The
 * keys are the Finnish labels of the user interface in kebab-case; they stand
 * in URLs, metrics and the database.
 */
export const DIRECTIONS = ['import', 'export'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export const STREAMS = {
  kiha: { label: 'Kiha', directions: ['export'] },
  palkat: { label: 'Palkat', directions: ['import'] },
  perustiedot: { label: 'Perustiedot', directions: ['import'] },
  projektit: { label: 'Projektit', directions: ['export'] },
  tilaukset: { label: 'Tilaukset', directions: ['import', 'export'] },
  tilaushistoria: { label: 'Tilaushistoria', directions: ['export'] },
  tuoterekisteri: { label: 'Tuoterekisteri', directions: ['import', 'export'] },
  yritysrekisteri: { label: 'Yritysrekisteri', directions: ['import', 'export'] },
} as const satisfies Record<string, { label: string; directions: readonly Direction[] }>;

export type StreamName = keyof typeof STREAMS;
export const STREAM_NAMES = Object.keys(STREAMS) as [StreamName, ...StreamName[]];

/** Whether a stream exists in a direction at all (11 of the 16 cells of the seed's table). */
export function supports(stream: StreamName, direction: Direction): boolean {
  return (STREAMS[stream].directions as readonly Direction[]).includes(direction);
}

/** The encodings that exports are written in. */
export const EXPORT_CHARSETS = ['UTF-8', 'ISO-8859-15'] as const;
export type ExportCharset = (typeof EXPORT_CHARSETS)[number];
