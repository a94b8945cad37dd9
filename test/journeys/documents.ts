/** Small documents for specs: what matters stands in the spec, the rest is here. */

export const fivaldiXml = (companyNumber: string, records: string, encoding = 'UTF-8'): string =>
  `<?xml version="1.0" encoding="${encoding}"?>\n<FivaldiXML><FVBusinessId>${companyNumber}</FVBusinessId>${records}</FivaldiXML>`;

/** A product with a code and whatever else is given, element by element. */
export const product = (code: string, elements: Readonly<Record<string, string>> = {}): string =>
  `<Product><ProductCode>${code}</ProductCode>${Object.entries(elements)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('')}</Product>`;

/** A record with these elements, in this order; an array repeats an element, an object is an element of elements. */
export function record(element: string, inner: Inner): string {
  const one = (name: string, value: Value): string =>
    typeof value === 'string' ? leaf(name, value) : record(name, value);
  const all = Object.entries(inner).flatMap(([name, value]) => [value].flat().map((each) => one(name, each)));
  return `<${element}>${all.join('')}</${element}>`;
}

type Value = string | Inner;
interface Inner {
  readonly [element: string]: Value | readonly Value[];
}

const leaf = (name: string, text: string): string =>
  `<${name}>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</${name}>`;
