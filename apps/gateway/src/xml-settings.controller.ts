import { Body, Controller, Get, Headers, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import {
  countStakes,
  listXmlSettingsVersions,
  previewXmlSettings,
  type Principal,
  restoreXmlSettings,
  saveXmlSettings,
  showXmlSettings,
  showXmlSettingsVersion,
  wishedXmlSettings,
  type XmlSettings,
  xmlSettingsBody,
} from '#lib/contracts';
import {
  type DestructiveChoice,
  destructiveChoices,
  missingSections,
  newlyDestructive,
  XML_SECTION_LABELS,
} from '#lib/policy';
import { type Language, preferredLanguage } from '#lib/service';

import { Address, Caller, keeperOf } from './caller.js';
import { changesOf } from './change.js';
import { Changes, Reads } from './door.js';
import { XmlSettingsIncomplete, XmlSettingsUnconfirmed } from './errors.js';
import { seenMark, seenMarkOrNone, tag } from './seen-mark.js';
import { previewOf, type XmlSettingsPreview } from './xml-settings-preview.js';

const path = z.object({ environmentId: z.uuid(), companyId: z.uuid() });
type Place = z.output<typeof path>;

const confirmation = z.object({ confirm: z.string().max(64).optional() });
const page = z.object({
  before: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
const restoring = z.object({ version: z.int().min(1).max(2_147_483_646) });

type Sent = Readonly<Record<string, string | undefined>>;
type Wished = z.output<typeof wishedXmlSettings>;

/** As long as four registers may take to be counted, one after the other. */
const COUNTING = { timeoutMs: 18_000 };

/** What the form shows of a company that has saved nothing: four empty sections, and what applies without a choice. */
const UNSAVED = {
  companyRegister: null,
  productRegister: null,
  salesOrders: null,
  payroll: null,
  ...wishedXmlSettings.parse({}),
};

/** A company's base settings of XML transfers [XML-siirtojen perustiedot]. */
@Controller('v1/environments/:environmentId/companies/:companyId/xml-settings')
export class XmlSettingsController {
  constructor(private readonly questions: QuestionClient) {}

  /** The settings, and the sections that lack a choice: all four until they have been saved. */
  @Get()
  @Reads('xml-settings.read')
  async show(
    @Param({ schema: path }) named: Place,
    @Headers('accept-language') accepted: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { settings, mark } = await this.questions.ask(showXmlSettings, named);
    tag(reply, mark);
    const language = preferredLanguage(accepted);
    const missing = missingSections(settings ?? UNSAVED).map((section) => ({
      section,
      label: XML_SECTION_LABELS[section][language],
    }));
    return { saved: settings !== null, settings: settings ?? UNSAVED, missing };
  }

  /** What these settings would change, and what each destructive choice puts at stake; nothing is saved. */
  @Post('preview')
  @Reads('xml-settings.manage', { audits: ['access.explained'] })
  @HttpCode(200)
  async preview(
    @Caller() caller: Principal,
    @Param({ schema: path }) named: Place,
    @Headers('accept-language') accepted: string | undefined,
    @Body({ schema: wishedXmlSettings }) body: Wished,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const language = preferredLanguage(accepted);
    const wished = wholeOf(body, language);
    const asked = { ...named, by: keeperOf(caller), address, wished };
    const { settings, mark } = await this.questions.ask(previewXmlSettings, asked);
    tag(reply, mark);
    return this.look(named, settings, wished, language);
  }

  /** All four sections at once, or nothing; a new destructive choice with what its preview gave as `confirm`. */
  @Put()
  @Changes('xml-settings.manage', ['xml-settings.saved'])
  @HttpCode(204)
  async save(
    @Caller() caller: Principal,
    @Param({ schema: path }) named: Place,
    @Headers() headers: Sent,
    @Query({ schema: confirmation }) { confirm }: z.output<typeof confirmation>,
    @Body({ schema: wishedXmlSettings }) body: Wished,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const language = preferredLanguage(headers['accept-language']);
    const ifMark = seenMarkOrNone(headers['if-match'], headers['if-none-match']);
    const settings = wholeOf(body, language);
    const confirmed = await this.confirmed(named, { ifMark, wished: settings, confirm, language });
    const asked = { ...named, by: keeperOf(caller), address, ifMark, settings, confirmed };
    tag(reply, (await this.questions.ask(saveXmlSettings, asked)).mark);
  }

  /** Who saved them, when, and what they changed, the newest first; `next` is the following page's `before`. */
  @Get('versions')
  @Reads('xml-settings.read')
  async versions(
    @Param({ schema: path }) named: Place,
    @Query({ schema: page }) asked: z.output<typeof page>,
  ): Promise<object> {
    const { versions, next } = await this.questions.ask(listXmlSettingsVersions, { ...named, ...asked });
    const told = versions.map(({ before, ...version }) => ({
      ...version,
      changes: changesOf({ before, after: version.settings }),
    }));
    return { versions: told, next };
  }

  /** Puts an earlier version in place again. What is destructive in it is confirmed as in any other change. */
  @Post('restore')
  @Changes('xml-settings.manage', ['xml-settings.saved'])
  @HttpCode(204)
  async restore(
    @Caller() caller: Principal,
    @Param({ schema: path }) named: Place,
    @Headers() headers: Sent,
    @Query({ schema: confirmation }) { confirm }: z.output<typeof confirmation>,
    @Body({ schema: restoring }) { version }: z.output<typeof restoring>,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const language = preferredLanguage(headers['accept-language']);
    const ifMark = seenMark(headers['if-match']);
    const { settings: wished } = await this.questions.ask(showXmlSettingsVersion, { ...named, version });
    const confirmed = await this.confirmed(named, { ifMark, wished, confirm, language });
    const asked = { ...named, by: keeperOf(caller), address, ifMark, version, confirmed };
    tag(reply, (await this.questions.ask(restoreXmlSettings, asked)).mark);
  }

  /** The destructive choices that `confirm` stands for. Throws the fresh preview when it stands for another one. */
  private async confirmed(named: Place, change: Change): Promise<DestructiveChoice[]> {
    const { settings, mark } = await this.questions.ask(showXmlSettings, named);
    const isSeen = change.ifMark === null ? settings === null : change.ifMark === mark;
    // What somebody has not seen they cannot confirm: to save it will be refused as outdated.
    if (!isSeen || newlyDestructive(settings, change.wished).length === 0) return [];
    const preview = await this.look(named, settings, change.wished, change.language);
    if (preview.confirm !== change.confirm) {
      throw new XmlSettingsUnconfirmed(preview, change.confirm !== undefined);
    }
    return preview.destructive.filter(({ isNew }) => isNew).map(({ choice }) => choice);
  }

  private async look(
    { environmentId, companyId }: Place,
    standing: XmlSettings | null,
    wished: XmlSettings,
    language: Language,
  ): Promise<XmlSettingsPreview> {
    const choices = [...destructiveChoices(wished)];
    const { stakes } =
      choices.length === 0
        ? { stakes: [] }
        : await this.questions.ask(countStakes, { environmentId, companyId, choices }, COUNTING);
    return previewOf({ companyId, standing, wished, stakes }, language);
  }
}

interface Change {
  readonly ifMark: string | null;
  readonly wished: XmlSettings;
  readonly confirm: string | undefined;
  readonly language: Language;
}

/** The settings, when every section has its choice. Throws otherwise, naming all that have none. */
function wholeOf(wished: Wished, language: Language): XmlSettings {
  const missing = missingSections(wished);
  if (missing.length > 0) throw new XmlSettingsIncomplete(missing, language);
  return xmlSettingsBody.parse(wished);
}
