import type { Model } from './model.js';

/** A record in its register. */
export interface Stored {
  /** Where it stands: counted up from 1, never given twice. */
  readonly seq: number;
  readonly model: Model;
  /** Milliseconds; what `changedSince` is held against. */
  readonly changedAt: number;
}

/**
 * The records of one kind, in the order in which they came. A page goes on after the place where the last one ended, so
 * a record that is removed between two pages hides no other.
 */
export class Register {
  private readonly byGuid = new Map<string, Stored>();
  private readonly texts = new WeakMap<Model, string>();
  private ordered: Stored[] = [];
  private last = 0;

  get size(): number {
    return this.ordered.length;
  }

  get(guid: string): Model | undefined {
    return this.byGuid.get(guid)?.model;
  }

  /** In place of the one with the same guid, if there is one; else at the end. */
  put(model: Model, changedAt: number): void {
    const known = this.byGuid.get(model.guid);
    const stored = { seq: known?.seq ?? (this.last += 1), model, changedAt };
    this.byGuid.set(model.guid, stored);
    if (known) this.ordered[this.placeAfter(known.seq - 1)] = stored;
    else this.ordered.push(stored);
  }

  remove(guid: string): Model | undefined {
    const known = this.byGuid.get(guid);
    if (!known) return undefined;
    this.byGuid.delete(guid);
    this.ordered.splice(this.placeAfter(known.seq - 1), 1);
    return known.model;
  }

  /** Those that stand after `seq`. */
  *after(seq: number): Generator<Stored> {
    for (let at = this.placeAfter(seq); at < this.ordered.length; at += 1) {
      const stored = this.ordered[at];
      if (stored) yield stored;
    }
  }

  models(): Model[] {
    return this.ordered.map(({ model }) => model);
  }

  where(fits: (model: Model) => boolean): Model[] {
    return this.models().filter(fits);
  }

  /** Its JSON; written once for as long as it stays as it is. */
  textOf(model: Model): string {
    const known = this.texts.get(model);
    if (known !== undefined) return known;
    const text = JSON.stringify(model);
    this.texts.set(model, text);
    return text;
  }

  private placeAfter(seq: number): number {
    let low = 0;
    let high = this.ordered.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.ordered[middle]?.seq ?? 0) <= seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
