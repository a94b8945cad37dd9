import { Readable } from 'node:stream';

import {
  Controller,
  Get,
  Headers,
  HttpCode,
  type OnModuleDestroy,
  Param,
  Post,
  Query,
  Req,
  Res,
  StreamableFile,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import {
  cancelOnboarding,
  commitOnboarding,
  listOnboardingRows,
  ONBOARDING_FILE_BYTES,
  type OnboardingView,
  type Principal,
  listOnboardings,
  ONBOARDING_STATES,
  readOnboarding,
  ROW_OUTCOMES,
} from '#lib/contracts';
import { type Language, preferredLanguage } from '#lib/service';

import { Address, Caller, keeperOf } from './caller.js';
import { Changes, Reads } from './door.js';
import { RequestUnfit } from './errors.js';
import { reportHead, reportLine } from './onboarding-report.js';
import { tooLarge, uploadOnboarding } from './onboarding-upload.js';
import { seenMark, tag } from './seen-mark.js';

const environment = z.object({ environmentId: z.uuid() });
const path = environment.extend({ onboardingId: z.uuid() });
const waiting = z.object({ wait: z.coerce.number().int().min(0).max(30).default(0) });
const page = z.object({
  outcome: z.enum(ROW_OUTCOMES).optional(),
  cursor: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
const commitment = z.object({ allOrNothing: z.stringbool().default(false) });

const history = z.object({
  state: z.enum(ONBOARDING_STATES).optional(),
  cursor: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

type Path = z.output<typeof path>;
type Page = z.output<typeof listOnboardingRows.answer>;

/** The types of files that name companies, and how each is read. */
export const ONBOARDING_TYPES = {
  'text/csv': 'csv',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
} as const;

/** How often a waiting caller's onboarding is looked at, and how long planning anew may take, in milliseconds. */
const LOOK = 250;
const PLANNING = 60_000;

/** Many companies at once from a file: dry run, commit in the background, report. */
@Controller('v1/environments/:environmentId/onboardings')
export class OnboardingController implements OnModuleDestroy {
  #stopping = false;

  constructor(private readonly questions: QuestionClient) {}

  /** Whoever waits is told how far it is, so that the service can stop. */
  onModuleDestroy(): void {
    this.#stopping = true;
  }

  /** Takes a CSV or XLSX file in; it is tried in the background, and changes nothing until it is committed. */
  @Post()
  @Changes('company.onboard', ['onboarding.received'])
  @HttpCode(202)
  async receive(
    @Caller() caller: Principal,
    @Param({ schema: environment }) { environmentId }: z.output<typeof environment>,
    @Address() address: string | null,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { form, charset } = formOf(request);
    const within = { by: keeperOf(caller), environmentId, address };
    // Fastify reads no body of no bytes at all.
    const body = (request.body ?? Readable.from([])) as Readable;
    const id = await uploadOnboarding(this.questions, { within, body, form, charset });
    const links = linksOf({ environmentId, onboardingId: id });
    void reply.header('location', links.self).header('retry-after', '1');
    return { id, links };
  }

  /** Newest first, to find one whose address was lost. */
  @Get()
  @Reads('company.onboard')
  list(
    @Param({ schema: environment }) { environmentId }: z.output<typeof environment>,
    @Query({ schema: history }) { cursor, ...asked }: z.output<typeof history>,
  ): Promise<object> {
    return this.questions.ask(listOnboardings, { environmentId, below: cursor ?? null, ...asked });
  }

  /** How far it is; with `?wait=s`, as soon as the dry run or the commit has ended, but within that many seconds. */
  @Get(':onboardingId')
  @Reads('company.onboard')
  async show(
    @Param({ schema: path }) named: Path,
    @Query({ schema: waiting }) { wait }: z.output<typeof waiting>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const deadline = performance.now() + wait * 1000;
    let view = await this.questions.ask(readOnboarding, named);
    while (['received', 'committing'].includes(view.state) && performance.now() < deadline && !this.#stopping) {
      await new Promise((resolve) => setTimeout(resolve, LOOK));
      view = await this.questions.ask(readOnboarding, named);
    }
    return shown(reply, named, view);
  }

  /** Row by row, in the order of the file, with what would change and what is wrong. */
  @Get(':onboardingId/rows')
  @Reads('company.onboard')
  rows(
    @Param({ schema: path }) named: Path,
    @Query({ schema: page }) { cursor, limit, outcome }: z.output<typeof page>,
    @Headers('accept-language') accepted: string | undefined,
  ): Promise<object> {
    const language = preferredLanguage(accepted);
    return this.questions.ask(listOnboardingRows, {
      ...named,
      after: cursor,
      limit,
      language,
      ...(outcome !== undefined && { outcome }),
    });
  }

  /** Lets the dry run come true. `If-Match` names its effect; the same again pushes one that stands still. */
  @Post(':onboardingId/commit')
  @Changes('company.onboard', [
    'onboarding.committed',
    'onboarding.finished',
    'company.saved',
    'xml-settings.saved',
    'grants.saved',
    'restriction-group.saved',
  ])
  @HttpCode(202)
  async commit(
    @Caller() caller: Principal,
    @Param({ schema: path }) named: Path,
    @Query({ schema: commitment }) { allOrNothing }: z.output<typeof commitment>,
    @Headers('if-match') ifMatch: string | undefined,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const asked = { by: keeperOf(caller), address, ...named, ifMark: seenMark(ifMatch), allOrNothing };
    const view = await this.questions.ask(commitOnboarding, asked, { timeoutMs: PLANNING });
    void reply.header('location', linksOf(named).self);
    return shown(reply, named, view);
  }

  /** Stops it, before or while it is committed; what is saved stays saved. */
  @Post(':onboardingId/cancel')
  @Changes('company.onboard', ['onboarding.finished'])
  @HttpCode(200)
  async cancel(
    @Caller() caller: Principal,
    @Param({ schema: path }) named: Path,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const asked = { by: keeperOf(caller), address, ...named };
    return shown(reply, named, await this.questions.ask(cancelOnboarding, asked));
  }

  /** Every row with what became of it, as a CSV file in the asker's language. */
  @Get(':onboardingId/report')
  @Reads('company.onboard')
  async report(
    @Param({ schema: path }) named: Path,
    @Headers('accept-language') accepted: string | undefined,
  ): Promise<StreamableFile> {
    // Before the first byte, so that an onboarding that is not there is a problem and not half a file.
    await this.questions.ask(readOnboarding, named);
    const language = preferredLanguage(accepted);
    return new StreamableFile(Readable.from(this.reportLines(named, language)), {
      type: 'text/csv; charset=utf-8; header=present',
      disposition: `attachment; filename="onboarding-${named.onboardingId}.csv"`,
    });
  }

  private async *reportLines(named: Path, language: Language): AsyncGenerator<string> {
    yield reportHead(language);
    for (let after: number | null = 0; after !== null;) {
      const { rows, next }: Page = await this.questions.ask(listOnboardingRows, {
        ...named,
        after,
        limit: 200,
        language,
      });
      yield rows.map((row) => reportLine(row, language)).join('');
      after = next;
    }
  }
}

/** How the body is written. Throws (415, 413) for what is no such file, before any of it is read. */
function formOf({ headers }: FastifyRequest): { form: 'csv' | 'xlsx'; charset: string | null } {
  const type = headers['content-type'] ?? '';
  const form = Object.entries(ONBOARDING_TYPES).find(([known]) => type.toLowerCase().startsWith(known))?.[1];
  if (form === undefined || (headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new RequestUnfit(
      'unsupported',
      'onboarding-file.unsupported',
      `Send the file as it is, as ${Object.keys(ONBOARDING_TYPES).join(' or ')}`,
    );
  }
  if (Number(headers['content-length'] ?? 0) > ONBOARDING_FILE_BYTES) throw tooLarge();
  return { form, charset: /;\s*charset\s*=\s*"?([^\s;"]{1,40})"?/i.exec(type)?.[1] ?? null };
}

function linksOf({ environmentId, onboardingId }: Path) {
  const self = `/v1/environments/${environmentId}/onboardings/${onboardingId}`;
  return { self, rows: `${self}/rows`, report: `${self}/report` };
}

function shown(reply: FastifyReply, named: Path, view: OnboardingView): object {
  if (view.mark !== null) tag(reply, view.mark);
  return { ...view, links: linksOf(named) };
}
