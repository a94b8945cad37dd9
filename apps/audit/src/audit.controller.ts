import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import type { z } from 'zod';

import { auditKeys, searchAudit, verifyAudit } from '#lib/contracts';

import { AuditLog } from './audit-log.js';
import { AuditMetrics } from './audit-metrics.js';
import { auditEntryOf, chainOfScope, OPERATOR_CHAIN } from './entry.js';
import { TrustedKeys } from './signing-key.js';
import { Verifications } from './verifications.js';

type SearchQuestion = z.output<typeof searchAudit.ask>;
type SearchAnswer = z.input<typeof searchAudit.answer>;
type VerifyQuestion = z.output<typeof verifyAudit.ask>;

/** What the other services ask of the log. Whatever is read leaves an entry before it is answered. */
@Controller()
export class AuditController {
  constructor(
    private readonly auditLog: AuditLog,
    private readonly verifications: Verifications,
    private readonly trusted: TrustedKeys,
    private readonly metrics: AuditMetrics,
  ) {}

  @MessagePattern(searchAudit.pattern)
  async search(@Payload({ schema: searchAudit.ask }) { reader, ...search }: SearchQuestion): Promise<SearchAnswer> {
    const { entries, next, told } = await this.metrics.observed('search', () => this.auditLog.search(search, reader));
    this.metrics.appended(told);
    return { entries: entries.map(auditEntryOf), next };
  }

  @MessagePattern(verifyAudit.pattern)
  async verify(
    @Payload({ schema: verifyAudit.ask }) { reader, scope }: VerifyQuestion,
  ): Promise<z.input<typeof verifyAudit.answer>> {
    const chain = chainOfScope(scope) ?? OPERATOR_CHAIN;
    const result = await this.metrics.observed('verify', () => this.verifications.of(chain));
    const outcome = result.whole ? 'success' : 'failure';
    const details = { entries: result.entries, firstFault: result.firstFault };
    this.metrics.appended(
      await this.auditLog.recordReading({ action: 'audit.verified', reader, scope, outcome, details }),
    );
    return result;
  }

  @MessagePattern(auditKeys.pattern)
  keys(@Payload({ schema: auditKeys.ask }) _asked: object): z.input<typeof auditKeys.answer> {
    return { keys: this.trusted.keys.map(({ id, pem }) => ({ id, algorithm: 'Ed25519', pem })) };
  }
}
