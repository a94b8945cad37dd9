/** Header and item, as a card or a line of a document names them. */
export interface DimensionUse {
  readonly name: string;
  readonly item: string;
}

/** A dimension item [laskentakohde]. */
export interface Item {
  readonly key: number;
  /** What documents call it: with an identifier in use, that and the label. */
  name: string;
  code: string | null;
  label: string | null;
  isHidden: boolean;
  /** Null: it stands under the header itself. */
  father: number | null;
  start: string | null;
  end: string | null;
}

/** A dimension header [laskentakohdeotsikko] with its items. */
export class Header {
  readonly items = new Map<number, Item>();
  private readonly keys = new Map<string, number>();
  isHidden = false;

  constructor(
    readonly key: number,
    readonly name: string,
  ) {}

  put(item: Item): void {
    const before = this.items.get(item.key);
    if (before) this.keys.delete(before.name);
    this.items.set(item.key, item);
    this.keys.set(item.name, item.key);
  }

  item(name: string): Item | undefined {
    const key = this.keys.get(name);
    return key === undefined ? undefined : this.items.get(key);
  }

  byCode(code: string): Item | undefined {
    return [...this.items.values()].find((item) => item.code === code);
  }

  /** Every item after its father, with its level from 1 and its place from 0. */
  *tree(): Generator<{ readonly item: Item; readonly level: number }> {
    const children = Map.groupBy(this.items.values(), ({ father }) => father);
    const waiting = [...(children.get(null) ?? [])].reverse().map((item) => ({ item, level: 1 }));
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      yield next;
      const level = next.level + 1;
      const under = children.get(next.item.key) ?? [];
      waiting.push(...[...under].reverse().map((item) => ({ item, level })));
    }
  }
}

export const newItem = (key: number, name: string): Item => ({
  key,
  name,
  code: null,
  label: null,
  isHidden: false,
  father: null,
  start: null,
  end: null,
});

/** A company's headers. */
export class Dimensions {
  readonly headers = new Map<string, Header>();

  constructor(private readonly nextKey: () => number) {}

  header(name: string): Header | undefined {
    return this.headers.get(name);
  }

  addHeader(name: string): Header {
    const header = new Header(this.nextKey(), name);
    this.headers.set(name, header);
    return header;
  }

  /** What a card or a document calls for is made where it is not there. */
  ensure(uses: readonly DimensionUse[]): void {
    for (const { name, item } of uses) {
      const header = this.header(name) ?? this.addHeader(name);
      if (!header.item(item)) header.put(newItem(this.nextKey(), item));
    }
  }

  /** The first that is not there. */
  missing(uses: readonly DimensionUse[]): DimensionUse | undefined {
    return uses.find(({ name, item }) => !this.header(name)?.item(item));
  }

  /** The first that is not valid on that day. */
  outside(uses: readonly DimensionUse[], day: string): DimensionUse | undefined {
    return uses.find(({ name, item }) => {
      const { start = null, end = null } = this.header(name)?.item(item) ?? {};
      return (start !== null && day < start) || (end !== null && day > end);
    });
  }
}
