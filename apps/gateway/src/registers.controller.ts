import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import {
  listRecords,
  listVersions,
  patchRecord,
  type Principal,
  putRecord,
  recordBody,
  recordKey,
  recordPatch,
  registerName,
  removeRecord,
  restoreRecord,
  showCompany,
  showRecord,
} from '#lib/contracts';
import { mayAct } from '#lib/policy';
import { preferredLanguage } from '#lib/service';

import { rolesOf } from './admission.js';
import { Address, Caller, keeperOf } from './caller.js';
import { Changes, Reads } from './door.js';
import { seenMark, seenMarkOrNone, tag } from './seen-mark.js';

const register = z.object({ environmentId: z.uuid(), companyId: z.uuid(), register: registerName });
const path = register.extend({ key: recordKey });
type Path = z.output<typeof path>;

const page = { limit: z.coerce.number().int().min(1).max(200).default(50) };
const filters = z.object({
  ...page,
  search: z.string().min(1).max(100).optional(),
  deleted: z.enum(['without', 'with', 'only']).default('without'),
  cursor: z.string().max(1200).optional(),
});
const versions = z.object({ ...page, cursor: z.string().max(200).optional() });
const restoring = z.object({ version: z.coerce.number().int().min(1).optional() });

type Sent = Readonly<Record<string, string | undefined>>;

/** A change waits for an import that is under way; the database gives up after five seconds. */
const PATIENCE = { timeoutMs: 10_000 };

/** A company's registers, kept by hand. The key in the path is URL-encoded, and may be any text. */
@Controller('v1/environments/:environmentId/companies/:companyId/registers/:register/records')
export class RegistersController {
  constructor(private readonly questions: QuestionClient) {}

  /** A page by key, without children; `search` is the start of a key or a part of a name. */
  @Get()
  @Reads('registers.read')
  async list(
    @Caller() caller: Principal,
    @Param({ schema: register }) named: z.output<typeof register>,
    @Query({ schema: filters }) asked: z.output<typeof filters>,
  ): Promise<object> {
    await this.requireCompany(named);
    return this.questions.ask(listRecords, { ...named, ...asked, sensitive: shownTo(caller, named) });
  }

  @Get(':key')
  @Reads('registers.read')
  async show(
    @Caller() caller: Principal,
    @Param({ schema: path }) named: Path,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    await this.requireCompany(named);
    const { record, mark } = await this.questions.ask(showRecord, { ...named, sensitive: shownTo(caller, named) });
    tag(reply, mark);
    return record;
  }

  /** Puts the whole record in place: what is absent is empty. `If-None-Match: *` makes a new one. */
  @Put(':key')
  @Changes('registers.change', ['record.changed'])
  @HttpCode(204)
  async put(
    @Caller() caller: Principal,
    @Param({ schema: path }) named: Path,
    @Headers() headers: Sent,
    @Body({ schema: recordBody }) record: z.output<typeof recordBody>,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const ifMark = seenMarkOrNone(headers['if-match'], headers['if-none-match'], 'record');
    await this.requireCompany(named);
    const asked = { ...named, ...by(caller, address, headers), ifMark, record };
    const { mark } = await this.questions.ask(putRecord, asked, PATIENCE);
    if (ifMark === null) void reply.status(201);
    tag(reply, mark);
  }

  /** Changes the fields and children that are given; the others stay. */
  @Patch(':key')
  @Changes('registers.change', ['record.changed'])
  @HttpCode(204)
  async patch(
    @Caller() caller: Principal,
    @Param({ schema: path }) named: Path,
    @Headers() headers: Sent,
    @Body({ schema: recordPatch }) patch: z.output<typeof recordPatch>,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const ifMark = seenMark(headers['if-match'], 'record');
    await this.requireCompany(named);
    const asked = { ...named, ...by(caller, address, headers), ifMark, patch };
    tag(reply, (await this.questions.ask(patchRecord, asked, PATIENCE)).mark);
  }

  /** Deletes the record; it can be restored. */
  @Delete(':key')
  @Changes('registers.change', ['record.deleted'])
  @HttpCode(204)
  async remove(
    @Caller() caller: Principal,
    @Param({ schema: path }) named: Path,
    @Headers() headers: Sent,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const ifMark = seenMark(headers['if-match'], 'record');
    await this.requireCompany(named);
    const asked = { ...named, ...by(caller, address, headers), ifMark };
    tag(reply, (await this.questions.ask(removeRecord, asked, PATIENCE)).mark);
  }

  /** Brings a deleted record back; with `version`, puts the record back as it stood before that change. */
  @Post(':key/restore')
  @Changes('registers.change', ['record.restored'])
  @HttpCode(204)
  async restore(
    @Caller() caller: Principal,
    @Param({ schema: path }) named: Path,
    @Headers() headers: Sent,
    @Query({ schema: restoring }) { version }: z.output<typeof restoring>,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const ifMark = seenMark(headers['if-match'], 'record');
    await this.requireCompany(named);
    const asked = { ...named, ...by(caller, address, headers), ifMark, version };
    tag(reply, (await this.questions.ask(restoreRecord, asked, PATIENCE)).mark);
  }

  /** Who changed the record, when, and what: by hand and by imports, the newest first. */
  @Get(':key/versions')
  @Reads('registers.read')
  async versions(
    @Caller() caller: Principal,
    @Param({ schema: path }) named: Path,
    @Query({ schema: versions }) asked: z.output<typeof versions>,
  ): Promise<object> {
    await this.requireCompany(named);
    return this.questions.ask(listVersions, { ...named, ...asked, sensitive: shownTo(caller, named) });
  }

  /** The registers know rows, not companies: another environment's company, or none, must not be given any. */
  private async requireCompany({ environmentId, companyId }: z.output<typeof register>): Promise<void> {
    await this.questions.ask(showCompany, { environmentId, companyId });
  }
}

/** Whoever keeps the register sees what is in it; others need not know who is meant. */
const shownTo = (caller: Principal, place: z.output<typeof register>): 'shown' | 'masked' =>
  mayAct(rolesOf(caller), 'registers.change', place).allowed ? 'shown' : 'masked';

const by = (caller: Principal, address: string | null, headers: Sent) => ({
  by: keeperOf(caller),
  address,
  language: preferredLanguage(headers['accept-language']),
});
