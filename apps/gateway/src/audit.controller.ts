import { Controller, Get, Param, Query } from '@nestjs/common';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import {
  auditFilters,
  auditKeys,
  type AuditReader,
  type AuditScope,
  type Principal,
  searchAudit,
  verifyAudit,
} from '#lib/contracts';
import { Database } from '#lib/store';
import { findTransfer } from '#lib/transfers';

import { placed } from './admission.js';
import { Address, Caller, keeperOf } from './caller.js';
import { changesOf } from './change.js';
import { OpenToAnybody, Reads } from './door.js';
import { Absent } from './errors.js';

const environment = z.object({ environmentId: z.uuid() });
const transfer = z.object({ id: z.uuid() });
const search = auditFilters.extend({
  order: searchAudit.ask.shape.order,
  cursor: z.string().max(300).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
type Search = z.output<typeof search>;

/** Whose chain, for whoever reaches all of them. */
const chain = z.union([z.uuid(), z.literal('operator')]);
const searchAnywhere = search.extend({
  environmentId: z.union([chain, z.literal('everywhere')]).default('everywhere'),
});
const oneChain = z.object({ environmentId: chain.default('operator') });

/** A chain of a million entries takes a while to read. */
const VERIFICATION_MS = 120_000;

/** Entries of one transfer's life: a handful, and some for each time that it waits. */
const LIFE = 200;

/** Support reads the audit log here. Whatever is read leaves its own entry, written before the answer leaves. */
@Controller('v1')
export class AuditController {
  constructor(
    private readonly questions: QuestionClient,
    private readonly database: Database,
  ) {}

  /** Everything, or one environment's, or with `environmentId=operator` what belongs to none. */
  @Get('audit')
  @Reads('audit.read', { place: 'handler', audits: ['audit.searched'] })
  everywhere(
    @Caller() caller: Principal,
    @Query({ schema: searchAnywhere }) { environmentId: scope, ...asked }: z.output<typeof searchAnywhere>,
    @Address() address: string | null,
  ): Promise<object> {
    placed(caller, 'audit.read', placeOf(scope));
    return this.search(scope, asked, readerOf(caller, address));
  }

  @Get('environments/:environmentId/audit')
  @Reads('audit.read', { audits: ['audit.searched'] })
  ofEnvironment(
    @Caller() caller: Principal,
    @Param({ schema: environment }) { environmentId }: z.output<typeof environment>,
    @Query({ schema: search }) asked: Search,
    @Address() address: string | null,
  ): Promise<object> {
    return this.search(environmentId, asked, readerOf(caller, address));
  }

  /** A transfer's whole life in order: where it stands, and everything that the log tells of it. */
  @Get('transfers/:id/history')
  @Reads('audit.read', { place: 'handler', audits: ['audit.searched'] })
  async history(
    @Caller() caller: Principal,
    @Param({ schema: transfer }) { id }: z.output<typeof transfer>,
    @Address() address: string | null,
  ): Promise<object> {
    const found = await findTransfer(this.database, id);
    if (!found) throw new Absent('transfer.absent');
    placed(caller, 'audit.read', found, 'transfer.absent');
    const { environmentId, companyId, partnerUserId, stream, direction, state, documentId, reasons } = found;
    const asked: Search = { transferId: id, order: 'oldest', limit: LIFE };
    const told = await this.search(environmentId, asked, readerOf(caller, address));
    const transferNow = { id, environmentId, companyId, partnerUserId, stream, direction, documentId, state, reasons };
    return { transfer: transferNow, ...told };
  }

  /** Whether a chain is whole and what the signed checkpoints say; the first entry that is not, when it is not. */
  @Get('audit/verification')
  @Reads('audit.read', { place: 'handler', audits: ['audit.verified'] })
  verifyAny(
    @Caller() caller: Principal,
    @Query({ schema: oneChain }) { environmentId: scope }: z.output<typeof oneChain>,
    @Address() address: string | null,
  ): Promise<object> {
    placed(caller, 'audit.read', placeOf(scope));
    return this.questions.ask(
      verifyAudit,
      { scope, reader: readerOf(caller, address) },
      { timeoutMs: VERIFICATION_MS },
    );
  }

  @Get('environments/:environmentId/audit/verification')
  @Reads('audit.read', { audits: ['audit.verified'] })
  verifyEnvironment(
    @Caller() caller: Principal,
    @Param({ schema: environment }) { environmentId: scope }: z.output<typeof environment>,
    @Address() address: string | null,
  ): Promise<object> {
    return this.questions.ask(
      verifyAudit,
      { scope, reader: readerOf(caller, address) },
      { timeoutMs: VERIFICATION_MS },
    );
  }

  @Get('audit/keys')
  @OpenToAnybody('public keys are for whoever checks an export, years later and without an account')
  keys(): Promise<object> {
    return this.questions.ask(auditKeys, {});
  }

  private async search(
    scope: AuditScope,
    { order, cursor, limit, ...filters }: Search,
    reader: AuditReader,
  ): Promise<{ entries: readonly object[]; next: string | null }> {
    const { entries, next } = await this.questions.ask(searchAudit, { reader, scope, filters, order, cursor, limit });
    return { entries: entries.map((entry) => ({ ...entry, changes: changesOf(entry.details) })), next };
  }
}

/** The operator's chain and all of them at once are everywhere: a role in one environment does not reach them. */
export const placeOf = (scope: AuditScope) => ({
  environmentId: scope === 'operator' || scope === 'everywhere' ? null : scope,
  companyId: null,
});

export const readerOf = (caller: Principal, address: string | null): AuditReader => ({ by: keeperOf(caller), address });
