import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import type { z } from 'zod';

import { countStakes } from '#lib/contracts';

import { Stakes } from './stakes.js';

/** What the gateway asks before somebody chooses XML settings that may destroy. */
@Controller()
export class StakesController {
  constructor(private readonly stakes: Stakes) {}

  @MessagePattern(countStakes.pattern)
  count(
    @Payload({ schema: countStakes.ask }) asked: z.output<typeof countStakes.ask>,
  ): Promise<z.input<typeof countStakes.answer>> {
    return this.stakes.count(asked);
  }
}
