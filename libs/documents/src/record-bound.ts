import type { RecordTable } from './record-table.js';

/** How many elements a record of one kind may have. */
export interface MostElements {
  /** Right inside it. */
  readonly direct: number;
  /** Inside each of those. */
  readonly inside: number;
}

/** So many elements beyond what a record can have are still faults of that record. */
const STRANGERS = 1_000;

/** A tenth more direct ones than there can be, and twice as many inside: what is given twice is a fault, too. */
export function mostElements({ fields, children }: RecordTable): MostElements {
  const own = (all: RecordTable['fields']): number => all.filter(({ attribute }) => !attribute).length;
  const direct = children.reduce((sum, { atMost }) => sum + atMost, own(fields));
  return {
    direct: Math.ceil(1.1 * direct) + STRANGERS,
    inside: 2 * Math.max(0, ...children.map((child) => own(child.fields))),
  };
}

/** Counts the elements of one record after another. Whoever sends more than fit in one does not send such a record. */
export class RecordBound {
  private most: MostElements = { direct: 0, inside: 0 };
  private direct = 0;
  private left = 0;

  begin(most: MostElements | undefined): void {
    if (most !== undefined) this.most = most;
    this.direct = 0;
    this.left = STRANGERS;
  }

  /** Whether one more element fits. */
  takes(isDirect: boolean): boolean {
    if (!isDirect) return --this.left >= 0;
    this.left += this.most.inside;
    return ++this.direct <= this.most.direct;
  }
}
