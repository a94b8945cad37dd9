import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import type { z } from 'zod';

import {
  listXmlSettingsVersions,
  previewXmlSettings,
  restoreXmlSettings,
  saveXmlSettings,
  showXmlSettings,
  showXmlSettingsVersion,
} from '#lib/contracts';

import { XmlSettingsBook } from './service-management/xml-settings-book.js';

type Ask<Contract extends { readonly ask: z.ZodType }> = z.output<Contract['ask']>;
type Answer<Contract extends { readonly answer: z.ZodType }> = Promise<z.input<Contract['answer']>>;

/** The questions about a company's base settings of XML transfers [XML-siirtojen perustiedot]. */
@Controller()
export class XmlSettingsController {
  constructor(private readonly book: XmlSettingsBook) {}

  @MessagePattern<string>(showXmlSettings.pattern)
  show(@Payload({ schema: showXmlSettings.ask }) ask: Ask<typeof showXmlSettings>): Answer<typeof showXmlSettings> {
    return this.book.show(ask);
  }

  @MessagePattern<string>(previewXmlSettings.pattern)
  preview(
    @Payload({ schema: previewXmlSettings.ask }) ask: Ask<typeof previewXmlSettings>,
  ): Answer<typeof previewXmlSettings> {
    return this.book.preview(ask);
  }

  @MessagePattern<string>(saveXmlSettings.pattern)
  save(@Payload({ schema: saveXmlSettings.ask }) ask: Ask<typeof saveXmlSettings>): Answer<typeof saveXmlSettings> {
    return this.book.save(ask);
  }

  @MessagePattern<string>(listXmlSettingsVersions.pattern)
  versions(
    @Payload({ schema: listXmlSettingsVersions.ask }) ask: Ask<typeof listXmlSettingsVersions>,
  ): Answer<typeof listXmlSettingsVersions> {
    return this.book.versions(ask);
  }

  @MessagePattern<string>(showXmlSettingsVersion.pattern)
  version(
    @Payload({ schema: showXmlSettingsVersion.ask }) ask: Ask<typeof showXmlSettingsVersion>,
  ): Answer<typeof showXmlSettingsVersion> {
    return this.book.version(ask);
  }

  @MessagePattern<string>(restoreXmlSettings.pattern)
  restore(
    @Payload({ schema: restoreXmlSettings.ask }) ask: Ask<typeof restoreXmlSettings>,
  ): Answer<typeof restoreXmlSettings> {
    return this.book.restore(ask);
  }
}
