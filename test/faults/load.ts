import { until } from '../../libs/testing/src/until.ts';
import type { Violation } from './checker.ts';
import { type Parcel, products, type SentParcel } from './parcel.ts';
import type { Stage } from './stage.ts';

const CLIENTS = 4;
/**
 * All must be at rest so long after an outage. What comes may come late: the second try of a message waits five
 * seconds, the third thirty.
 */
export const OUTAGE_PATIENCE = 60_000;
/** Reached only when something is wrong, also on a busy machine. */
const LIMIT = 300_000;
/** A queue that was declared moments before its broker was killed may come back without a leader. */
const QUEUES_SETTLE_MS = 6_000;

export interface Load {
  readonly companies: number;
  /** For each company. */
  readonly documents: number;
  /** So many documents must have been accepted before the server dies; the others are sent meanwhile and afterwards. */
  readonly underWay: number;
}

/** What came of an outage: which documents were accepted, whether all came to rest, and what is wrong. */
export interface Outage {
  readonly sent: readonly SentParcel[];
  readonly quiet: boolean;
  readonly violations: readonly Violation[];
}

/** Has a server killed and brought back while documents come in, and waits until all is done. */
export async function serverDies(stage: Stage, load: Load, crash: () => Promise<void>): Promise<Outage> {
  const parcels = await write(stage, load);
  await until(() => performance.now() - stage.opened > QUEUES_SETTLE_MS, { what: 'queues of some age' });
  const sent: SentParcel[] = [];
  stage.unanswered = 0;
  const sending = sendAll(stage, parcels, sent);
  await until(() => sent.length >= load.underWay, { within: LIMIT, what: 'a load' });
  await crash();
  await sending;
  const quiet = await stage.quiet(sent, OUTAGE_PATIENCE);
  return { sent, quiet, violations: await stage.violations(sent) };
}

/** Documents of all companies in turn; no two name the same product, so their order does not matter. */
async function write(stage: Stage, { companies, documents }: Load): Promise<Parcel[]> {
  const senders = await Promise.all(Array.from({ length: companies }, () => stage.sender()));
  const numbers = Array.from({ length: documents }, (_, number) => number * 10 + 1);
  return numbers.flatMap((first) => senders.map((sender) => sender.write(products(first, first + 4))));
}

async function sendAll(stage: Stage, parcels: readonly Parcel[], sent: SentParcel[]): Promise<void> {
  const rest = [...parcels];
  const client = async (): Promise<void> => {
    for (let parcel = rest.shift(); parcel !== undefined; parcel = rest.shift()) sent.push(await stage.send(parcel));
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}
