import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import type { z } from 'zod';

import { listLinkRecords, listLinkRuns, requestComparison, requestLinkRun, showComparison } from '#lib/contracts';

import { ComparisonDesk } from './comparisons.js';
import { LinkRecords } from './link-records.js';
import { RunDesk } from './run-desk.js';
import { RunList } from './run-list.js';

/** What people ask about what moves over a link. */
@Controller()
export class TransfersController {
  constructor(
    private readonly comparisons: ComparisonDesk,
    private readonly desk: RunDesk,
    private readonly runList: RunList,
    private readonly linkRecords: LinkRecords,
  ) {}

  @MessagePattern(requestComparison.pattern)
  async compare(
    @Payload({ schema: requestComparison.ask }) asked: z.output<typeof requestComparison.ask>,
  ): Promise<z.input<typeof requestComparison.answer>> {
    await this.comparisons.request(asked);
    return {};
  }

  @MessagePattern(showComparison.pattern)
  async comparison(
    @Payload({ schema: showComparison.ask }) asked: z.output<typeof showComparison.ask>,
  ): Promise<z.input<typeof showComparison.answer>> {
    return { comparison: await this.comparisons.show(asked) };
  }

  @MessagePattern(requestLinkRun.pattern)
  run(
    @Payload({ schema: requestLinkRun.ask }) asked: z.output<typeof requestLinkRun.ask>,
  ): Promise<z.input<typeof requestLinkRun.answer>> {
    return this.desk.request(asked);
  }

  @MessagePattern(listLinkRuns.pattern)
  runs(
    @Payload({ schema: listLinkRuns.ask }) asked: z.output<typeof listLinkRuns.ask>,
  ): Promise<z.input<typeof listLinkRuns.answer>> {
    return this.runList.list(asked);
  }

  @MessagePattern(listLinkRecords.pattern)
  records(
    @Payload({ schema: listLinkRecords.ask }) asked: z.output<typeof listLinkRecords.ask>,
  ): Promise<z.input<typeof listLinkRecords.answer>> {
    return this.linkRecords.list(asked);
  }
}
