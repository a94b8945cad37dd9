import { child, children, type NetvisorElement, type NetvisorRequest, textAt } from '#lib/upstream';

import { listIn } from './netvisor-list.js';

/** The whole tree, hidden items too: what is hidden is there, and is not made a second time. It has no other filter. */
export const DIMENSION_LIST: NetvisorRequest = {
  method: 'GET',
  resource: 'dimensionlist.nv',
  query: [['showhidden', '1']],
};

/**
 * Netvisor's dimension headers [laskentakohdeotsikot] with their items, by their names in any case.
 *
 * Source: contracts/netvisor §4.5.
 */
export class DimensionList {
  private readonly headers = new Map<string, { readonly name: string; readonly items: Map<string, string> }>();

  /** @param root what `dimensionlist.nv` answered. */
  constructor(root: NetvisorElement) {
    for (const header of children(listIn(root, 'DimensionNameList'), 'DimensionName')) {
      const name = textAt(header, 'Name');
      if (!name) continue;
      const details = child(header, 'DimensionDetails');
      const items = (details ? children(details, 'DimensionDetail') : []).flatMap((item) => textAt(item, 'Name') || []);
      this.headers.set(folded(name), { name, items: new Map(items.map((item) => [folded(item), item])) });
    }
  }

  /** The header as Netvisor writes it; `null`: there is none of this name. */
  headerOf(name: string): string | null {
    return this.headers.get(folded(name))?.name ?? null;
  }

  /** The item as Netvisor writes it; `null`: the header has none of this name. */
  itemOf(header: string, item: string): string | null {
    return this.headers.get(folded(header))?.items.get(folded(item)) ?? null;
  }

  /** All items of a header, as Netvisor writes them. */
  itemsOf(header: string): readonly string[] {
    return [...(this.headers.get(folded(header))?.items.values() ?? [])];
  }
}

/** What an item is matched on: two names that differ only by case would be one and the same to people. */
export const dimensionMatch = (header: string, item: string): string => `${folded(header)}\n${folded(item)}`;

const folded = (name: string): string => name.normalize('NFC').trim().toLowerCase();
