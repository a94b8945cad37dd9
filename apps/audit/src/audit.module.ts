import { type DynamicModule, Module } from '@nestjs/common';

import { AuditController } from './audit.controller.js';
import { AuditLog } from './audit-log.js';
import { AuditMetrics } from './audit-metrics.js';
import { AuditExports } from './export/audit-exports.js';
import { ExportController } from './export/export.controller.js';
import { TrustedKeys } from './signing-key.js';
import { Verifications } from './verifications.js';

export interface AuditParts {
  readonly auditLog: AuditLog;
  readonly exports: AuditExports;
  readonly trusted: TrustedKeys;
  readonly metrics: AuditMetrics;
}

/** What answers the questions about the log. Start reading at `audit-log.ts`. */
@Module({})
export class AuditModule {
  static over({ auditLog, exports, trusted, metrics }: AuditParts): DynamicModule {
    const verifications = new Verifications(async (chain) => {
      const result = await auditLog.verify(chain);
      metrics.verified(result);
      return result;
    });
    return {
      module: AuditModule,
      controllers: [AuditController, ExportController],
      providers: [
        { provide: AuditLog, useValue: auditLog },
        { provide: AuditExports, useValue: exports },
        { provide: AuditMetrics, useValue: metrics },
        { provide: TrustedKeys, useValue: trusted },
        { provide: Verifications, useValue: verifications },
      ],
    };
  }
}
