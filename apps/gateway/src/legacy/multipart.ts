import { AppError } from '#lib/errors';

/** The body is not `multipart/form-data` as RFC 7578 has it, or breaks off. */
export class MultipartBroken extends AppError {
  readonly kind = 'invalid';
  readonly code = 'multipart.broken';
}

/** Gives the next bytes, `undefined` at their end. */
export type ReadBytes = () => Promise<Buffer | undefined>;

/** Before the first boundary, and behind the last one. */
const AROUND_BYTES = 8 * 1024;
const HEAD_BYTES = 4 * 1024;

const TYPE = /^multipart\/form-data\s*;/i;
const PARAMETER = /;\s*([\w!#$&+.^*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))/g;

/** The boundary of a `multipart/form-data` Content-Type; `undefined` for any other. */
export function boundaryOf(contentType: string | undefined): string | undefined {
  if (contentType === undefined || !TYPE.test(contentType)) return undefined;
  const boundary = parameterOf(contentType, 'boundary');
  return boundary !== undefined && /^[\x20-\x7e]{1,70}$/.test(boundary) ? boundary : undefined;
}

/** One part of a form. */
export class Part {
  /** Of its content, as far as it has been read. */
  bytes = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #ended = false;

  constructor(
    readonly name: string,
    private readonly content: ReadBytes,
  ) {}

  /** The next bytes of its content. Readers may ask before an earlier one has been answered: each gets its own bytes. */
  read(): Promise<Buffer | undefined> {
    const turn = this.#turn.then(() => this.#next());
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #next(): Promise<Buffer | undefined> {
    if (this.#ended) return undefined;
    const piece = await this.content();
    this.#ended = piece === undefined;
    this.bytes += piece?.length ?? 0;
    return piece;
  }
}

/**
 * Reads a form part by part, in constant memory, whatever the order and the length of the parts.
 *
 *   preamble, delimiter, head, blank line, content, delimiter, …, delimiter with `--`, epilogue
 *
 * A part's content ends at the next delimiter, so it is read, or skipped, before the next part is known. Throws
 * {@link MultipartBroken}, also when the body ends before the last delimiter.
 */
export class Multipart {
  readonly #delimiter: Buffer;
  /** Before the first delimiter there need be no line: one is added, so that all of them look alike. */
  #waiting = Buffer.from('\r\n');
  #part: Part | undefined;
  #isOver = false;

  constructor(
    private readonly source: ReadBytes,
    boundary: string,
  ) {
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  }

  /** The next part, once the one before has been read to its end or is skipped; `undefined` behind the last one. */
  async next(): Promise<Part | undefined> {
    if (this.#isOver) return undefined;
    if (this.#part) await skip(this.#part);
    else await this.#skipPreamble();
    while (this.#waiting.length < 2) await this.#fill();
    if (this.#waiting.toString('latin1', 0, 2) === '--') {
      this.#isOver = true;
      await this.#skipEpilogue();
      return undefined;
    }
    this.#part = new Part(nameIn(await this.#head()), () => this.#content());
    return this.#part;
  }

  async #skipPreamble(): Promise<void> {
    let bytes = 0;
    for (let piece = await this.#content(); piece !== undefined; piece = await this.#content()) {
      bytes += piece.length;
      if (bytes > AROUND_BYTES) throw new MultipartBroken('The first boundary is missing');
    }
  }

  /** To the very end of the body: what is left of a request would cost its connection. */
  async #skipEpilogue(): Promise<void> {
    let length = 0;
    for (let bytes: Buffer | undefined = this.#waiting; bytes !== undefined; bytes = await this.source()) {
      length += bytes.length;
      if (length > AROUND_BYTES) throw new MultipartBroken('The body goes on behind its last boundary');
    }
  }

  /** Up to the blank line, which may stand right behind the delimiter. */
  async #head(): Promise<string> {
    let end: number;
    while ((end = this.#waiting.indexOf('\r\n\r\n')) < 0) {
      if (this.#waiting.length > HEAD_BYTES) break;
      await this.#fill();
    }
    if (end < 0 || end > HEAD_BYTES) throw new MultipartBroken('The head of a part is too long');
    const head = this.#waiting.toString('latin1', 0, end);
    this.#waiting = this.#waiting.subarray(end + 4);
    return head;
  }

  /** The next bytes that are surely no delimiter; `undefined` at one, which is taken. */
  async #content(): Promise<Buffer | undefined> {
    for (;;) {
      const at = this.#waiting.indexOf(this.#delimiter);
      if (at === 0) {
        this.#waiting = this.#waiting.subarray(this.#delimiter.length);
        return undefined;
      }
      const sure = at > 0 ? at : this.#waiting.length - this.#delimiter.length + 1;
      if (sure > 0) {
        const piece = this.#waiting.subarray(0, sure);
        this.#waiting = this.#waiting.subarray(sure);
        return piece;
      }
      await this.#fill();
    }
  }

  async #fill(): Promise<void> {
    const bytes = await this.source();
    if (bytes === undefined) throw new MultipartBroken('The body ends before its last boundary');
    this.#waiting = Buffer.concat([this.#waiting, bytes]);
  }
}

async function skip(part: Part): Promise<void> {
  while ((await part.read()) !== undefined);
}

/** The name of a part by its head, whose first line is the rest of the delimiter's. */
function nameIn(head: string): string {
  const [padding = '', ...lines] = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n');
  if (/[^ \t]/.test(padding)) throw new MultipartBroken('A boundary is followed by something else');
  const headers = lines.map((line) => /^([^:\s]+)\s*:\s*(.*)$/.exec(line)).filter((header) => header !== null);
  const header = (name: string) => headers.find(([, given = '']) => given.toLowerCase() === name)?.[2];
  const disposition = header('content-disposition') ?? '';
  const name = /^form-data\b/i.test(disposition) ? parameterOf(disposition, 'name') : undefined;
  if (name === undefined) throw new MultipartBroken('A part has no name');
  if (!/^(|7bit|8bit|binary)$/i.test(header('content-transfer-encoding') ?? '')) {
    throw new MultipartBroken('A part is sent in another encoding than its own bytes');
  }
  return name;
}

/** One after the other, so that what looks like a parameter inside another's quotes is none. */
function parameterOf(header: string, name: string): string | undefined {
  for (const [, given = '', quoted, plain] of header.matchAll(PARAMETER)) {
    if (given.toLowerCase() === name) return quoted?.replaceAll(/\\(.)/g, '$1') ?? plain;
  }
  return undefined;
}
