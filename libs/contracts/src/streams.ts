/**
 * The stream catalogue [tietovirrat]: every kind of data that moves, and the directions it can move in.
 *
 * The keys are the Finnish labels of the user interface in kebab-case; they stand
 * in URLs, metrics and the database.
 */
export const DIRECTIONS = ['import', 'export'] as const;
export type Direction = (typeof DIRECTIONS)[number];

type Catalogue = Readonly<Record<string, { readonly label: string; readonly directions: readonly Direction[] }>>;

/**
 * What partner users move as documents: the eight kinds of data of Fivaldi.
 *
 * Source: the seed's table "Data streams and the directions they support" (11 of its 16 cells).
 */
export const DOCUMENT_STREAMS = {
  kiha: { label: 'Kiha', directions: ['export'] },
  palkat: { label: 'Palkat', directions: ['import'] },
  perustiedot: { label: 'Perustiedot', directions: ['import'] },
  projektit: { label: 'Projektit', directions: ['export'] },
  tilaukset: { label: 'Tilaukset', directions: ['import', 'export'] },
  tilaushistoria: { label: 'Tilaushistoria', directions: ['export'] },
  tuoterekisteri: { label: 'Tuoterekisteri', directions: ['import', 'export'] },
  yritysrekisteri: { label: 'Yritysrekisteri', directions: ['import', 'export'] },
} as const satisfies Catalogue;

/**
 * What moves over a company's link between Severa and Netvisor. `import` is towards Netvisor, where the books are kept,
 * `export` out of it towards Severa.
 *
 * Source: contracts/netvisor §5.1.
 */
export const LINK_STREAMS = {
  'severa-asiakasrekisteri': { label: 'Asiakasrekisteri (Severa)', directions: ['import', 'export'] },
  'severa-tuoterekisteri': { label: 'Tuoterekisteri (Severa)', directions: ['import', 'export'] },
  'severa-laskentakohteet': { label: 'Laskentakohteet (Severa)', directions: ['import'] },
  'severa-myyntilaskut': { label: 'Myyntilaskut (Severa)', directions: ['import'] },
  'severa-matkalaskut': { label: 'Matkalaskut (Severa)', directions: ['import'] },
  'severa-tyomerkinnat': { label: 'Työmerkinnät (Severa)', directions: ['import'] },
  'severa-ostolaskurivit': { label: 'Ostolaskurivit (Severa)', directions: ['export'] },
  'severa-maksutiedot': { label: 'Maksutiedot (Severa)', directions: ['export'] },
} as const satisfies Catalogue;

export const STREAMS = { ...DOCUMENT_STREAMS, ...LINK_STREAMS } as const;

export type DocumentStream = keyof typeof DOCUMENT_STREAMS;
export type LinkStream = keyof typeof LINK_STREAMS;
export type StreamName = keyof typeof STREAMS;

export const DOCUMENT_STREAM_NAMES = Object.keys(DOCUMENT_STREAMS) as [DocumentStream, ...DocumentStream[]];
export const LINK_STREAM_NAMES = Object.keys(LINK_STREAMS) as [LinkStream, ...LinkStream[]];
export const STREAM_NAMES: [StreamName, ...StreamName[]] = [...DOCUMENT_STREAM_NAMES, ...LINK_STREAM_NAMES];

/** Whether it moves over a link, where the company's XML settings have no say. */
export const isLinkStream = (stream: StreamName): stream is LinkStream => stream in LINK_STREAMS;

/** Whether a stream exists in a direction at all. */
export function supports(stream: StreamName, direction: Direction): boolean {
  return (STREAMS[stream].directions as readonly Direction[]).includes(direction);
}

/** The encodings that exports are written in. */
export const EXPORT_CHARSETS = ['UTF-8', 'ISO-8859-15'] as const;
export type ExportCharset = (typeof EXPORT_CHARSETS)[number];
