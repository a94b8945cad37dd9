import { Body, Controller, Get, Headers, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import {
  decideDelivery,
  deliverRegister,
  fivaldiConnectionBody,
  listDeliveries,
  type Principal,
  saveFivaldiConnection,
  showFivaldiConnection,
} from '#lib/contracts';

import { preferredLanguage } from '#lib/service';

import { Address, Caller, keeperOf } from './caller.js';
import { Changes, Reads } from './door.js';
import { Absent } from './errors.js';
import { seenMarkOrNone, tag } from './seen-mark.js';

const company = z.object({ environmentId: z.uuid(), companyId: z.uuid() });
const delivery = company.extend({
  register: listDeliveries.ask.shape.after.unwrap().shape.register,
  key: z.string().min(1).max(200),
});
const page = listDeliveries.ask
  .pick({ state: true })
  .extend({ limit: z.coerce.number().int().min(1).max(200).default(50), cursor: z.string().max(400).optional() });
const register = deliverRegister.ask.pick({ register: true });
const word = decideDelivery.ask.pick({ as: true });

/** A company's connection to Fivaldi, and what has become of what is delivered there. */
@Controller('v1/environments/:environmentId/companies/:companyId/fivaldi-connection')
export class FivaldiConnectionController {
  constructor(private readonly questions: QuestionClient) {}

  @Get()
  @Reads('fivaldi-connection.read')
  async show(
    @Param({ schema: company }) named: z.output<typeof company>,
    @Headers('accept-language') accepted: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { connection } = await this.questions.ask(showFivaldiConnection, {
      ...named,
      language: preferredLanguage(accepted),
    });
    if (!connection) throw new Absent('fivaldi-connection.absent');
    const { mark, ...shown } = connection;
    tag(reply, mark);
    return shown;
  }

  /** Connects the company, or changes how it is connected; what had paused it goes on. */
  @Put()
  @Changes('fivaldi-connection.manage', ['fivaldi-connection.saved'])
  @HttpCode(204)
  async save(
    @Caller() caller: Principal,
    @Param({ schema: company }) named: z.output<typeof company>,
    @Headers() headers: Readonly<Record<string, string | undefined>>,
    @Body({ schema: fivaldiConnectionBody }) connection: z.output<typeof fivaldiConnectionBody>,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const ifMark = seenMarkOrNone(headers['if-match'], headers['if-none-match']);
    const asked = { ...named, by: keeperOf(caller), address, ifMark, connection };
    tag(reply, (await this.questions.ask(saveFivaldiConnection, asked)).mark);
  }

  /** Records by register and key; `next` is the cursor of the following page. */
  @Get('deliveries')
  @Reads('fivaldi-connection.read')
  async list(
    @Param({ schema: company }) named: z.output<typeof company>,
    @Query({ schema: page }) { state, limit, cursor }: z.output<typeof page>,
    @Headers('accept-language') accepted: string | undefined,
  ): Promise<object> {
    const after = cursor === undefined ? undefined : afterOf(cursor);
    const { deliveries } = await this.questions.ask(listDeliveries, {
      ...named,
      language: preferredLanguage(accepted),
      limit,
      ...(state && { state }),
      ...(after && { after }),
    });
    const last = deliveries.length === limit ? deliveries.at(-1) : undefined;
    return { deliveries, next: last ? `${last.register}/${last.key}` : null };
  }

  /** Has all of a register delivered that stood there before the company was connected. */
  @Post('deliveries')
  @Changes('fivaldi-connection.manage', ['delivery.requested'])
  @HttpCode(202)
  deliver(
    @Caller() caller: Principal,
    @Param({ schema: company }) named: z.output<typeof company>,
    @Body({ schema: register }) { register: whole }: z.output<typeof register>,
    @Address() address: string | null,
  ): Promise<object> {
    return this.questions.ask(deliverRegister, { ...named, by: keeperOf(caller), address, register: whole });
  }

  /** A person's word on a delivery that stands still. */
  @Post('deliveries/:register/:key/decision')
  @Changes('delivery.decide', ['delivery.decided'])
  @HttpCode(200)
  decide(
    @Caller() caller: Principal,
    @Param({ schema: delivery }) named: z.output<typeof delivery>,
    @Body({ schema: word }) { as }: z.output<typeof word>,
    @Address() address: string | null,
  ): Promise<object> {
    return this.questions.ask(decideDelivery, { ...named, by: keeperOf(caller), address, as });
  }
}

const cursorShape = listDeliveries.ask.shape.after;

/** A cursor that is none begins at the beginning. */
function afterOf(cursor: string): z.output<typeof cursorShape> {
  const slash = cursor.indexOf('/');
  return cursorShape.safeParse({ register: cursor.slice(0, slash), key: cursor.slice(slash + 1) }).data;
}
