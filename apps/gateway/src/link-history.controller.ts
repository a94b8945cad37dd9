import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import {
  linkHistoryFilters,
  listLinkHistory,
  listLinkTroubles,
  type Principal,
  retryLinkRecords,
  retryRequest,
} from '#lib/contracts';
import { preferredLanguage } from '#lib/service';

import { Address, Caller, keeperOf } from './caller.js';
import { Changes, Reads } from './door.js';

const environment = z.object({ environmentId: z.uuid() });
type Environment = z.output<typeof environment>;
const company = environment.extend({ companyId: z.uuid() });
type Company = z.output<typeof company>;

const page = linkHistoryFilters.extend({
  cursor: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
const pageOfCompany = page.omit({ companyId: true });
const troubles = listLinkTroubles.ask.pick({ companyId: true });

/** The transfer history [siirtohistoria] of links, of one company and across companies, and what stands still. */
@Controller('v1/environments/:environmentId')
export class LinkHistoryController {
  constructor(private readonly questions: QuestionClient) {}

  /** Of one company, newest first. */
  @Get('companies/:companyId/link/history')
  @Reads('link.history')
  ofCompany(
    @Param({ schema: company }) { environmentId, companyId }: Company,
    @Query({ schema: pageOfCompany }) { cursor, limit, ...filters }: z.output<typeof pageOfCompany>,
    @Headers('accept-language') accepted: string | undefined,
  ): Promise<object> {
    return this.#list(environmentId, { ...filters, companyId }, { cursor, limit, accepted });
  }

  /** Of all companies, newest first. */
  @Get('link-history')
  @Reads('link.history')
  ofEnvironment(
    @Param({ schema: environment }) { environmentId }: Environment,
    @Query({ schema: page }) { cursor, limit, ...filters }: z.output<typeof page>,
    @Headers('accept-language') accepted: string | undefined,
  ): Promise<object> {
    return this.#list(environmentId, filters, { cursor, limit, accepted });
  }

  /** What stands still now, by its cause over the companies. */
  @Get('link-troubles')
  @Reads('link.history')
  troubles(
    @Param({ schema: environment }) { environmentId }: Environment,
    @Query({ schema: troubles }) asked: z.output<typeof troubles>,
    @Headers('accept-language') accepted: string | undefined,
  ): Promise<object> {
    return this.questions.ask(listLinkTroubles, { environmentId, ...asked, language: preferredLanguage(accepted) });
  }

  /** Lets what stands still go on, in one company or in all: once its cause is mended. */
  @Post('link-retries')
  @Changes('link.run', ['history.retried'])
  @HttpCode(200)
  retry(
    @Caller() caller: Principal,
    @Param({ schema: environment }) { environmentId }: Environment,
    @Body({ schema: retryRequest }) retry: z.output<typeof retryRequest>,
    @Address() address: string | null,
  ): Promise<object> {
    return this.questions.ask(retryLinkRecords, { environmentId, by: keeperOf(caller), address, retry });
  }

  #list(
    environmentId: string,
    filters: z.output<typeof linkHistoryFilters>,
    { cursor, limit, accepted }: { cursor: string | undefined; limit: number; accepted: string | undefined },
  ): Promise<object> {
    return this.questions.ask(listLinkHistory, {
      environmentId,
      filters,
      limit,
      language: preferredLanguage(accepted),
      ...(cursor !== undefined && { cursor }),
    });
  }
}
