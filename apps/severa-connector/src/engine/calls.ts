import { setTimeout as pause } from 'node:timers/promises';

import { type NetvisorElement, type NetvisorRequest, Pages, type SeveraRequest } from '#lib/upstream';

import type { Calls, Incoming, Outgoing } from './flow.js';
import type { Ledger } from './ledger.js';
import type { Line } from './line.js';
import type { Patience } from './patience.js';
import { CallRefused, TurnLost, WaitLink } from './stop.js';
import { troubleOf } from './trouble.js';
import type { HeldTurn } from './turns.js';

/** A call that is limited or said to be a repetition is sent again; not for ever. */
const MOST_REPEATS = 30;

/** A single object that is not there. */
const ABSENT = '404';

/**
 * Calls that only read, each allowed by the rules at its own moment. An answer that is lost is asked for again a few times,
 * then the link waits: a list of a hundred pages must come to its end though some answers are lost.
 */
export class ReadingCalls implements Calls {
  constructor(
    private readonly line: Line,
    private readonly ledger: Pick<Ledger, 'pass'>,
    private readonly held: HeldTurn,
    private readonly patience: Patience,
  ) {}

  async netvisor(request: NetvisorRequest): Promise<NetvisorElement> {
    const { reply } = await this.#call({ system: 'netvisor', request });
    if ('root' in reply) return reply.root;
    throw new TypeError('A good answer of Netvisor has a root');
  }

  async severa(request: SeveraRequest): Promise<unknown> {
    try {
      return (await this.#ask(request)).body;
    } catch (error) {
      if (error instanceof CallRefused && error.status === ABSENT) return undefined;
      throw error;
    }
  }

  async *severaPages(
    request: SeveraRequest,
    told?: (token: string | null) => void,
  ): AsyncGenerator<readonly unknown[]> {
    const pages = new Pages();
    for (let next: SeveraRequest | null = request; next !== null;) {
      const reply = await this.#ask(next);
      // Taken for the end of the list, it would say of everything else that it is gone.
      if (!Array.isArray(reply.body)) throw new WaitLink('severa-unreachable');
      const page: readonly unknown[] = reply.body;
      told?.(reply.nextPageToken);
      if (page.length > 0) yield page;
      next = pages.next(next, reply, page.length);
    }
  }

  async #ask(request: SeveraRequest): Promise<{ readonly body: unknown; readonly nextPageToken: string | null }> {
    const { reply } = await this.#call({ system: 'severa', request });
    if ('body' in reply) return reply;
    throw new TypeError('A good answer of Severa has a body');
  }

  async #call(call: Outgoing): Promise<Incoming> {
    let lost = 0;
    for (let repeats = 0; repeats < MOST_REPEATS; repeats += 1) {
      if (this.held.halted) throw new TurnLost(this.held.turn.companyId);
      await this.line.ready(call);
      await this.ledger.pass(null);
      const incoming = await this.line.send('read', call);
      const trouble = troubleOf(incoming, this.patience);
      if (trouble === null) return incoming;
      if (trouble.as === 'again') continue;
      if (trouble.as === 'refused') throw new CallRefused(call.system, trouble);
      const isLost = trouble.as === 'unknown' || trouble.stop.code === 'link.waits';
      const rest = isLost && incoming.reply.as !== 'unavailable' ? this.patience.reading[lost] : undefined;
      if (rest === undefined) throw trouble.as === 'stop' ? trouble.stop : new WaitLink(`${call.system}-unreachable`);
      lost += 1;
      await pause(rest);
    }
    throw new WaitLink(`${call.system}-limited`);
  }
}
