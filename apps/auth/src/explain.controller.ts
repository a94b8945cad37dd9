import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';

import { explainAccess } from '#lib/contracts';

import { type ExplainAnswer, type ExplainAsk, Explainer } from './explainer.js';

/** What people ask about decisions, without anything being moved. */
@Controller()
export class ExplainController {
  constructor(private readonly explainer: Explainer) {}

  @MessagePattern<string>(explainAccess.pattern)
  explain(@Payload({ schema: explainAccess.ask }) ask: ExplainAsk): Promise<ExplainAnswer> {
    return this.explainer.explain(ask);
  }
}
