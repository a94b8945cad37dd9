import { createHash } from 'node:crypto';

import type { Database, Scope } from '#lib/store';

import type { ExportedFile } from './manifest.js';

/** Bytes of a part: small enough for a message on the broker once it is base64. */
const PART = 192 * 1024;

/** Whose file, and which attempt at it writes. */
export interface PartPlace {
  readonly environmentId: string;
  readonly exportId: string;
  readonly attempt: number;
  readonly scope: Scope;
}

/** Somebody else has taken this export over, since this attempt had stopped showing that it lives. */
export class AttemptSuperseded extends Error {
  constructor() {
    super('Another attempt makes this export now');
    this.name = 'AttemptSuperseded';
  }
}

/** Writes one file of an export part by part, and holds no more of it than one part. */
export class PartWriter {
  readonly #hash = createHash('sha256');
  #waiting: string[] = [];
  #waitingBytes = 0;
  #bytes = 0;
  #parts = 0;

  constructor(
    private readonly database: Database,
    private readonly place: PartPlace,
    private readonly name: string,
  ) {}

  async write(text: string): Promise<void> {
    this.#waiting.push(text);
    this.#waitingBytes += Buffer.byteLength(text);
    if (this.#waitingBytes >= PART) await this.#flush();
  }

  /** The file, whole; one that holds nothing has one empty part. */
  async end(): Promise<ExportedFile> {
    if (this.#waitingBytes > 0 || this.#parts === 0) await this.#flush();
    return { name: this.name, bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  /** With each part the lease is renewed, and nothing is written by an attempt that has lost it. */
  async #flush(): Promise<void> {
    const data = Buffer.from(this.#waiting.join(''), 'utf8');
    this.#waiting = [];
    this.#waitingBytes = 0;
    const { environmentId, exportId, attempt, scope } = this.place;
    const written = await this.database.rows<{ part: number }>(
      `with mine as (
         update audit.export set lease_until = clock_timestamp() + interval '1 minute'
          where environment_id = $1 and id = $2 and attempts = $3 and state = 'running' returning id
       )
       insert into audit.export_part (environment_id, export_id, file, part, data)
       select $1, id, $4, $5, $6 from mine returning part`,
      [environmentId, exportId, attempt, this.name, this.#parts, data],
      { scope },
    );
    if (written.length === 0) throw new AttemptSuperseded();
    this.#hash.update(data);
    this.#bytes += data.length;
    this.#parts += 1;
  }
}
