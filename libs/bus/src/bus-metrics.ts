export type BusRole = 'publisher' | 'consumer';

/** `blocked`: the broker is short of memory or disk and takes nothing; what it holds is still delivered. */
export type BusState = 'connected' | 'disconnected' | 'blocked';

/** `nacked`: refused, or under way when the line was lost. `timeout`: not answered in time, or there was no line. */
export type PublishedOutcome = 'confirmed' | 'nacked' | 'returned' | 'timeout';

/** `dead_lettered` gave up after several attempts; `rejected` was parked at its first. */
export type ConsumedOutcome = 'acked' | 'duplicate' | 'retried' | 'dead_lettered' | 'rejected';

export type ParkedReason = 'max_attempts' | 'poison' | 'denied';

/** `returned` had no queue to go to; `unavailable` was not confirmed. Both stay in the outbox. */
export type RelayedOutcome = 'confirmed' | 'unavailable' | 'returned';

/**
 * What the bus counts. Whoever knows a metrics library implements what it wants; the rest costs nothing.
 *
 * Every label is of a small closed set: `queue` and `type` come from the
 * contracts, without the installation's namespace. Times are in seconds.
 * How much waits in the outbox is the table's to say, not the bus's.
 */
export interface BusMetrics {
  published?(exchange: string, type: string, outcome: PublishedOutcome): void;
  confirmed?(exchange: string, seconds: number): void;
  consumed?(queue: string, outcome: ConsumedOutcome): void;
  processed?(queue: string, type: string, seconds: number): void;
  messageAge?(queue: string, seconds: number): void;
  inFlight?(queue: string, messages: number): void;
  redelivered?(queue: string): void;
  /** `attempt` is the one that failed: 1 to 4, then `5plus`. */
  retried?(queue: string, attempt: '1' | '2' | '3' | '4' | '5plus'): void;
  parked?(queue: string, reason: ParkedReason): void;
  replayed?(queue: string, outcome: 'confirmed' | 'failed'): void;
  connection?(role: BusRole, state: BusState): void;
  relayed?(outcome: RelayedOutcome): void;
  relayDelay?(seconds: number): void;
  /** A handler said that it had done this message before. */
  inboxDuplicate?(queue: string): void;
}
