import { createHash, randomUUID } from 'node:crypto';
import type { DemoCompany } from '../../scripts/demo/company.ts';

export interface Product {
  readonly code: string;
  /** Written as the register shows it: a dot, and no zero at the end. */
  readonly price: string;
}

/** What must become of one record, as the sender counts on it. */
export interface ExpectedItem extends Product {
  readonly no: number;
  readonly outcome: 'created' | 'updated' | 'unchanged';
}

/** A document before it is sent: its bytes, the key it is sent under, and what it must do. */
export interface Parcel {
  readonly company: DemoCompany;
  readonly key: string;
  readonly bytes: Buffer;
  readonly sha256: string;
  readonly items: readonly ExpectedItem[];
}

/** How a parcel must stand when all is quiet. */
export type Standing = 'succeeded' | 'failed' | 'deferred';

/** A parcel that was answered with 202. */
export interface SentParcel extends Parcel {
  readonly transferId: string;
  readonly stands: Standing;
}

/** Products `from` to `to` at one price. */
export function products(from: number, to: number, price = '1.55'): readonly Product[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({
    code: `T${String(from + index).padStart(4, '0')}`,
    price,
  }));
}

/**
 * A sender who knows what is in the company's product register (mode `update-all`), because nobody else writes to it.
 *
 * Its parcels must be sent in the order in which they were written, unless no two of them name the same product.
 */
export class Sender {
  readonly company: DemoCompany;
  readonly #prices = new Map<string, string>();

  constructor(company: DemoCompany) {
    this.company = company;
  }

  /** The next document, with a key of its own. */
  write(records: readonly Product[]): Parcel {
    const items = records.map(({ code, price }, index): ExpectedItem => {
      const before = this.#prices.get(code);
      this.#prices.set(code, price);
      const outcome = before === undefined ? 'created' : before === price ? 'unchanged' : 'updated';
      return { no: index + 1, code, price, outcome };
    });
    const key = randomUUID();
    const bytes = Buffer.from(documentOf(this.company, key, records));
    return { company: this.company, key, bytes, sha256: createHash('sha256').update(bytes).digest('hex'), items };
  }
}

/** The mark makes every document one of a kind, so that it can be told from its twin by its bytes. */
function documentOf({ number }: DemoCompany, mark: string, records: readonly Product[]): string {
  const lines = records.map(
    ({ code, price }) =>
      `<Product><ProductCode>${code}</ProductCode><ProductName>Tuote ${code}</ProductName>` +
      `<ProductUnit>kpl</ProductUnit><ProductSalesPrice>${price}</ProductSalesPrice></Product>`,
  );
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<!-- ${mark} -->\n<FivaldiXML>\n` +
    `<FVBusinessId>${number}</FVBusinessId>\n<FVCreationTime>2026-11-21T10:15:00</FVCreationTime>\n` +
    `${lines.join('\n')}\n</FivaldiXML>\n`
  );
}
