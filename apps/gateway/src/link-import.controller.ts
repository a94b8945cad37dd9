import { Controller, Headers, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import type { Principal } from '#lib/contracts';
import { preferredLanguage } from '#lib/service';

import { Address, Caller, keeperOf } from './caller.js';
import { Changes } from './door.js';
import { importLinks } from './link-import.js';
import { fileUnfit, readLinkFile } from './link-import-file.js';

const environment = z.object({ environmentId: z.uuid() });
const options = z.object({ commit: z.stringbool().default(false) });

const MOST_BYTES = 2_000_000;

/** Many links at once from a file, secrets excepted. */
@Controller('v1/environments/:environmentId/link-imports')
export class LinkImportController {
  constructor(private readonly questions: QuestionClient) {}

  /** Takes a CSV file and says what each row would do; with `?commit=true`, saves the rows without a mistake. */
  @Post()
  @Changes('link.manage', ['link.saved'])
  @HttpCode(200)
  async receive(
    @Caller() caller: Principal,
    @Param({ schema: environment }) { environmentId }: z.output<typeof environment>,
    @Query({ schema: options }) { commit }: z.output<typeof options>,
    @Headers('accept-language') accepted: string | undefined,
    @Address() address: string | null,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const rows = readLinkFile(await textOf(request));
    const within = { environmentId, by: keeperOf(caller), address };
    const language = preferredLanguage(accepted);
    const imported = await importLinks(this.questions, rows, { within, commit, language });
    const counts = { create: 0, change: 0, same: 0, blocked: 0 };
    for (const { outcome } of imported) counts[outcome] += 1;
    return { committed: commit, counts, rows: imported };
  }
}

async function textOf({ headers, body }: FastifyRequest): Promise<string> {
  if (!/^text\/csv\s*(;|$)/i.test(headers['content-type'] ?? '')) {
    throw fileUnfit('unsupported', 'unsupported');
  }
  const parts: Buffer[] = [];
  let bytes = 0;
  // Fastify reads no body of no bytes at all.
  for await (const part of (body ?? []) as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MOST_BYTES) throw fileUnfit('too-large', 'oversized');
    parts.push(part);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    throw fileUnfit('not-utf-8');
  }
}
