import type { IncomingMessage } from 'node:http';

import type { FastifyInstance, FastifyRequest } from 'fastify';

import { RequestUnfit } from '../errors.js';

/** Where forms are taken. Nowhere else: a form is what any site's page can have a browser send. */
const DOOR = '/pls/';

/** Lets the body of a form go to the legacy door unread. */
export function takeForms(server: Pick<FastifyInstance, 'addContentTypeParser'>): void {
  server.addContentTypeParser(
    'multipart/form-data',
    (request: FastifyRequest, body: IncomingMessage, done: (error: Error | null, body?: unknown) => void) => {
      if (request.routeOptions.url?.startsWith(DOOR)) return done(null, body);
      done(new RequestUnfit('unsupported', 'request.unsupported', 'This path does not take that content type'));
    },
  );
}
