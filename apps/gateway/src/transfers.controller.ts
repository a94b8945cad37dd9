import { Controller, Get, Headers, HttpCode, type OnModuleDestroy, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

import { OutboxRelay } from '#lib/bus';
import type { Principal } from '#lib/contracts';
import { explainFault, LANGUAGES, type RecordFault } from '#lib/documents';
import type { Act } from '#lib/policy';
import { Database } from '#lib/store';
import {
  cancelTransfer,
  effectMark,
  findTransfer,
  type Intervening,
  type Intervention,
  isTerminal,
  type Item,
  ITEM_OUTCOMES,
  listItems,
  releaseTransfer,
  replayTransfer,
  type Transfer,
} from '#lib/transfers';

import { Address, Caller, keeperOf } from './caller.js';
import { placed } from './admission.js';
import { Changes, Reads } from './door.js';
import { Absent, RequestUnfit } from './errors.js';
import { readKey } from './idempotency-key.js';
import { GatewayMetrics } from './gateway-metrics.js';

const path = z.object({ id: z.uuid() });
const waiting = z.object({ wait: z.coerce.number().int().min(0).max(30).default(0) });
const page = z.object({
  cursor: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  outcome: z.enum(ITEM_OUTCOMES).optional(),
  lang: z.enum(LANGUAGES).default('en'),
});

/** Partner users see their own transfers, people those of the companies that their roles reach. */
const VISIBLE = { partnerUsersToo: true, place: 'handler' } as const;

/** How often a waiting caller's transfer is looked at, in milliseconds. */
const LOOK = 100;

/** A transfer's life: what it is, what became of each record, and what a person may do about it. */
@Controller('v1/transfers/:id')
export class TransfersController implements OnModuleDestroy {
  #stopping = false;

  constructor(
    private readonly database: Database,
    private readonly relay: OutboxRelay,
    private readonly metrics: GatewayMetrics,
  ) {}

  /** Whoever waits is told how far it is, so that the service can stop. */
  onModuleDestroy(): void {
    this.#stopping = true;
  }

  /** The transfer; with `?wait=s`, as soon as it has ended, is held or is deferred, but within that many seconds. */
  @Get()
  @Reads('transfer.read', VISIBLE)
  async show(
    @Caller() caller: Principal,
    @Param({ schema: path }) { id }: z.output<typeof path>,
    @Query({ schema: waiting }) { wait }: z.output<typeof waiting>,
  ): Promise<object> {
    const deadline = performance.now() + wait * 1000;
    let transfer = await this.visible(id, caller);
    while (['queued', 'running'].includes(transfer.state) && performance.now() < deadline && !this.#stopping) {
      await new Promise((resolve) => setTimeout(resolve, LOOK));
      transfer = await this.visible(id, caller);
    }
    return transferBody(transfer);
  }

  /** Record by record, in the order of the document. */
  @Get('items')
  @Reads('transfer.read', VISIBLE)
  async items(
    @Caller() caller: Principal,
    @Param({ schema: path }) { id }: z.output<typeof path>,
    @Query({ schema: page }) { cursor, limit, outcome, lang }: z.output<typeof page>,
  ): Promise<object> {
    const transfer = await this.visible(id, caller);
    const page = { after: cursor, limit: limit + 1, outcome: outcome ?? null };
    const items = await listItems(this.database, transfer, page);
    const shown = items.slice(0, limit);
    const next = items.length > limit ? (shown.at(-1)?.no ?? null) : null;
    return { items: shown.map((item) => itemBody(item, lang)), next };
  }

  /**
   * Lets a held transfer go on. For people only, since no machine may confirm what it would destroy itself.
   * `If-Match` names the effect that was seen: no other is confirmed by it.
   */
  @Post('release')
  @Changes('transfer.intervene', ['transfer.released'], { place: 'handler' })
  @HttpCode(200)
  async release(
    @Caller() caller: Principal,
    @Param({ schema: path }) { id }: z.output<typeof path>,
    @Headers('if-match') seen: string | undefined,
    @Address() address: string | null,
  ): Promise<object> {
    const { environmentId } = await this.visible(id, caller, 'transfer.intervene');
    const mark = /^"([^"]+)"$/.exec(seen ?? '')?.[1];
    if (mark === undefined) {
      throw new RequestUnfit(
        'unconditional',
        'effect.unnamed',
        "Send If-Match with the transfer's effectMark in quotes",
      );
    }
    const outcome = await this.database.transaction((sql) => releaseTransfer(sql, id, mark, by(caller, address)), {
      scope: { tenant: environmentId },
    });
    return this.after(outcome, id, caller);
  }

  /** Ends a transfer that has not begun, or is held. */
  @Post('cancel')
  @Changes('transfer.intervene', ['transfer.cancelled'], VISIBLE)
  @HttpCode(200)
  async cancel(
    @Caller() caller: Principal,
    @Param({ schema: path }) { id }: z.output<typeof path>,
    @Address() address: string | null,
  ): Promise<object> {
    const { stream, direction, environmentId } = await this.visible(id, caller, 'transfer.intervene');
    const outcome = await this.database.transaction((sql) => cancelTransfer(sql, id, by(caller, address)), {
      scope: { tenant: environmentId },
    });
    if (outcome === 'done') this.metrics.cancelled({ stream, direction });
    return this.after(outcome, id, caller);
  }

  /** Carries the document of an ended transfer out again, as a new transfer; the rights are decided anew. */
  @Post('replay')
  @Changes('transfer.intervene', ['transfer.accepted'], { place: 'handler' })
  @HttpCode(202)
  async replay(
    @Caller() caller: Principal,
    @Param({ schema: path }) { id }: z.output<typeof path>,
    @Headers('idempotency-key') key: string | undefined,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const idempotencyKey = readKey(key);
    const { environmentId } = await this.visible(id, caller, 'transfer.intervene');
    const replayed = await this.database.transaction(
      (sql) => replayTransfer(sql, id, { by: keeperOf(caller), address, idempotencyKey }),
      { scope: { tenant: environmentId } },
    );
    if (!('transferId' in replayed)) {
      throw new RequestUnfit(
        'conflict',
        `transfer.${replayed.as}`,
        replayed.as === 'succeeded'
          ? 'The document was carried out, by this transfer or a replay of it; what succeeded is not done twice'
          : 'The transfer, or a replay of it, has not ended yet',
      );
    }
    this.relay.nudge();
    void reply.header('location', `/v1/transfers/${replayed.transferId}`);
    return { id: replayed.transferId, repeated: replayed.as === 'repeated', links: linksOf(replayed.transferId) };
  }

  private async after(outcome: Intervention, id: string, caller: Principal): Promise<object> {
    if (outcome === 'done') {
      this.relay.nudge();
      return transferBody(await this.visible(id, caller));
    }
    if (outcome === 'effect-changed') {
      throw new RequestUnfit(
        'outdated',
        'effect.outdated',
        'The effect is another one now; look at it before you confirm',
      );
    }
    throw new RequestUnfit(
      'conflict',
      outcome === 'not-held' ? 'transfer.not-held' : 'transfer.past-stopping',
      outcome === 'not-held' ? 'The transfer is not held' : 'The transfer has ended or is under way',
    );
  }

  /** A partner user sees its own transfers, a person those that the roles reach; else there is no such transfer. */
  private async visible(id: string, caller: Principal, act: Act = 'transfer.read'): Promise<Transfer> {
    const transfer = await findTransfer(this.database, id);
    if (!transfer || (caller.kind === 'partner-user' && transfer.partnerUserId !== caller.id)) {
      throw new Absent('transfer.absent');
    }
    if (caller.kind !== 'partner-user') placed(caller, act, transfer, 'transfer.absent');
    return transfer;
  }
}

