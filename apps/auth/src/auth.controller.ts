import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import type { z } from 'zod';

import { type AccessAnswer, decideAccess, identify, saveRule, signIn, signInOnce } from '#lib/contracts';

import { type AccessAsk, AccessDecider } from './access-decider.js';
import { Principals } from './principals.js';
import { RuleBook, type SaveRuleAsk } from './rule-book.js';
import { SignIn, type SignInAnswer, type SignInAsk, type SignInOnceAnswer, type SignInOnceAsk } from './sign-in.js';

type IdentifyAsk = z.output<typeof identify.ask>;
type IdentifyAnswer = z.output<typeof identify.answer>;
type SaveRuleAnswer = z.output<typeof saveRule.answer>;

/** The questions that other services ask of this one. */
@Controller()
export class AuthController {
  constructor(
    private readonly decider: AccessDecider,
    private readonly signIns: SignIn,
    private readonly principals: Principals,
    private readonly ruleBook: RuleBook,
  ) {}

  @MessagePattern<string>(decideAccess.pattern)
  decideAccess(@Payload({ schema: decideAccess.ask }) ask: AccessAsk): Promise<AccessAnswer> {
    return this.decider.decide(ask);
  }

  @MessagePattern<string>(signIn.pattern)
  signIn(@Payload({ schema: signIn.ask }) ask: SignInAsk): Promise<SignInAnswer> {
    return this.signIns.signIn(ask);
  }

  @MessagePattern<string>(signInOnce.pattern)
  signInOnce(@Payload({ schema: signInOnce.ask }) ask: SignInOnceAsk): Promise<SignInOnceAnswer> {
    return this.signIns.signInOnce(ask);
  }

  @MessagePattern<string>(identify.pattern)
  async identify(@Payload({ schema: identify.ask }) { token, address }: IdentifyAsk): Promise<IdentifyAnswer> {
    return { principal: await this.principals.identify(token, address) };
  }

  @MessagePattern<string>(saveRule.pattern)
  async saveRule(@Payload({ schema: saveRule.ask }) ask: SaveRuleAsk): Promise<SaveRuleAnswer> {
    return { mark: await this.ruleBook.save(ask) };
  }
}
