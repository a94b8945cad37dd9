import { Readable } from 'node:stream';

import { v7 as uuid } from 'uuid';

import type { OutboxRelay, QuestionClient } from '#lib/bus';
import { type AccessAnswer, decideAccess, STREAM_NAMES, type StreamName, supports } from '#lib/contracts';
import { bringsBasicData, documentTables, firstRecord, type RegisterName, tablesOf } from '#lib/documents';
import { crashPoint, type Language } from '#lib/service';
import type { Database } from '#lib/store';
import { type Acceptance, type Accepted, acceptTransfer, findSameUnfinished } from '#lib/transfers';

import { admitted, fingerprintOf } from '../acceptance-answer.js';
import type { DocumentReceiver, ReceivedDocument } from '../document-receiver.js';
import { Absent } from '../errors.js';
import type { GatewayMetrics } from '../gateway-metrics.js';
import type { LaneRoom } from '../lane-room.js';
import type { ReadBytes } from './multipart.js';
import { deniedBy, LegacyRefused } from './outcome.js';

export interface ImportParts {
  readonly database: Database;
  readonly questions: Pick<QuestionClient, 'ask'>;
  readonly relay: Pick<OutboxRelay, 'nudge'>;
  readonly receiver: Pick<DocumentReceiver, 'receive'>;
  readonly room: Pick<LaneRoom, 'take'>;
  readonly metrics: Pick<GatewayMetrics, 'accepted' | 'refused'>;
}

/** Who sends what, signed in. */
export interface Sending {
  readonly partnerUserId: string;
  readonly language: Language;
  readonly address: string | null;
  readonly companyId: string;
  /** `p_yt`, which FVBusinessId must be too. */
  readonly companyNumber: string;
  /** The document from its beginning. */
  readonly read: ReadBytes;
  /** Reads what stands behind the document; throws when the request is not whole. */
  readonly finish: () => Promise<unknown>;
}

const IMPORTED = STREAM_NAMES.filter((stream) => supports(stream, 'import'));
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
 * The rest is the modern door's: the same decision, the same acceptance, the same lane.
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
      return await this.accept(sending, received, { environmentId, stream });
    } catch (error) {
      await received.discard();
      throw error;
    }
  }

  /** What could not be decided before the whole document had been seen. */
  private async decideRest(
    sending: Sending,
    environmentId: string,
    first: StreamName,
    registers: readonly RegisterName[],
  ): Promise<StreamName> {
    const streams = new Set(registers.map(streamOf));
    streams.delete('perustiedot');
    const [stream = first, another] = streams;
    if (another) throw new LegacyRefused('invalid', 'wrong-stream');
    if (stream !== first) {
      await this.decide(sending, stream);
      await this.parts.room.take({ environmentId, companyId: sending.companyId, stream });
    } else if (bringsBasicData(stream, registers)) {
      await this.decide(sending, 'perustiedot', 'basic-data-denied');
    }
    return stream;
  }

  private async decide(
    { partnerUserId, companyId, address, language }: Sending,
    stream: StreamName,
    otherwise?: 'basic-data-denied',
  ): Promise<NonNullable<AccessAnswer['company']>> {
    const moment = { at: 'acceptance', client: address } as const;
    const asked = { partnerUserId, companyId, stream, direction: 'import', moment } as const;
    const access = await this.parts.questions.ask(decideAccess, asked);
    const company = visible(access);
    if (company) return company;
    const denied = deniedBy(access, language);
    throw otherwise === undefined || denied.answer === 'closed'
      ? denied
      : new LegacyRefused('denied', otherwise, denied.facts);
  }

  private async accept(
    { partnerUserId, companyId, address }: Sending,
    { document, discard }: ReceivedDocument,
    { environmentId, stream }: { readonly environmentId: string; readonly stream: StreamName },
  ): Promise<string> {
    const { database, relay, metrics } = this.parts;
    const accepted = await database.transaction(
      async (sql): Promise<Exclude<Accepted, { as: 'reused' }>> => {
        const same = { environmentId, companyId, partnerUserId, stream, sha256: document.sha256 };
        const transferId = await findSameUnfinished(sql, same);
        if (transferId !== undefined) return { as: 'repeated', transferId };
        const outcome = await acceptTransfer(sql, {
          ...{ environmentId, companyId, partnerUserId, stream, address, document },
          direction: 'import',
          dryRun: false,
          // No key that a partner can choose: those have no space in them.
          idempotencyKey: `legacy ${uuid()}`,
          fingerprint: fingerprintOf([stream], document.sha256),
        } satisfies Acceptance);
        crashPoint('gateway.before-accept-commit');
        if (outcome.as === 'reused') throw new Error('A key that was made just now is taken');
        return outcome;
      },
      { scope: { tenant: environmentId } },
    );
    crashPoint('gateway.after-accept-commit');
    relay.nudge();
    if (accepted.as === 'repeated') await discard();
    metrics.accepted({ stream, direction: 'import' }, accepted.as, document.bytes);
    return accepted.transferId;
  }
}

function visible(access: AccessAnswer): AccessAnswer['company'] {
  try {
    return admitted(access, false);
  } catch (error) {
    if (error instanceof Absent) throw new LegacyRefused('absent', 'company-unknown');
    throw error;
  }
}

/** The stream that a kind of record comes in by. */
function streamOf(register: RegisterName): StreamName {
  const stream = IMPORTED.find((one) => tablesOf(one).some((table) => table.register === register));
  if (!stream) throw new Error(`No stream brings ${register} in`);
  return stream;
}

async function* wholeOf(head: readonly Buffer[], read: ReadBytes): AsyncGenerator<Buffer> {
  yield* head;
  for (let piece = await read(); piece !== undefined; piece = await read()) yield piece;
}
