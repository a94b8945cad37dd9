import { type DynamicModule, Module } from '@nestjs/common';

import { LINK_CONTROLLERS, linkProviders, type LinkParts } from './link/providers.js';

/**
 * Moves data between the companies' Severa and Netvisor: start reading at `engine/mover.ts`. Answers people's questions
 * about links: `link/link.controller.ts`.
 */
@Module({})
export class SeveraConnectorModule {
  static over(parts: LinkParts): DynamicModule {
    return { module: SeveraConnectorModule, controllers: LINK_CONTROLLERS, providers: linkProviders(parts) };
  }
}
