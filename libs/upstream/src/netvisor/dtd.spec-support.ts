import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { NetvisorElement } from './element.js';

const FOLDER = join(import.meta.dirname, '../../../../../shared/contracts/netvisor/dtd');

/** Netvisor's own document types lie beside the repository, and not everywhere. */
export const dtdsAreHere = existsSync(FOLDER);

/** What each element may have in it, as the document type writes it: `(a, b?, (c|d)*)`, `(#PCDATA)`. */
export function contentModels(name: string): ReadonlyMap<string, string> {
  const text = readFileSync(join(FOLDER, `${name}.dtd`), 'utf8');
  const declared = text.matchAll(/<!ELEMENT\s+(\S+)\s+(\([^>]*\)[?*+]?)\s*>/g);
  return new Map([...declared].map(([, element = '', model = '']) => [element, model]));
}

/** The names in a content model, in their order. */
export const namesIn = (model: string): readonly string[] => model.match(/[a-z]\w*/g) ?? [];

/** The first element that does not stand as its content model says, or `null`. */
export function firstInvalid(element: NetvisorElement, models: ReadonlyMap<string, string>): string | null {
  const model = models.get(element.name);
  if (model === undefined) return `${element.name} is not declared`;
  const isText = model.includes('#PCDATA');
  const found = element.children.map(({ name }) => `${name};`).join('');
  const pattern = model.replace(/[a-z]\w*/g, '(?:$&;)').replace(/[\s,]/g, '');
  if (isText ? found !== '' : !new RegExp(`^${pattern}$`).test(found)) return `${element.name} holds ${found}`;
  for (const inner of element.children) {
    const fault = firstInvalid(inner, models);
    if (fault !== null) return fault;
  }
  return null;
}
