import type { Direction, LinkFlow, LinkSettings, LinkStream } from '#lib/contracts';
import type { NetvisorElement, NetvisorReply, NetvisorRequest, SeveraReply, SeveraRequest } from '#lib/upstream';

/** What is stored of a record, on either side; whatever its flow needs, and nothing beyond. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type JsonObject = { readonly [name: string]: Json };

/** The flows of a link. A register moves in one direction; both are flows of their own. */
export type FlowName = LinkFlow;

export type System = 'severa' | 'netvisor';

/** A record as its source has it now. */
export interface SourceRecord {
  /** What names it in the source for ever: Severa's guid, Netvisor's key. */
  readonly key: string;
  /** What people call it by. */
  readonly number: string | null;
  readonly name: string | null;
  readonly content: JsonObject;
}

/** Some records of the source. */
export interface SourcePage {
  readonly records: readonly SourceRecord[];
  /** Keys of records that are there no more. */
  readonly gone?: readonly string[];
  /** So many records beside these do not concern the company. */
  readonly leftOut?: number;
  /** From where the reading goes on, should it be broken off after this page; absent: from the last page that has one. */
  readonly at?: Json;
}

/** Some records of the target, each by what it is matched on. */
export interface TargetPage {
  readonly found: readonly (readonly [match: string, known: Known])[];
  /** As a {@link SourcePage} has it. */
  readonly at?: Json;
}

/** Reading calls; safe to repeat. They throw what stops a run (`stop.ts`); a refusal is theirs to pass on. */
export interface Calls {
  netvisor(request: NetvisorRequest): Promise<NetvisorElement>;
  /** One object, or one list that is not paged; `undefined` for 404. */
  severa(request: SeveraRequest): Promise<unknown>;
  /**
   * Every page of a list, in either paging style, one at a time.
   *
   * @param told hears, before a page comes, by which token the one after it is asked for; `null`: by none.
   */
  severaPages(request: SeveraRequest, told?: (token: string | null) => void): AsyncGenerator<readonly unknown[]>;
}

export interface Reading {
  readonly settings: LinkSettings;
  readonly calls: Calls;
  /** What was changed at or after this, with the overlap in it; `null`: everything. */
  readonly since: Date | null;
  /** Where it was broken off: the `at` of a page that was kept. Absent: it begins. */
  readonly from?: Json;
  readonly now: Date;
  /** Pairs of another flow of the same link, by the source's key: how one record finds the other side of another. */
  pairs(flow: FlowName, keys: readonly string[]): Promise<ReadonlyMap<string, PairKeys>>;
  /** The same by Netvisor's key, for what is read there: all that share it (two headers may have an item of one name). */
  pairsInNetvisor(flow: FlowName, keys: readonly string[]): Promise<ReadonlyMap<string, readonly PairKeys[]>>;
}

export interface PairKeys {
  readonly severaKey: string | null;
  readonly netvisorKey: string | null;
  readonly number: string | null;
}

/** What is known of the record's other side, in the flow's own words. */
export interface Known extends JsonObject {
  /**
   * The key there; `null`: it was looked for, and is not there. When a record is rejected, a `Known` without a key is
   * forgotten: somebody may have made the record there by the time it is tried again. Not so while a request is unsure.
   */
  readonly key: string | null;
}

/** All that decides about a record. */
export interface Situation {
  readonly key: string;
  /** `null`: it is there no more. */
  readonly source: JsonObject | null;
  /** `null`: nothing is known. */
  readonly known: Known | null;
  /** A request that changes something was sent, and its answer was lost: which one. */
  readonly unsure: string | null;
  /**
   * The name of another record of the flow that has the same number and is not gone (`''`: it has no name): both of them
   * would move into one record of the other side. Absent or `null`: there is none.
   */
  readonly rival?: string | null;
  readonly settings: LinkSettings;
  /** Whether the other side was asked since the record was taken up this time: what is known of it is fresh. */
  readonly asked?: boolean;
  /** Whether it had come to rest on the other side before it was taken up this time. */
  readonly moved?: boolean;
  /** Today, as a date of Finland, `YYYY-MM-DD`. */
  readonly today: string;
}

/** What keeps a record from moving: a cause of `link/causes.ts`, and what it is about. */
export interface Objection {
  readonly cause: string;
  readonly field?: string;
  /** The other system's own words, as they stood. */
  readonly message?: string;
}

export type Outgoing =
  | { readonly system: 'netvisor'; readonly request: NetvisorRequest }
  | { readonly system: 'severa'; readonly request: SeveraRequest };