const by = ({ kind, id }: Principal, address: string | null): Intervening => ({ actor: { kind, id }, address });

const linksOf = (id: string): object => ({ self: `/v1/transfers/${id}`, items: `/v1/transfers/${id}/items` });

/** A transfer as everybody who may see it sees it. */
export function transferBody(transfer: Transfer): object {
  const { effect } = transfer;
  return {
    id: transfer.id,
    companyId: transfer.companyId,
    stream: transfer.stream,
    direction: transfer.direction,
    dryRun: transfer.dryRun,
    replayOf: transfer.replayOf,
    state: transfer.state,
    ended: isTerminal(transfer.state),
    reasons: transfer.reasons,
    opensAt: transfer.opensAt,
    effect,
    effectMark: transfer.state === 'held' && effect ? effectMark(transfer.id, effect) : null,
    problem: transfer.problem,
    acceptedAt: transfer.acceptedAt,
    startedAt: transfer.startedAt,
    finishedAt: transfer.finishedAt,
    export: transfer.exportRequest,
    links: {
      ...linksOf(transfer.id),
      ...(transfer.exportRequest && transfer.documentId && { document: `/v1/transfers/${transfer.id}/document` }),
    },
  };
}

function itemBody({ faults, ...item }: Item, language: (typeof LANGUAGES)[number]): object {
  const explained = (faults as readonly RecordFault[] | null)?.map((fault) => ({
    ...fault,
    message: explainFault(fault, language),
  }));
  return { ...item, faults: explained ?? null };
}
