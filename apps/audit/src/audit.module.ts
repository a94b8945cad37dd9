import { type DynamicModule, Module } from '@nestjs/common';

import { AuditController } from './audit.controller.js';
import { AuditLog } from './audit-log.js';
import { AuditMetrics } from './audit-metrics.js';
import { Verifications } from './verifications.js';

/** What answers the questions about the log. Start reading at `audit-log.ts`. */
@Module({})
export class AuditModule {
  static over(auditLog: AuditLog, metrics: AuditMetrics): DynamicModule {
    const verifications = new Verifications(async (environmentId) => {
      const result = await auditLog.verify(environmentId);
      metrics.verified(result);
      return result;
    });
    return {
      module: AuditModule,
      controllers: [AuditController],
      providers: [
        { provide: AuditLog, useValue: auditLog },
        { provide: AuditMetrics, useValue: metrics },
        { provide: Verifications, useValue: verifications },
      ],
    };
  }
}
