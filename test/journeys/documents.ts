/** Small documents for specs: what matters stands in the spec, the rest is here. */

export const fivaldiXml = (companyNumber: string, records: string, encoding = 'UTF-8'): string =>
  `<?xml version="1.0" encoding="${encoding}"?>\n<FivaldiXML><FVBusinessId>${companyNumber}</FVBusinessId>${records}</FivaldiXML>`;

/** A product with a code and whatever else is given, element by element. */
export const product = (code: string, elements: Readonly<Record<string, string>> = {}): string =>
  `<Product><ProductCode>${code}</ProductCode>${Object.entries(elements)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('')}</Product>`;
