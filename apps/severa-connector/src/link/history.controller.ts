import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import type { z } from 'zod';

import { listLinkHistory, listLinkTroubles, retryLinkRecords } from '#lib/contracts';

import { HistoryView } from './history-view.js';
import { Retries } from './retries.js';
import { Troubles } from './troubles.js';

/** What people ask about what has moved, and what stands still. */
@Controller()
export class HistoryController {
  constructor(
    private readonly history: HistoryView,
    private readonly standingStill: Troubles,
    private readonly retries: Retries,
  ) {}

  @MessagePattern(listLinkHistory.pattern)
  list(
    @Payload({ schema: listLinkHistory.ask }) asked: z.output<typeof listLinkHistory.ask>,
  ): Promise<z.input<typeof listLinkHistory.answer>> {
    return this.history.list(asked);
  }

  @MessagePattern(listLinkTroubles.pattern)
  troubles(
    @Payload({ schema: listLinkTroubles.ask }) asked: z.output<typeof listLinkTroubles.ask>,
  ): Promise<z.input<typeof listLinkTroubles.answer>> {
    return this.standingStill.list(asked);
  }

  @MessagePattern(retryLinkRecords.pattern)
  retry(
    @Payload({ schema: retryLinkRecords.ask }) asked: z.output<typeof retryLinkRecords.ask>,
  ): Promise<z.input<typeof retryLinkRecords.answer>> {
    return this.retries.retry(asked);
  }
}
