import type { LinkSettings } from '#lib/contracts';
import type { SeveraRequest } from '#lib/upstream';

import type { JsonObject } from '../engine/flow.js';
import { dimensionItem } from './dimension-item.js';
import type { PurchaseLine } from './purchase-line.js';
import { numberIn, objectsOf, type SeveraObject, textIn } from './severa-json.js';

/** What Severa is asked about a line whose reading did not find it. */
export type Fact = 'project' | 'product';

/**
 * What a line lacks that nobody was asked for yet: it may have come into Severa, or among its dimensions, since the line
 * was read, and a line is read anew only when its invoice changes.
 */
export function missingFact(
  line: PurchaseLine,
  known: JsonObject | null,
  { purchaseLines: { productCode } }: LinkSettings,
): Fact | null {
  if (line.projects.length === 0 && known?.['project'] === undefined && numberOf(line) !== null) return 'project';
  return productCode !== null && line.product === null && known?.['product'] === undefined ? 'product' : null;
}

export function factRequest(fact: Fact, line: PurchaseLine, { purchaseLines }: LinkSettings): SeveraRequest {
  return fact === 'project'
    ? { method: 'GET', path: ['projects'], query: [['numbers', numberOf(line) ?? '']] }
    : {
        method: 'GET',
        path: ['products'],
        query: [
          ['code', purchaseLines.productCode ?? ''],
          ['isActive', 'true'],
        ],
      };
}

/** What the answer tells; `null`: Severa has none, or several. A project is the one that would move as the line's item. */
export function factIn(fact: Fact, body: unknown, line: PurchaseLine, { purchaseLines }: LinkSettings): string | null {
  const fits = (found: SeveraObject): boolean =>
    fact === 'project'
      ? folded(itemOf(found)) === folded(line.projectItem)
      : textIn(found, 'code') === purchaseLines.productCode;
  const guids = new Set(objectsOf(body).flatMap((found) => (fits(found) && textIn(found, 'guid')) || []));
  const [guid = null] = guids;
  return guids.size === 1 ? guid : null;
}

/** The line with what was found since it was read. */
export function completed(line: PurchaseLine, known: JsonObject | null): PurchaseLine {
  const { project, product } = factsOf(known);
  return {
    ...line,
    projects: line.projects.length === 0 && typeof project === 'string' ? [project] : line.projects,
    product: line.product ?? (typeof product === 'string' ? product : null),
  };
}

/** What was found, to be kept with whatever else becomes known. */
export function factsOf(known: JsonObject | null): JsonObject {
  const facts = ['project', 'product'].flatMap((fact) => {
    const value = known?.[fact];
    return value === undefined ? [] : [[fact, value] as const];
  });
  return Object.fromEntries(facts);
}

/** The project's number, which its item begins with. */
const numberOf = ({ projectItem }: PurchaseLine): string | null => /^\d{1,15}(?=\s|$)/.exec(projectItem)?.[0] ?? null;

function itemOf(project: SeveraObject): string {
  const number = numberIn(project, 'number');
  return dimensionItem(number === null ? null : String(number), textIn(project, 'name')) ?? '';
}

const folded = (name: string): string => name.normalize('NFC').trim().toLowerCase();
