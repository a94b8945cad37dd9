import { Controller, HttpCode, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import { type Principal, restoreTransfer } from '#lib/contracts';
import { Database } from '#lib/store';
import { findTransfer } from '#lib/transfers';

import { placed } from './admission.js';
import { Address, Caller, keeperOf } from './caller.js';
import { Changes } from './door.js';
import { Absent } from './errors.js';

const path = z.object({ id: z.uuid() });
const query = z.object({
  /** Says what would be put back, and changes nothing. */
  dryRun: z.stringbool().default(false),
  cursor: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** What the largest import did takes this long to be put back, in milliseconds, and no longer. */
const PATIENCE = 150_000;

/** What an import deleted or emptied can be put back. */
@Controller('v1/transfers/:id/restore')
export class RestoreController {
  constructor(
    private readonly questions: QuestionClient,
    private readonly database: Database,
  ) {}

  /**
   * Puts back what this import deleted or emptied, where nobody has changed it since, and says record by record what
   * became of it. For people who keep the company's registers; it may be done again.
   */
  @Post()
  @Changes('registers.change', ['register.restored'], { place: 'handler' })
  @HttpCode(200)
  async restore(
    @Caller() caller: Principal,
    @Param({ schema: path }) { id }: z.output<typeof path>,
    @Query({ schema: query }) { dryRun, cursor, limit }: z.output<typeof query>,
    @Address() address: string | null,
  ): Promise<object> {
    const by = keeperOf(caller);
    const transfer = await findTransfer(this.database, id);
    if (!transfer) throw new Absent('transfer.absent');
    placed(caller, 'registers.change', transfer, 'transfer.absent');
    const { environmentId, companyId } = transfer;
    const asked = { environmentId, companyId, transferId: transfer.id, by, address, dryRun, after: cursor, limit };
    return this.questions.ask(restoreTransfer, asked, { timeoutMs: PATIENCE });
  }
}