/**
 * A request that is made up just before it is sent, since it carries what is too large to be kept (a PDF), or since the
 * source must be asked once more. `prepare` only reads. It is called in the turn, once permission stands and before the
 * record is marked as being sent; what it makes is sent at once and stored nowhere. Instead of a request it may give
 * another step: the record is then rejected, or waits, and nothing was sent. A refusal of what it reads rejects the
 * record, as a refusal of the write would.
 */
export interface Prepared {
  readonly system: System;
  prepare(calls: Calls): Promise<Outgoing | (Step & { readonly do: 'reject' | 'wait' })>;
}

/** An answer that says no, in its own kind of word: Netvisor's category, Severa's type. */
export interface Refusal {
  readonly system: System;
  /** `DUPLICATE_DATA`, `PERIOD_LOCK`, …; Severa's `InvalidRequest`, …; `null`: none was given. */
  readonly category: string | null;
  /** Of HTTP, where the other system gives one. */
  readonly status?: string | null;
  readonly text: string;
}

export type Incoming =
  | { readonly system: 'netvisor'; readonly reply: NetvisorReply }
  | { readonly system: 'severa'; readonly reply: SeveraReply };

export const OPERATIONS = ['look-up', 'create', 'change', 'status', 'attach', 'link'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** The next thing to do about a record. */
export type Step =
  /**
   * The other side has it as it should. `linked`: it was found there, and nothing had to be changed. `known`: what is
   * known from now on, where that is more than was known before. `note`: what the history tells of it all the same.
   */
  | { readonly do: 'done'; readonly linked?: boolean; readonly known?: Known; readonly note?: Objection }
  | { readonly do: 'reject'; readonly objections: readonly [Objection, ...Objection[]] }
  /** Another record has to move first. */
  | { readonly do: 'wait'; readonly cause: string }
  /** It changes nothing: it may be sent at any time, again and again. */
  | { readonly do: 'ask'; readonly operation: 'look-up'; readonly call: Outgoing }
  /**
   * `repeatable`: sent twice it does what it does once, so a lost answer is met by sending it again. `known`: what is known
   * from the moment it is sent; all that a look-up needs belongs there, since the record may be another by then.
   */
  | {
      readonly do: 'write';
      readonly operation: Exclude<Operation, 'look-up' | 'link'>;
      readonly call: Outgoing | Prepared;
      readonly repeatable: boolean;
      readonly known?: Known;
    };

/**
 * One kind of data in one direction: how it is read, and what is to be done about each record. Everything about one
 * flow is in one file of `flows/`; all but `read` and `index` is pure.
 */
export interface Flow {
  readonly name: FlowName;
  readonly stream: LinkStream;
  readonly direction: Direction;
  /** The system that is read. */
  readonly source: System;
  /** Whether the company's settings have it move at all, and how. */
  mode(settings: LinkSettings): 'off' | 'on-demand' | 'automatic';
  /** Minutes from one scheduled run to the next; `nightly` once in the night of Finland. */
  every(settings: LinkSettings): number | 'nightly';
  /**
   * Whether a reading is of everything, so that what was not met is gone: each one, or the first that begins in a night
   * of Finland (its `since` is `null`; the others of the day read what was changed).
   */
  readonly whole: boolean | 'nightly';
  read(reading: Reading): AsyncGenerator<SourcePage>;
  /**
   * The target's keys of all records there, by what they are matched on ({@link matchOf}); for the first contact. A flow
   * without one looks each record up. Of two that are matched on the same the first one is it.
   *
   * @param wanted what the due records are matched on. What else is there may be left out.
   */
  index?(reading: Omit<Reading, 'since'>, wanted?: ReadonlySet<string>): AsyncGenerator<TargetPage>;
  /** What a record is matched on at first contact; `null`: it cannot be. */
  matchOf?(source: JsonObject): string | null;
  /** The business id of the customer that a record is, as the target writes it; for the comparison before the first run. */
  businessIdOf?(source: JsonObject): string | null;
  next(situation: Situation): Step;
  /** What is known after the answer, when it was a good one. */
  learn(situation: Situation, step: Step & { readonly do: 'ask' | 'write' }, incoming: Incoming): Known;
  /**
   * What a refusal tells about the other side, if it tells anything: the record is not rejected then, but what this gives
   * becomes known, and `next` is asked again. `null`, and a flow without it: the record is rejected with the refusal's
   * cause. It must change what is known, or the same request would be sent for ever.
   */
  learnRefusal?(situation: Situation, step: Step & { readonly do: 'ask' | 'write' }, refusal: Refusal): Known | null;
}
