import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import type { z } from 'zod';

import { listEnvironments, showEnvironment } from '#lib/contracts';

import { Environments } from './environments.js';

type Answer<Contract extends { readonly answer: z.ZodType }> = Promise<z.output<Contract['answer']>>;

/** The questions about tenants. */
@Controller()
export class EnvironmentsController {
  constructor(private readonly environments: Environments) {}

  @MessagePattern<string>(listEnvironments.pattern)
  list(
    @Payload({ schema: listEnvironments.ask }) ask: z.output<typeof listEnvironments.ask>,
  ): Answer<typeof listEnvironments> {
    return this.environments.list(ask);
  }

  @MessagePattern<string>(showEnvironment.pattern)
  async show(
    @Payload({ schema: showEnvironment.ask }) { environmentId }: z.output<typeof showEnvironment.ask>,
  ): Answer<typeof showEnvironment> {
    return { environment: await this.environments.show(environmentId) };
  }
}
