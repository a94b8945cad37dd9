import type { GivenRecord } from '#lib/documents';
import type { Complaint, FivaldiRequest } from '#lib/upstream';

import type { Content, Known, KnownPart, Part } from './content.js';
import type { Placed, RegisterRow, Unfits } from './mapping.js';

export const DELIVERED_REGISTERS = ['dimension', 'company', 'product', 'order', 'payroll_batch'] as const;
export type DeliveredRegister = (typeof DELIVERED_REGISTERS)[number];

/** Which record, and where it goes. */
export interface Addressee {
  readonly cuid: string;
  readonly key: string;
}

/** What the mapping of a record needs to know of others. */
export interface Others {
  /** The order's customer; `undefined` when we have no such customer. */
  readonly customer: Customer | undefined;
}

/** A customer as an order needs it. */
export interface Customer {
  /** Fivaldi's number; `null` while it has none. */
  readonly id: string | null;
  readonly paymentTerm: string | null;
  readonly postingGroup: string | null;
}

/** The record as Fivaldi should have it; or why it cannot be sent; or that another one has to go first. */
export type Mapping =
  | { readonly as: 'content'; readonly content: Content }
  | { readonly as: 'unfit'; readonly unfit: Unfits }
  | { readonly as: 'waits'; readonly cause: 'customer-first' };

/** How Fivaldi is asked about one record whose id there is not known, and how its answer is read. */
export interface Search {
  /** Whether it asks for the one record; otherwise for a list, and only a day makes that a short one. */
  readonly byKey: boolean;
  /** `since`: changed or created on that day or later; `null` is all there are. */
  request(to: Addressee, content: Content, since: Date | null): FivaldiRequest;
  /** What was found; `undefined` is Fivaldi's "no such". A {@link Known} without a core when only the id was told. */
  find(result: unknown, to: Addressee, content: Content): Known | 'absent';
  /** Of a kind whose creation is answered by the batch that it is in: a list of that batch alone. */
  readonly batch?: Batch;
}

/** How a record is found that was just made, without asking for all that there are. */
export interface Batch {
  /** The batch that a creation's answer names; `null` where it names none. */
  named(result: unknown): string | null;
  request(to: Addressee, batch: string): FivaldiRequest;
}

/** One request that says of all records which of them are there: for the first contact with a company. */
export interface Index {
  request(to: Addressee): FivaldiRequest;
  /** Fivaldi's ids by what links them to ours: the field `link` of our record, or our key where that is empty. */
  ids(result: unknown): ReadonlyMap<string, string>;
  readonly link: string | null;
}

/** What a list of Fivaldi's says of one record. */
export interface Listed {
  readonly id: string;
  readonly changed: string;
  /** What links it to one of ours; `null` where it names none. */
  readonly link: string | null;
  /** The number of its customer, of a kind that has one. */
  readonly customer?: string | null;
}

/** How what was changed in Fivaldi is found, and which of our fields its values are. */
export interface Pull {
  /**
   * What is new since the day of `since`, and what the list tells of changes: days are as fine as it gets, so every list
   * tells some of it again.
   */
  request(to: Addressee, since: Date): FivaldiRequest;
  /** Where that does not tell of every change: another list, of what may still be changed. It tells of nothing new. */
  readonly open?: (to: Addressee) => FivaldiRequest;
  changes(result: unknown): readonly Listed[];
  /** Of a record with these parts: which of our fields each of its values is. */
  mapping(parts: readonly string[]): readonly Placed[];
  /** A whole record that was made there, as our register would have it; `null` where it is none. */
  newcomer(result: unknown): Newcomer | null;
  /**
   * Of a kind that is changed as a whole: all of a record as Fivaldi shows it, its parts under the names that ours have;
   * `null` where that is not all of it.
   */
  readonly show?: (result: unknown, ours: Content, known?: Known['parts']) => Content | null;
}

/** A record that was made in Fivaldi. */
export interface Newcomer extends GivenRecord {
  /** The key of ours that it names; `null` where it names none. */
  readonly link: string | null;
  /** What it is called here when it names none. */
  readonly name: string;
  /** The number of its customer, of a kind that has one. */
  readonly customer?: string;
  /** Fivaldi's names of what our register cannot hold. */
  readonly unfit: readonly string[];
}

/**
 * How one kind of record is delivered: pure, all requests and answers of it in one place.
 *
 * `null` stands for what Fivaldi has no method for.
 */
export interface Courier {
  readonly register: DeliveredRegister;
  /** Sent a second time it would be done a second time, and nobody could see it: a person has to look. */
  readonly unrepeatable: boolean;
  /** It is changed as a whole: whatever differs, all of it is sent. */
  readonly whole?: true;
  map(row: RegisterRow, key: string, others: Others): Mapping;
  /** `null`: it cannot be looked for. */
  readonly search: Search | null;
  readonly index: Index | null;
  /** Whether a record that we never delivered may be there already, and has to be looked for before it is created. */
  readonly searchFirst: boolean;
  /** `null`: what is changed in Fivaldi is not fetched. */
  readonly pull: Pull | null;
  read(to: Addressee, id: string): FivaldiRequest | null;
  /**
   * A record as Fivaldi shows it, whole; its parts under the names that ours have, where they can be told: by the ids in
   * `known` first. Parts that ours has not stand under the id that they have there.
   */
  parse(result: unknown, to: Addressee, content: Content, known?: Known['parts']): Known | null;
  create(to: Addressee, content: Content): FivaldiRequest;
  /** What an answer to a creation objects to, although it came as a yes; `null` where it made the record. */
  readonly objections?: (result: unknown) => readonly Complaint[] | null;
  /** `changed` holds what differs; a method that replaces the record takes it from `content`. */
  update(to: Addressee, id: string, changed: Part, content: Content): FivaldiRequest | null;
  createPart(to: Addressee, id: string, name: string, part: Part): FivaldiRequest | null;
  updatePart(to: Addressee, id: string, name: string, known: KnownPart, content: Content): FivaldiRequest | null;
}
