import { Readable } from 'node:stream';

import { Body, Controller, Get, HttpCode, Param, Post, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import {
  AUDIT_EXPORT_FILES,
  AUDIT_EXPORT_FORMATS,
  type AuditExport,
  auditFilters,
  type AuditReader,
  type AuditScope,
  findAuditExport,
  type Principal,
  readAuditExport,
  requestAuditExport,
} from '#lib/contracts';

import { placed } from './admission.js';
import { placeOf, readerOf } from './audit.controller.js';
import { Address, Caller } from './caller.js';
import { Changes, Reads } from './door.js';
import { Absent } from './errors.js';

const inEnvironment = z.object({ environmentId: z.uuid() });
const named = z.object({ exportId: z.uuid() });
const ofFile = named.extend({ file: z.enum(AUDIT_EXPORT_FILES) });
const request = z.object({ format: z.enum(AUDIT_EXPORT_FORMATS), filters: auditFilters.prefault({}) });
const requestAnywhere = request.extend({
  environmentId: z.union([z.uuid(), z.enum(['operator', 'everywhere'])]).default('everywhere'),
});

const TYPES: Readonly<Record<(typeof AUDIT_EXPORT_FILES)[number], string>> = {
  'entries.jsonl': 'application/jsonl',
  'entries.csv': 'text/csv; charset=utf-8; header=present',
  'checkpoints.jsonl': 'application/jsonl',
  'manifest.json': 'application/json',
  'manifest.sig': 'text/plain; charset=us-ascii',
};

/**
 * Evidence to take along: entries, checkpoints and a signed manifest, as files that are made in the background and
 * kept for a day. An export of an environment is found under that environment, one of everything under none.
 */
@Controller('v1')
export class AuditExportController {
  constructor(private readonly questions: QuestionClient) {}

  @Post('audit/exports')
  @Changes('audit.export', ['audit.exported'], { place: 'handler' })
  @HttpCode(202)
  requestAnywhere(
    @Caller() caller: Principal,
    @Body({ schema: requestAnywhere }) { environmentId: scope, ...asked }: z.output<typeof requestAnywhere>,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    placed(caller, 'audit.export', placeOf(scope));
    return this.request(scope, asked, readerOf(caller, address), reply);
  }

  @Post('environments/:environmentId/audit/exports')
  @Changes('audit.export', ['audit.exported'])
  @HttpCode(202)
  requestInEnvironment(
    @Caller() caller: Principal,
    @Param({ schema: inEnvironment }) { environmentId }: z.output<typeof inEnvironment>,
    @Body({ schema: request }) asked: z.output<typeof request>,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.request(environmentId, asked, readerOf(caller, address), reply);
  }

  /** For who reaches everything. */
  @Get('audit/exports/:exportId')
  @Reads('audit.export', { place: 'handler' })
  async showAnywhere(
    @Caller() caller: Principal,
    @Param({ schema: named }) { exportId }: z.output<typeof named>,
  ): Promise<object> {
    placed(caller, 'audit.export', placeOf('everywhere'));
    return withLinks(await this.found('everywhere', exportId));
  }

  @Get('environments/:environmentId/audit/exports/:exportId')
  @Reads('audit.export')
  async showInEnvironment(
    @Param({ schema: inEnvironment.extend(named.shape) })
    { environmentId, exportId }: z.output<typeof inEnvironment> & z.output<typeof named>,
  ): Promise<object> {
    return withLinks(await this.found(environmentId, exportId));
  }

  @Get('audit/exports/:exportId/files/:file')
  @Reads('audit.export', { place: 'handler', audits: ['audit.exported'] })
  downloadAnywhere(
    @Caller() caller: Principal,
    @Param({ schema: ofFile }) { exportId, file }: z.output<typeof ofFile>,
    @Address() address: string | null,
  ): Promise<StreamableFile> {
    placed(caller, 'audit.export', placeOf('everywhere'));
    return this.download('everywhere', exportId, file, readerOf(caller, address));
  }

  @Get('environments/:environmentId/audit/exports/:exportId/files/:file')
  @Reads('audit.export', { audits: ['audit.exported'] })
  downloadInEnvironment(
    @Caller() caller: Principal,
    @Param({ schema: inEnvironment.extend(ofFile.shape) })
    { environmentId, exportId, file }: z.output<typeof inEnvironment> & z.output<typeof ofFile>,
    @Address() address: string | null,
  ): Promise<StreamableFile> {
    return this.download(environmentId, exportId, file, readerOf(caller, address));
  }

  private async request(
    scope: AuditScope,
    asked: z.output<typeof request>,
    reader: AuditReader,
    reply: FastifyReply,
  ): Promise<object> {
    const begun = withLinks(await this.questions.ask(requestAuditExport, { reader, scope, ...asked }));
    void reply.header('location', begun.links.self);
    return begun;
  }

  private async found(scope: AuditScope, id: string): Promise<AuditExport> {
    const { found } = await this.questions.ask(findAuditExport, { scope, id });
    if (!found) throw new Absent('export.absent');
    return found;
  }

  /** The file part by part, the first one asked for before anything is answered: by then its event is in the log. */
  private async download(
    scope: AuditScope,
    id: string,
    file: (typeof AUDIT_EXPORT_FILES)[number],
    reader: AuditReader,
  ): Promise<StreamableFile> {
    const partOf = async (part: number): Promise<Buffer | null> => {
      const { data } = await this.questions.ask(readAuditExport, { reader, scope, id, file, part });
      return data === null ? null : Buffer.from(data, 'base64');
    };
    const { files } = await this.found(scope, id);
    if (!files.includes(file)) throw new Absent('export.absent');
    const first = await partOf(0);
    if (first === null) throw new Absent('export.absent');
    return new StreamableFile(Readable.from(partsFrom(first, partOf), { objectMode: false }), {
      type: TYPES[file],
      disposition: `attachment; filename="${file}"`,
    });
  }
}

async function* partsFrom(first: Buffer, partOf: (part: number) => Promise<Buffer | null>): AsyncGenerator<Buffer> {
  for (let part = 0, data: Buffer | null = first; data !== null; data = await partOf((part += 1))) yield data;
}

function withLinks({ files, ...rest }: AuditExport) {
  const isPlace = rest.scope !== 'everywhere' && rest.scope !== 'operator';
  const self = `/v1/${isPlace ? `environments/${rest.scope}/` : ''}audit/exports/${rest.id}`;
  return { ...rest, links: { self, files: Object.fromEntries(files.map((file) => [file, `${self}/files/${file}`])) } };
}
