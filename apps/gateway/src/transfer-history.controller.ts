import { Controller, Get, Param, Query } from '@nestjs/common';
import { z } from 'zod';

import { type Principal, DOCUMENT_STREAM_NAMES } from '#lib/contracts';
import { Database } from '#lib/store';
import { type HistoryFilter, type HistoryPlace, listTransfers, TRANSFER_STATES } from '#lib/transfers';

import { placed } from './admission.js';
import { Caller } from './caller.js';
import { Reads } from './door.js';
import { RequestUnfit } from './errors.js';
import { transferBody } from './transfers.controller.js';

const environment = z.object({ environmentId: z.uuid() });
const page = z.object({
  companyId: z.uuid().optional(),
  partnerUserId: z.uuid().optional(),
  stream: z.enum(DOCUMENT_STREAM_NAMES).optional(),
  state: z.enum(TRANSFER_STATES).optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  until: z.iso.datetime({ offset: true }).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
type Page = z.output<typeof page>;

/** The transfer history [siirtohistoria], newest first. */
@Controller('v1')
export class TransferHistoryController {
  constructor(private readonly database: Database) {}

  /** Of one environment, or of one company of it. */
  @Get('environments/:environmentId/transfers')
  @Reads('transfer.read', { place: 'handler' })
  ofEnvironment(
    @Caller() caller: Principal,
    @Param({ schema: environment }) { environmentId }: z.output<typeof environment>,
    @Query({ schema: page }) query: Page,
  ): Promise<object> {
    placed(caller, 'transfer.read', { environmentId, companyId: query.companyId ?? null });
    return this.list({ environmentId }, query);
  }

  /** A partner user's own; of everybody for whoever reads everywhere. */
  @Get('transfers')
  @Reads('transfer.read', { partnerUsersToo: true, place: 'handler' })
  everywhere(@Caller() caller: Principal, @Query({ schema: page }) query: Page): Promise<object> {
    if (caller.kind === 'partner-user') return this.list({ partnerUserId: caller.id }, query);
    placed(caller, 'transfer.read', { environmentId: null, companyId: null });
    return this.list({}, query);
  }

  /** `within` wins over what the query asks for. */
  private async list(within: HistoryFilter, { cursor, limit, from, until, ...query }: Page): Promise<object> {
    const { environmentId } = within;
    const filter: HistoryFilter = {
      ...query,
      from: from === undefined ? undefined : new Date(from),
      until: until === undefined ? undefined : new Date(until),
      ...within,
    };
    const below = cursor === undefined ? null : placeOf(cursor);
    const { transfers, next } = await this.database.transaction((sql) => listTransfers(sql, filter, { below, limit }), {
      scope: environmentId ? { tenant: environmentId } : { acrossTenants: 'the history of a partner user, or of all' },
    });
    return { transfers: transfers.map(transferBody), next: next && cursorOf(next) };
  }
}

/** PostgreSQL's text of a moment in UTC. */
const moment = z.string().refine((text) => text[10] === ' ' && isMoment(text.replace(' ', 'T').replace(/\+00$/, 'Z')));
const isMoment = (text: string): boolean => z.iso.datetime().safeParse(text).success;
const place = z.tuple([moment, z.uuid()]);

const cursorOf = ({ acceptedAt, id }: HistoryPlace): string =>
  Buffer.from(JSON.stringify([acceptedAt, id])).toString('base64url');

function placeOf(cursor: string): HistoryPlace {
  try {
    const [acceptedAt, id] = place.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { acceptedAt, id };
  } catch {
    throw new RequestUnfit('invalid', 'cursor.unknown', 'The cursor is not one that this list has given');
  }
}
