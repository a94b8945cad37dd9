import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import type { z } from 'zod';

import {
  acknowledgePhase,
  checkLink,
  listLinkResources,
  saveLink,
  saveLinkCredentials,
  showLink,
  turnLink,
} from '#lib/contracts';

import { CredentialDesk } from './credential-desk.js';
import { LinkView, shownChecks } from './link-view.js';
import { Links } from './links.js';

/** What people ask about a link and its way into use. */
@Controller()
export class LinkController {
  constructor(
    private readonly links: Links,
    private readonly view: LinkView,
    private readonly credentials: CredentialDesk,
  ) {}

  @MessagePattern(showLink.pattern)
  async show(
    @Payload({ schema: showLink.ask }) asked: z.output<typeof showLink.ask>,
  ): Promise<z.input<typeof showLink.answer>> {
    return { link: await this.view.show(asked) };
  }

  @MessagePattern(saveLink.pattern)
  async save(
    @Payload({ schema: saveLink.ask }) asked: z.output<typeof saveLink.ask>,
  ): Promise<z.input<typeof saveLink.answer>> {
    return { mark: await this.links.save(asked) };
  }

  @MessagePattern(saveLinkCredentials.pattern)
  async saveCredentials(
    @Payload({ schema: saveLinkCredentials.ask }) asked: z.output<typeof saveLinkCredentials.ask>,
  ): Promise<z.input<typeof saveLinkCredentials.answer>> {
    return { checks: shownChecks(await this.credentials.save(asked), asked.language) };
  }

  @MessagePattern(checkLink.pattern)
  async check(
    @Payload({ schema: checkLink.ask }) asked: z.output<typeof checkLink.ask>,
  ): Promise<z.input<typeof checkLink.answer>> {
    return { checks: shownChecks(await this.credentials.test(asked), asked.language) };
  }

  @MessagePattern(acknowledgePhase.pattern)
  async acknowledge(
    @Payload({ schema: acknowledgePhase.ask }) asked: z.output<typeof acknowledgePhase.ask>,
  ): Promise<z.input<typeof acknowledgePhase.answer>> {
    await this.links.acknowledge(asked);
    return {};
  }

  @MessagePattern(turnLink.pattern)
  async turn(
    @Payload({ schema: turnLink.ask }) asked: z.output<typeof turnLink.ask>,
  ): Promise<z.input<typeof turnLink.answer>> {
    return { state: await this.links.turn(asked) };
  }

  @MessagePattern(listLinkResources.pattern)
  async resources(
    @Payload({ schema: listLinkResources.ask }) asked: z.output<typeof listLinkResources.ask>,
  ): Promise<z.input<typeof listLinkResources.answer>> {
    return { resources: await this.view.resources(asked) };
  }
}
