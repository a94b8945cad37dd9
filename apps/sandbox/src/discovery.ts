import type { Company } from './company.js';
import type { Dto } from './field-check.js';
import { absent, given, type Outcome } from './wire.js';

/**
 * `GET /customers` and `GET /companies`: where a partner finds who has let it in.
 *
 * The shape of `/companies` depends on the question, as seen in the wild:
 *
 *   asked by                  | answer
 *   --------------------------+-------------------------------
 *   businessId alone          | one object; 404 when none fits
 *   customerId, or nothing    | an array; 404 when none fits
 */
export function discover(path: string, query: URLSearchParams, visible: readonly Company[]): Outcome {
  return path === '/customers' ? customers(visible) : companies(query, visible);
}

function customers(visible: readonly Company[]): Outcome {
  const first = new Map<string, Dto>();
  for (const { customerId, businessId, shown } of visible) {
    if (first.has(customerId)) continue;
    first.set(customerId, { customerId, name1: shown['name1'], name2: null, businessId });
  }
  return given([...first.values()]);
}

function companies(query: URLSearchParams, visible: readonly Company[]): Outcome {
  const businessId = query.get('businessId');
  const customerId = query.get('customerId');
  const found = visible.filter(
    (company) =>
      (businessId === null || company.businessId === businessId) &&
      (customerId === null || company.customerId === customerId),
  );
  const [first] = found;
  if (!first) return absent('Company not found');
  const fields = query.get('fields')?.split(',');
  const all = found.map(({ shown }) =>
    fields === undefined ? shown : Object.fromEntries(fields.map((name) => [name, shown[name.trim()]])),
  );
  return given(businessId !== null && customerId === null ? all[0] : all);
}
