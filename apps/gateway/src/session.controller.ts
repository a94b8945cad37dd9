import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import { changePartnerPassword, passwordChangeForm, signIn } from '#lib/contracts';

import { Address } from './caller.js';
import { OpenToAnybody } from './door.js';
import { RequestUnfit } from './errors.js';

const credentials = z.object({ userName: z.string().min(1).max(20), password: z.string().min(1).max(128) });

/** Machines sign in here: user name and password for a token of ten minutes. */
@Controller('v1/token')
export class SessionController {
  constructor(private readonly questions: QuestionClient) {}

  @Post()
  @OpenToAnybody('a machine signs in here', ['session.opened', 'session.refused'])
  async open(
    @Body({ schema: credentials }) { userName, password }: z.output<typeof credentials>,
    @Address() address: string | null,
  ): Promise<object> {
    const { session, changeNeeded } = await this.questions.ask(signIn, { userName, password, address });
    if (changeNeeded) {
      throw new RequestUnfit(
        'denied',
        'password.change-needed',
        'This is a one-time password: change it with POST /v1/token/password, then sign in with the new one',
      );
    }
    if (!session) throw refused();
    return { token: session.token, tokenType: 'Bearer', expiresAt: session.expiresAt };
  }

  /** Puts a password of one's own in the place of the one-time password, or of an old one. Opens no session. */
  @Post('password')
  @OpenToAnybody('a machine changes its password with the one that it has', ['password.changed'])
  @HttpCode(204)
  async change(
    @Body({ schema: passwordChangeForm }) form: z.output<typeof passwordChangeForm>,
    @Address() address: string | null,
  ): Promise<void> {
    const { changed } = await this.questions.ask(changePartnerPassword, { ...form, address });
    if (!changed) throw refused();
  }
}

/** Unknown, wrong, expired, locked and closed are one answer: which it was would help whoever guesses. */
function refused(): RequestUnfit {
  return new RequestUnfit('unauthenticated', 'session.refused', 'The user name or password does not let you in now');
}
