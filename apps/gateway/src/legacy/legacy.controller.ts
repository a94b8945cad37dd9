import type { Readable } from 'node:stream';

import { Controller, Header, HttpCode, type OnModuleDestroy, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { preferredLanguage } from '#lib/service';

import { Address } from '../caller.js';
import { OpenToAnybody } from '../door.js';
import { answerText } from './answers.js';
import { LegacyForm } from './form.js';
import { LegacyDoor } from './legacy-door.js';
import { boundaryOf, Multipart } from './multipart.js';
import { senderOf } from './sender.js';

/**
 * The door for partner systems that speak today's XML interface (contract §2): a form in, `<code> <bytes> <message>`
 * out. The path and the names are Fivaldi's; `schema` is whatever the client was told and has no meaning here.
 *
 * Read on at `legacy-door.ts`, for what the numbers say at `answers.ts`.
 */
@Controller('pls/:schema')
export class LegacyController implements OnModuleDestroy {
  constructor(private readonly door: LegacyDoor) {}

  onModuleDestroy(): void {
    this.door.stop();
  }

  /**
   * Takes a document in, and answers when its transfer has ended. Each request signs in by itself; none leaves a token.
   * Nothing here says whom it let in but the events of auth.
   */
  @Post('xml_web.sisaanluku')
  @OpenToAnybody("today's clients sign in with each request, in its form", [
    'session.opened',
    'session.refused',
    'access.decided',
    'transfer.accepted',
  ])
  @HttpCode(200)
  @Header('content-type', 'text/plain; charset=utf-8')
  @Header('cache-control', 'no-store')
  async take(
    @Address() address: string | null,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { headers, body } = request;
    // The interface is Finnish for whoever does not ask for anything else.
    const language = preferredLanguage(`fi;q=0.001,${headers['accept-language'] ?? ''}`);
    const boundary = boundaryOf(headers['content-type']);
    if (boundary === undefined || !body) return answerText('form-unfit', 0, { code: 'multipart.broken' }, language);
    const sender = senderOf(body as Readable, this.door.settings.silence);
    const form = new LegacyForm(new Multipart(sender.read, boundary));
    try {
      const from = { address, language, isGone: () => reply.raw.destroyed };
      const { answer, facts, language: spoken } = await this.door.answer(form, from);
      return answerText(answer, form.bytes, facts, spoken);
    } finally {
      sender.leave();
    }
  }
}
