import { Body, Controller, Post } from '@nestjs/common';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import { signIn } from '#lib/contracts';

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
    const { session } = await this.questions.ask(signIn, { userName, password, address });
    // Unknown, wrong, locked and closed are one answer: which it was would help whoever guesses.
    if (!session)
      throw new RequestUnfit('unauthenticated', 'session.refused', 'The user name or password does not let you in now');
    return { token: session.token, tokenType: 'Bearer', expiresAt: session.expiresAt };
  }
}
