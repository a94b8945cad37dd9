import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import type { z } from 'zod';

import { type AuditExport, findAuditExport, readAuditExport, requestAuditExport } from '#lib/contracts';

import { AuditExports, type ExportRequest } from './audit-exports.js';

/** What the other services ask about exports of the log. */
@Controller()
export class ExportController {
  constructor(private readonly exports: AuditExports) {}

  @MessagePattern(requestAuditExport.pattern)
  request(@Payload({ schema: requestAuditExport.ask }) asked: ExportRequest): Promise<AuditExport> {
    return this.exports.request(asked);
  }

  @MessagePattern(findAuditExport.pattern)
  async find(
    @Payload({ schema: findAuditExport.ask }) { scope, id }: z.output<typeof findAuditExport.ask>,
  ): Promise<z.input<typeof findAuditExport.answer>> {
    return { found: await this.exports.find(scope, id) };
  }

  @MessagePattern(readAuditExport.pattern)
  async read(
    @Payload({ schema: readAuditExport.ask }) asked: z.output<typeof readAuditExport.ask>,
  ): Promise<z.input<typeof readAuditExport.answer>> {
    const data = await this.exports.part(asked);
    return { data: data?.toString('base64') ?? null };
  }
}
