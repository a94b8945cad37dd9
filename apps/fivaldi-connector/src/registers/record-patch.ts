import type { z } from 'zod';

import type { recordPatch } from '#lib/contracts';
import { type GivenFault, readGiven, type RecordTable } from '#lib/documents';
import { type Children, overlay, type RegisterRecord } from '#lib/policy';

export type RecordPatch = z.output<typeof recordPatch>;

/**
 * A record with a part of it given anew.
 *
 *   the patch has          | the record's
 *   -----------------------+------------------------------------------------
 *   a field                | becomes it; `null` empties
 *   no such field          | stays
 *   a child it has         | becomes it, field by field
 *   a child it has not     | is added
 *   a child's id to remove | goes, and may come again from the same patch
 */
export function patched(
  table: RecordTable,
  standing: RegisterRecord,
  { fields, children, removed }: RecordPatch,
): { readonly after: RegisterRecord; readonly faults: readonly GivenFault[] } {
  const { left, faults } = without(table, standing.children, removed);
  const mutable = left as Parameters<typeof readGiven>[2];
  const read = readGiven(table, { fields, children }, mutable);
  const after = overlay({ fields: standing.fields, children: left }, read);
  return { after: { ...after, imported: standing.imported }, faults: [...faults, ...read.faults] };
}

/** To remove what is not there is a mistake that the person should hear of. */
function without(
  table: RecordTable,
  children: Children,
  removed: RecordPatch['removed'],
): { readonly left: Children; readonly faults: readonly GivenFault[] } {
  const faults = Object.entries(removed).flatMap(([kind, ids]) => {
    const child = table.children.find((one) => one.kind === kind);
    const label = child?.label ?? { fi: kind, sv: kind, en: kind };
    const all = children[kind] ?? {};
    return ids.flatMap((id, index) => {
      if (child && Object.hasOwn(all, id)) return [];
      const pointer = `/removed/${kind.replaceAll('~', '~0').replaceAll('/', '~1')}/${index}`;
      return [{ pointer, label, reason: 'unknown-element' as const }];
    });
  });
  const left = Object.entries(children).map(([kind, all]) => {
    const gone = new Set(removed[kind] ?? []);
    return [kind, Object.fromEntries(Object.entries(all).filter(([id]) => !gone.has(id)))] as const;
  });
  return { left: Object.fromEntries(left), faults };
}
