import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import type { z } from 'zod';

import { searchAudit, verifyAudit } from '#lib/contracts';

import { AuditLog } from './audit-log.js';
import { AuditMetrics } from './audit-metrics.js';
import type { VerifyResult } from './chain.js';
import { auditEntryOf } from './entry.js';
import type { AuditSearch } from './search.js';
import { Verifications } from './verifications.js';

type SearchAnswer = z.input<typeof searchAudit.answer>;
type VerifyQuestion = z.output<typeof verifyAudit.ask>;

/** What the other services ask of the log. */
@Controller()
export class AuditController {
  constructor(
    private readonly auditLog: AuditLog,
    private readonly verifications: Verifications,
    private readonly metrics: AuditMetrics,
  ) {}

  @MessagePattern(searchAudit.pattern)
  async search(@Payload({ schema: searchAudit.ask }) search: AuditSearch): Promise<SearchAnswer> {
    const { entries, next } = await this.metrics.observed('search', () => this.auditLog.search(search));
    return { entries: entries.map(auditEntryOf), next };
  }

  @MessagePattern(verifyAudit.pattern)
  async verify(@Payload({ schema: verifyAudit.ask }) { environmentId }: VerifyQuestion): Promise<VerifyResult> {
    return this.metrics.observed('verify', () => this.verifications.of(environmentId));
  }
}
