import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import {
  LINK_FLOWS,
  linkCause,
  linkRecordKey,
  listLinkRecords,
  listLinkRuns,
  type Principal,
  requestComparison,
  requestLinkRun,
  retryLinkRecords,
  retryRequest,
  runRequest,
  showComparison,
} from '#lib/contracts';
import { preferredLanguage } from '#lib/service';

import { Address, Caller, keeperOf } from './caller.js';
import { Changes, Reads } from './door.js';
import { Absent } from './errors.js';
import { readKey } from './idempotency-key.js';

const company = z.object({ environmentId: z.uuid(), companyId: z.uuid() });
type Company = z.output<typeof company>;
const ofFlow = company.extend({ flow: z.enum(LINK_FLOWS) });
type OfFlow = z.output<typeof ofFlow>;

const page = {
  cursor: listLinkRecords.ask.shape.cursor,
  limit: z.coerce.number().int().min(1).max(200).default(50),
};
const runs = listLinkRuns.ask.pick({ flow: true, state: true }).extend(page);
const records = listLinkRecords.ask.pick({ state: true }).extend(page);
/** Of one company: some records of a flow, or all that have a cause. */
const retry = z.strictObject({
  as: retryRequest.shape.as,
  which: z.union([
    z.strictObject({ flow: z.enum(LINK_FLOWS), keys: z.array(linkRecordKey).min(1).max(10_000) }),
    z.strictObject({ cause: linkCause, flow: z.enum(LINK_FLOWS).optional() }),
  ]),
});

/** What moves over a company's link: comparisons before the first run, runs, and records that stand still. */
@Controller('v1/environments/:environmentId/companies/:companyId/link')
export class LinkTransfersController {
  constructor(private readonly questions: QuestionClient) {}

  /** Asks for a comparison report of one register. */
  @Post('comparisons/:flow')
  @Changes('link.run', ['link.compared'])
  @HttpCode(202)
  async compare(
    @Caller() caller: Principal,
    @Param({ schema: ofFlow }) named: OfFlow,
    @Address() address: string | null,
  ): Promise<void> {
    await this.questions.ask(requestComparison, { ...named, by: keeperOf(caller), address });
  }

  /** The report: what matches, would be created, conflicts, breaks a rule. */
  @Get('comparisons/:flow')
  @Reads('link.read')
  async comparison(
    @Param({ schema: ofFlow }) named: OfFlow,
    @Headers('accept-language') accepted: string | undefined,
  ): Promise<object> {
    const { comparison } = await this.questions.ask(showComparison, {
      ...named,
      language: preferredLanguage(accepted),
    });
    if (!comparison) throw new Absent('comparison.absent');
    return comparison;
  }

  /** Asks for a run. The same Idempotency-Key again is the same request; one that is open already is joined. */
  @Post('runs')
  @Changes('link.run', ['run.requested'])
  @HttpCode(202)
  run(
    @Caller() caller: Principal,
    @Param({ schema: company }) named: Company,
    @Headers('idempotency-key') key: string | undefined,
    @Body({ schema: runRequest }) run: z.output<typeof runRequest>,
    @Address() address: string | null,
  ): Promise<object> {
    const requestKey = readKey(key);
    return this.questions.ask(requestLinkRun, { ...named, by: keeperOf(caller), address, requestKey, run });
  }

  /** Runs, newest first. */
  @Get('runs')
  @Reads('link.read')
  runs(
    @Param({ schema: company }) named: Company,
    @Query({ schema: runs }) asked: z.output<typeof runs>,
    @Headers('accept-language') accepted: string | undefined,
  ): Promise<object> {
    return this.questions.ask(listLinkRuns, { ...named, ...asked, language: preferredLanguage(accepted) });
  }

  /** Records of a flow by their state: what is offered for transfer, with what would keep each from moving. */
  @Get('flows/:flow/records')
  @Reads('link.run')
  records(
    @Param({ schema: ofFlow }) named: OfFlow,
    @Query({ schema: records }) asked: z.output<typeof records>,
    @Headers('accept-language') accepted: string | undefined,
  ): Promise<object> {
    return this.questions.ask(listLinkRecords, { ...named, ...asked, language: preferredLanguage(accepted) });
  }

  /** Lets records of the company that stand still go on, once what kept them is mended. */
  @Post('retries')
  @Changes('link.run', ['history.retried'])
  @HttpCode(200)
  retry(
    @Caller() caller: Principal,
    @Param({ schema: company }) { environmentId, companyId }: Company,
    @Body({ schema: retry }) { as, which }: z.output<typeof retry>,
    @Address() address: string | null,
  ): Promise<object> {
    return this.questions.ask(retryLinkRecords, {
      environmentId,
      by: keeperOf(caller),
      address,
      retry: { as, which: { ...which, companyId } },
    });
  }
}
