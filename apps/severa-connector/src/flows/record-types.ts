import { child, children, type NetvisorElement, textAt } from '#lib/upstream';

import type { Calls } from '../engine/flow.js';

/** The unit of a record type [kirjauslaji] that counts days; that of hours is 1 (contracts/netvisor §4.10). */
const DAY = '2';

/** The numbers of Netvisor's record types that count days, as most kinds of absence do. */
export async function recordTypesInDays(calls: Pick<Calls, 'netvisor'>): Promise<ReadonlySet<string>> {
  return inDays(await calls.netvisor({ method: 'GET', resource: 'getrecordtypelist.nv' }));
}

const inDays = (root: NetvisorElement): ReadonlySet<string> =>
  new Set(
    children(child(root, 'RecordTypes') ?? root, 'RecordType')
      .filter((type) => textAt(type, 'UnitType') === DAY)
      .flatMap((type) => textAt(type, 'RatioNumber') || []),
  );
