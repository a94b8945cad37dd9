import { Readable } from 'node:stream';

import { type AccessAnswer, DOCUMENT_STREAM_NAMES, type DocumentStream, supports } from '#lib/contracts';
import { documentTables, firstRecord, type RegisterName, tablesOf } from '#lib/documents';
import type { Language } from '#lib/service';

import { admitted } from '../acceptance-answer.js';
import type { DocumentReceiver } from '../document-receiver.js';
import type { Bringer, ImportDesk } from '../import-desk.js';
import type { LaneRoom } from '../lane-room.js';
import type { ReadBytes } from './multipart.js';
import { deniedBy, LegacyRefused } from './outcome.js';

export interface ImportParts {
  readonly desk: Pick<ImportDesk, 'decide' | 'basicDataDenial' | 'accept'>;
  readonly receiver: Pick<DocumentReceiver, 'receive'>;
  readonly room: Pick<LaneRoom, 'take'>;
}

/** Who sends what, signed in. */
export interface Sending extends Bringer {
  readonly language: Language;
  /** `p_yt`, which FVBusinessId must be too. */
  readonly companyNumber: string;
  /** The document from its beginning. */
  readonly read: ReadBytes;
  /** Reads what stands behind the document; throws when the request is not whole. */
  readonly finish: () => Promise<unknown>;
}

const IMPORTED = DOCUMENT_STREAM_NAMES.filter((stream) => supports(stream, 'import'));
const ALL_TABLES = [...new Set(IMPORTED.flatMap((stream) => tablesOf(stream)))];

/**
 * Takes a document in whose sender has not said what it holds: its first record says so.
 *
 *   the first record is of | decided before it is stored | it may hold                | and decided once it is
 *   -----------------------+-----------------------------+----------------------------+-----------------------------
 *   a stream               | that stream                 | the stream's records, and  | base data, if it has any
 *                          |                             | base data                  |
 *   base data              | base data                   | that, and the records of   | the stream that it belongs to
 *                          |                             | one stream                 |
 *
 * The rest is the modern door's, too (`import-desk.ts`): the same decision, the same acceptance, the same lane.
 */
export class LegacyImport {
  constructor(private readonly parts: ImportParts) {}

  /**
   * The transfer of the document. The same bytes again while it has not ended are the same transfer; afterwards they
   * are a new one. Throws {@link LegacyRefused}, or `DocumentRefused`.
   */
  async take(sending: Sending): Promise<string> {
    const { companyId, companyNumber, read } = sending;
    const head = await firstRecord(read, { tables: ALL_TABLES, companyNumber });
    if (head.register === null) throw new LegacyRefused('invalid', 'without-records');
    const first = streamOf(head.register);
    const { environmentId } = await this.decide(sending, first);
    const received = await this.parts.receiver.receive({
      body: Readable.from(wholeOf(head.read, read), { objectMode: false }),
      announced: null,
      gzip: false,
      charset: null,
      tables: first === 'perustiedot' ? ALL_TABLES : documentTables(first, true),
      environmentId,
      lane: { environmentId, companyId, stream: first },
      companyNumber,
    });
    try {
      await sending.finish();
      const stream = await this.decideRest(sending, environmentId, first, received.registers);
      const order = { environmentId, stream, dryRun: false, idempotencyKey: null };
      const accepted = await this.parts.desk.accept(received, sending, order);
      if (accepted.as === 'reused') throw new Error('A key that was made just now is taken');
      return accepted.transferId;
    } catch (error) {
      await received.discard();
      throw error;
    }
  }

  /** What could not be decided before the whole document had been seen. */
  private async decideRest(
    sending: Sending,
    environmentId: string,
    first: DocumentStream,
    registers: readonly RegisterName[],
  ): Promise<DocumentStream> {
    const streams = new Set(registers.map(streamOf));
    streams.delete('perustiedot');
    const [stream = first, another] = streams;
    if (another) throw new LegacyRefused('invalid', 'wrong-stream');
    if (stream !== first) {
      await this.decide(sending, stream);
      await this.parts.room.take({ environmentId, companyId: sending.companyId, stream });
      return stream;
    }
    const denial = await this.parts.desk.basicDataDenial(sending, stream, registers);
    if (denial) throw deniedBy(denial, sending.language, 'basic-data-denied');
    return stream;
  }

  private async decide(sending: Sending, stream: DocumentStream): Promise<NonNullable<AccessAnswer['company']>> {
    const access = await this.parts.desk.decide(sending, stream);
    const company = admitted(access, sending.patient);
    if (!company) throw deniedBy(access, sending.language);
    return company;
  }
}

/** The stream that a kind of record comes in by. */
function streamOf(register: RegisterName): DocumentStream {
  const stream = IMPORTED.find((one) => tablesOf(one).some((table) => table.register === register));
  if (!stream) throw new Error(`No stream brings ${register} in`);
  return stream;
}

async function* wholeOf(head: readonly Buffer[], read: ReadBytes): AsyncGenerator<Buffer> {
  yield* head;
  for (let piece = await read(); piece !== undefined; piece = await read()) yield piece;
}
