import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import type { z } from 'zod';

import {
  applyTemplate,
  cancelOnboarding,
  closeOnboarding,
  commitOnboarding,
  listOnboardingRows,
  listOnboardings,
  listTemplates,
  type OnboardingView,
  openOnboarding,
  readInheritance,
  readOnboarding,
  removeTemplate,
  saveTemplate,
  sendOnboardingPart,
} from '#lib/contracts';

import { Onboardings } from './onboarding/onboardings.js';
import { TemplateBook } from './templates/template-book.js';

type Ask<Contract extends { readonly ask: z.ZodType }> = z.output<Contract['ask']>;
type Answer<Contract extends { readonly answer: z.ZodType }> = z.output<Contract['answer']>;

/** Questions about onboardings and the templates that they apply. */
@Controller()
export class OnboardingController {
  constructor(
    private readonly onboardings: Onboardings,
    private readonly templates: TemplateBook,
  ) {}

  @MessagePattern<string>(openOnboarding.pattern)
  async open(
    @Payload({ schema: openOnboarding.ask }) ask: Ask<typeof openOnboarding>,
  ): Promise<Answer<typeof openOnboarding>> {
    return { onboardingId: await this.onboardings.open(ask) };
  }

  @MessagePattern<string>(sendOnboardingPart.pattern)
  async part(@Payload({ schema: sendOnboardingPart.ask }) ask: Ask<typeof sendOnboardingPart>): Promise<object> {
    await this.onboardings.part(ask);
    return {};
  }

  @MessagePattern<string>(closeOnboarding.pattern)
  async close(@Payload({ schema: closeOnboarding.ask }) ask: Ask<typeof closeOnboarding>): Promise<object> {
    await this.onboardings.close(ask);
    return {};
  }

  @MessagePattern<string>(applyTemplate.pattern)
  async apply(
    @Payload({ schema: applyTemplate.ask }) ask: Ask<typeof applyTemplate>,
  ): Promise<Answer<typeof applyTemplate>> {
    return { onboardingId: await this.onboardings.apply(ask) };
  }

  @MessagePattern<string>(listOnboardings.pattern)
  history(
    @Payload({ schema: listOnboardings.ask }) ask: Ask<typeof listOnboardings>,
  ): Promise<Answer<typeof listOnboardings>> {
    return this.onboardings.list(ask);
  }

  @MessagePattern<string>(readOnboarding.pattern)
  read(@Payload({ schema: readOnboarding.ask }) ask: Ask<typeof readOnboarding>): Promise<OnboardingView> {
    return this.onboardings.read(ask);
  }

  @MessagePattern<string>(listOnboardingRows.pattern)
  rows(
    @Payload({ schema: listOnboardingRows.ask }) ask: Ask<typeof listOnboardingRows>,
  ): Promise<Answer<typeof listOnboardingRows>> {
    return this.onboardings.rows(ask);
  }

  @MessagePattern<string>(commitOnboarding.pattern)
  commit(@Payload({ schema: commitOnboarding.ask }) ask: Ask<typeof commitOnboarding>): Promise<OnboardingView> {
    return this.onboardings.commit(ask);
  }

  @MessagePattern<string>(cancelOnboarding.pattern)
  cancel(@Payload({ schema: cancelOnboarding.ask }) ask: Ask<typeof cancelOnboarding>): Promise<OnboardingView> {
    return this.onboardings.cancel(ask);
  }

  @MessagePattern<string>(listTemplates.pattern)
  list(@Payload({ schema: listTemplates.ask }) ask: Ask<typeof listTemplates>): Promise<Answer<typeof listTemplates>> {
    return this.templates.list(ask);
  }

  @MessagePattern<string>(saveTemplate.pattern)
  async save(@Payload({ schema: saveTemplate.ask }) ask: Ask<typeof saveTemplate>): Promise<{ mark: string }> {
    return { mark: await this.templates.save(ask) };
  }

  @MessagePattern<string>(removeTemplate.pattern)
  async remove(
    @Payload({ schema: removeTemplate.ask }) ask: Ask<typeof removeTemplate>,
  ): Promise<Answer<typeof removeTemplate>> {
    return { companies: await this.templates.remove(ask) };
  }

  @MessagePattern<string>(readInheritance.pattern)
  inheritance(
    @Payload({ schema: readInheritance.ask }) ask: Ask<typeof readInheritance>,
  ): Promise<Answer<typeof readInheritance>> {
    return this.templates.inheritance(ask);
  }
}
