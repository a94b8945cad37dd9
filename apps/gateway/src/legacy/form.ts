import { isUtf8 } from 'node:buffer';

import type { Multipart, Part } from './multipart.js';
import { LegacyRefused } from './outcome.js';

const MOST_PARTS = 10;
/** A password of 128 characters, each of four bytes. */
const VALUE_BYTES = 512;

/** How much of a form that is refused is still read, and for how long, in milliseconds. */
const REST_BYTES = 100_000_000;
const REST_TIME = 20_000;

const FILE = 'p_filename';
const FIELDS = ['p_username', 'p_password', 'p_yt'] as const;
type FieldName = (typeof FIELDS)[number];

export interface Credentials {
  readonly userName: string;
  readonly password: string;
  /** `p_yt` as it was given. */
  readonly company: string;
}

/**
 * The form of contract §2.2: `p_filename` with the document, `p_username`, `p_password` and `p_yt`, in any order, each
 * once. Parts of other names are skipped.
 *
 * A value is read as UTF-8, and as ISO-8859-1 where it is none. Throws {@link LegacyRefused} for what is missing,
 * there twice, or too long.
 */
export class LegacyForm {
  readonly #values = new Map<FieldName, string>();
  #file: Part | undefined;
  #count = 0;

  constructor(private readonly parts: Multipart) {}

  /** Bytes of the document that have come. */
  get bytes(): number {
    return this.#file?.bytes ?? 0;
  }

  /** As soon as all three have come. */
  get credentials(): Credentials | undefined {
    const [userName, password, company] = FIELDS.map((name) => this.#values.get(name));
    if (userName === undefined || password === undefined || company === undefined) return undefined;
    return { userName, password, company };
  }

  /** Reads to the document, whose content is the caller's to read. */
  async file(): Promise<Part> {
    await this.readOn();
    if (!this.#file) throw unfit('form.incomplete');
    return this.#file;
  }

  /** Reads to the end, past the document. */
  async rest(): Promise<Credentials> {
    await this.readOn();
    const { credentials } = this;
    if (!credentials) throw unfit('form.incomplete');
    return credentials;
  }

  /**
   * Reads on to the end without looking, within bounds: whoever speaks this interface writes the whole request before
   * reading the answer, and the answer is to say how many bytes there were. What breaks here is told by nobody.
   */
  async drain(): Promise<void> {
    const deadline = performance.now() + REST_TIME;
    let bytes = 0;
    try {
      for (let part = this.#file ?? (await this.parts.next()); part; part = await this.parts.next()) {
        for (let piece = await part.read(); piece !== undefined; piece = await part.read()) {
          bytes += piece.length;
          if (bytes > REST_BYTES || performance.now() > deadline) return;
        }
      }
    } catch {
      // The answer that there is already is given all the same.
    }
  }

  private async readOn(): Promise<void> {
    for (let part = await this.parts.next(); part; part = await this.parts.next()) {
      this.#count += 1;
      if (this.#count > MOST_PARTS) throw unfit('form.too-many-parts');
      if (part.name === FILE) {
        if (this.#file) throw unfit('form.repeated');
        this.#file = part;
        return;
      }
      const value = await valueOf(part);
      const field = FIELDS.find((name) => name === part.name);
      if (field === undefined) continue;
      if (this.#values.has(field)) throw unfit('form.repeated');
      this.#values.set(field, value);
    }
  }
}

const unfit = (code: string): LegacyRefused => new LegacyRefused('invalid', 'form-unfit', { code });

async function valueOf(part: Part): Promise<string> {
  const pieces: Buffer[] = [];
  for (let piece = await part.read(); piece !== undefined; piece = await part.read()) {
    pieces.push(piece);
    if (part.bytes > VALUE_BYTES) throw unfit('form.value-too-long');
  }
  const bytes = Buffer.concat(pieces);
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
}
