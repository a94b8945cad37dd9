import { Controller, Get, Query } from '@nestjs/common';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import { readSandboxSms } from '#lib/contracts';

import { Reads } from './door.js';

const asked = z.object({
  to: z.string().max(20).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** What the sandbox's stand-ins have taken in. There is none in production: 404. */
@Controller('v1/sandbox')
export class SandboxController {
  constructor(private readonly questions: QuestionClient) {}

  /** Text messages, newest first; `to` is one telephone's, as `+358401234567`. */
  @Get('sms')
  @Reads('partner-user.manage')
  sms(@Query({ schema: asked }) query: z.output<typeof asked>): Promise<object> {
    return this.questions.ask(readSandboxSms, query);
  }
}
