import helmet from '@fastify/helmet';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import type { Site } from './site.js';

const YEAR_SECONDS = 31_536_000;
const NOTHING = ["'none'"];

/**
 * What every answer says to whoever shows or keeps it, whatever the route.
 *
 *   header                                | because
 *   --------------------------------------+-----------------------------------------------------------------
 *   Content-Security-Policy: 'none'       | answers are data: nothing in them is to be run, framed or posted
 *   Strict-Transport-Security             | a browser never tries plain HTTP again; only where HTTPS is served
 *   X-Content-Type-Options, CORP, COOP,   | helmet's defaults: no guessing, no reading by other sites,
 *   Referrer-Policy: no-referrer          | no telling others which company was looked at
 *   Cache-Control: no-store               | a company's data stays in no cache; what may be kept says so itself
 */
export async function sendAnswerHeaders(app: NestFastifyApplication, site: Site): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { 'default-src': NOTHING, 'base-uri': NOTHING, 'form-action': NOTHING, 'frame-ancestors': NOTHING },
    },
    strictTransportSecurity: site.isSecure && { maxAge: YEAR_SECONDS, includeSubDomains: true },
  });
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', (_request, reply, payload, done) => {
      if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
      done(null, payload);
    });
}
