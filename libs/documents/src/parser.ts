import { type SaxesAttributePlain, type SaxesOptions, SaxesParser, type SaxesTagPlain, type XMLDecl } from 'saxes';

type PlainXml = SaxesOptions & { readonly xmlns: false };
type Parser = SaxesParser<PlainXml>;

/**
 * Where saxes keeps its handlers. Its own `on` stores them under a computed
 * name, which turns the parser into a dictionary object and makes every letter
 * it reads eight times slower.
 */
export interface Handlers {
  errorHandler: (error: Error) => void;
  xmldeclHandler: (declaration: XMLDecl) => void;
  doctypeHandler: () => void;
  attributeHandler: (attribute: SaxesAttributePlain) => void;
  openTagHandler: (tag: SaxesTagPlain) => void;
  closeTagHandler: () => void;
  textHandler: (text: string) => void;
  cdataHandler: (text: string) => void;
  commentHandler: () => void;
  piHandler: () => void;
}

export const newParser = (): Parser =>
  new SaxesParser<PlainXml>({ xmlns: false, position: false, defaultXMLVersion: '1.0', forceXMLVersion: true });

export const handlersOf = (parser: Parser): Handlers => parser as unknown as Handlers;
