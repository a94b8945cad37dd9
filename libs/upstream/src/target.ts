type Query = readonly (readonly [name: string, value: string])[];

/** A path and its query as they go onto the wire. Each part and value is encoded, so an id may be any text. */
export function targetOf(base: string, path: readonly string[], query: Query = []): string {
  return base + path.map((part) => `/${encodedPart(part)}`).join('') + queryText(query);
}

const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());

/** A part of a path that is only dots would be taken for another path on the way. */
const encodedPart = (part: string): string => (/^\.+$/.test(part) ? part.replaceAll('.', '%2E') : encoded(part));

function queryText(query: Query): string {
  if (query.length === 0) return '';
  return `?${query.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&')}`;
}
