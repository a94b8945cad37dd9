import { isAscii } from 'node:buffer';
import { TextDecoder } from 'node:util';

import { agreedEncoding, bomOf, declaredEncodingOf, isWholeHead } from './encoding.js';
import { DocumentRefused, nodeCodeOf } from './errors.js';
import type { Encoding } from './record.js';

/** Where ISO-8859-15 differs from ISO-8859-1. */
const LATIN_9: Readonly<Record<string, string>> = {
  '\xa4': '€',
  '\xa6': 'Š',
  '\xa8': 'š',
  '\xb4': 'Ž',
  '\xb8': 'ž',
  '\xbc': 'Œ',
  '\xbd': 'œ',
  '\xbe': 'Ÿ',
};

/**
 * Turns bytes into text, strictly: what is not in its encoding is refused.
 *
 * The byte order mark, the XML declaration and the transport's charset must
 * agree; without any of them it is UTF-8. The first bytes are held back until
 * the declaration has been seen, at most 1,024.
 */
export class Decoder {
  /** Bytes taken in so far. */
  bytes = 0;
  /** As the XML declaration spells it; known once text has come out. */
  declared: string | undefined;
  private head: Buffer | undefined = Buffer.alloc(0);
  private letters: Letters | undefined;

  constructor(private readonly charset: string | undefined) {}

  get encoding(): Encoding {
    return this.letters?.encoding ?? 'UTF-8';
  }

  write(chunk: Uint8Array): string {
    this.bytes += chunk.length;
    if (this.head === undefined) return this.read(chunk);
    this.head = Buffer.concat([this.head, chunk]);
    return isWholeHead(this.head) ? this.begin(this.head) : '';
  }

  /** What was still held back. Refuses a document that ends inside a character. */
  end(): string {
    const rest = this.head === undefined ? '' : this.begin(this.head);
    return rest + this.guard(() => this.letters?.end() ?? '');
  }

  private begin(head: Buffer): string {
    this.head = undefined;
    const bom = bomOf(head);
    const body = head.subarray(bom?.length ?? 0);
    this.declared = declaredEncodingOf(body);
    const encoding = agreedEncoding(body, bom?.encoding, this.declared, this.charset);
    this.letters = encoding.startsWith('ISO-8859') ? new LatinLetters(encoding) : new UnicodeLetters(encoding);
    return this.read(body);
  }

  private read(chunk: Uint8Array): string {
    return this.guard(() => this.letters?.write(chunk) ?? '');
  }

  private guard(read: () => string): string {
    try {
      return read();
    } catch (error) {
      if (nodeCodeOf(error) !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error;
      throw new DocumentRefused(
        'encoding-broken',
        `The document is not ${this.encoding}, as it says it is.`,
        { encoding: this.encoding, beforeByte: this.bytes },
        { cause: error },
      );
    }
  }
}

interface Letters {
  readonly encoding: Encoding;
  write(chunk: Uint8Array): string;
  end(): string;
}

class UnicodeLetters implements Letters {
  private readonly decoder: TextDecoder;

  constructor(readonly encoding: Encoding) {
    // The mark has been taken off: a second one is a character that does not belong there.
    this.decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  }

  write(chunk: Uint8Array): string {
    return this.decoder.decode(chunk, { stream: true });
  }

  end(): string {
    return this.decoder.decode();
  }
}

/**
 * The two Latin alphabets, byte by byte: `TextDecoder` takes the name
 * ISO-8859-1 for windows-1252, so it is not asked.
 *
 * Every byte is a Latin letter, so a lie must be caught by what it says. Two
 * are: the bytes 0x80–0x9F, which only windows-1252 and UTF-8 write; and a
 * document all of whose accented letters are also valid UTF-8.
 */
class LatinLetters implements Letters {
  private readonly disguise = new TextDecoder('UTF-8', { fatal: true });
  private couldBeUtf8 = true;
  private accented = false;

  constructor(readonly encoding: Encoding) {}

  write(chunk: Uint8Array): string {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const text = bytes.toString('latin1');
    this.suspect(chunk);
    if (isAscii(chunk)) return text;
    this.accented = true;
    if (/[\x80-\x9f]/.test(text)) this.refuse();
    return this.encoding === 'ISO-8859-15'
      ? text.replace(/[¤¦¨´¸¼½¾]/g, (letter: string) => LATIN_9[letter] ?? letter)
      : text;
  }

  end(): string {
    this.suspect();
    if (this.accented && this.couldBeUtf8) this.refuse();
    return '';
  }

  private suspect(chunk?: Uint8Array): void {
    if (!this.couldBeUtf8) return;
    try {
      this.disguise.decode(chunk, { stream: chunk !== undefined });
    } catch {
      this.couldBeUtf8 = false;
    }
  }

  private refuse(): never {
    const [refusal, real] = this.couldBeUtf8
      ? (['encoding-utf-8-in-disguise', 'UTF-8'] as const)
      : (['encoding-windows-1252', 'windows-1252'] as const);
    throw new DocumentRefused(refusal, `The document says ${this.encoding} but is written in ${real}.`, {
      encoding: this.encoding,
    });
  }
}
