import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import type { z } from 'zod';

import {
  changePassword,
  closeSession,
  describeSession,
  endSessions,
  listSessions,
  passSecondFactor,
  signInPerson,
  vouchForEmail,
  vouchForPerson,
} from '#lib/contracts';

import {
  type EndSessionsAnswer,
  type EndSessionsAsk,
  type ListSessionsAnswer,
  type ListSessionsAsk,
  OpenSessions,
} from './people/open-sessions.js';
import {
  type ChangePasswordAnswer,
  type ChangePasswordAsk,
  type CloseSessionAsk,
  type DescribeSessionAnswer,
  OwnSession,
} from './people/own-session.js';
import {
  PersonSignIn,
  type PersonSignInAnswer,
  type PersonSignInAsk,
  type VouchAnswer,
  type VouchAsk,
  type VouchForEmailAsk,
} from './people/person-sign-in.js';
import { SecondFactor, type SecondFactorAnswer, type SecondFactorAsk } from './people/second-factor.js';

/** The questions about people's sessions: from the password to signing out. */
@Controller()
export class PersonSessionController {
  constructor(
    private readonly signIns: PersonSignIn,
    private readonly secondFactor: SecondFactor,
    private readonly own: OwnSession,
    private readonly open: OpenSessions,
  ) {}

  @MessagePattern<string>(signInPerson.pattern)
  signIn(@Payload({ schema: signInPerson.ask }) ask: PersonSignInAsk): Promise<PersonSignInAnswer> {
    return this.signIns.signIn(ask);
  }

  @MessagePattern<string>(passSecondFactor.pattern)
  pass(@Payload({ schema: passSecondFactor.ask }) ask: SecondFactorAsk): Promise<SecondFactorAnswer> {
    return this.secondFactor.pass(ask);
  }

  @MessagePattern<string>(vouchForPerson.pattern)
  vouch(@Payload({ schema: vouchForPerson.ask }) ask: VouchAsk): Promise<VouchAnswer> {
    return this.signIns.vouch(ask);
  }

  @MessagePattern<string>(vouchForEmail.pattern)
  vouchForEmail(@Payload({ schema: vouchForEmail.ask }) ask: VouchForEmailAsk): Promise<VouchAnswer> {
    return this.signIns.vouchForEmail(ask);
  }

  @MessagePattern<string>(describeSession.pattern)
  describe(
    @Payload({ schema: describeSession.ask }) { token }: z.output<typeof describeSession.ask>,
  ): Promise<DescribeSessionAnswer> {
    return this.own.describe(token);
  }

  @MessagePattern<string>(closeSession.pattern)
  close(@Payload({ schema: closeSession.ask }) ask: CloseSessionAsk): Promise<{ closed: boolean }> {
    return this.own.close(ask);
  }

  @MessagePattern<string>(listSessions.pattern)
  list(@Payload({ schema: listSessions.ask }) ask: ListSessionsAsk): Promise<ListSessionsAnswer> {
    return this.open.list(ask);
  }

  @MessagePattern<string>(endSessions.pattern)
  end(@Payload({ schema: endSessions.ask }) ask: EndSessionsAsk): Promise<EndSessionsAnswer> {
    return this.open.end(ask);
  }

  @MessagePattern<string>(changePassword.pattern)
  changePassword(@Payload({ schema: changePassword.ask }) ask: ChangePasswordAsk): Promise<ChangePasswordAnswer> {
    return this.own.changePassword(ask);
  }
}
