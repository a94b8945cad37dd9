import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

import { CrossSite } from './errors.js';
import { SessionCookie } from './session-cookie.js';
import { Site } from './site.js';

const READING = ['GET', 'HEAD', 'OPTIONS'];

interface Origins {
  readonly method: string;
  readonly hasAuthorization: boolean;
  readonly hasCookie: boolean;
  readonly fetchSite: string | undefined;
  readonly origin: string | undefined;
}

/**
 * Whether a request may have been made by another site's page, in a browser that holds our cookie.
 *
 *   the request                          | comes with                    | crosses sites
 *   -------------------------------------+-------------------------------+--------------------------------
 *   only reads                           | anything                      | no matter: nothing changes
 *   has Authorization                    | anything                      | no: no browser adds it by itself
 *   changes something                    | Sec-Fetch-Site: same-origin   | no
 *   changes something                    | another Sec-Fetch-Site        | yes
 *   changes something                    | only Origin, which is ours    | no
 *   changes something                    | only Origin, any other        | yes
 *   changes something, with our cookie   | neither                       | yes: nothing says where from
 *   changes something, without a cookie  | neither                       | no: no browser
 */
export function crossesSites(
  { method, hasAuthorization, hasCookie, fetchSite, origin }: Origins,
  own: string,
): boolean {
  if (READING.includes(method) || hasAuthorization) return false;
  if (fetchSite !== undefined) return fetchSite !== 'same-origin';
  if (origin !== undefined) return origin !== own;
  return hasCookie;
}

/** Stands before every route, so that none can be forgotten. */
@Injectable()
export class OwnSiteGuard implements CanActivate {
  constructor(
    private readonly site: Site,
    private readonly cookie: SessionCookie,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { method, headers } = request;
    const fetchSite = headers['sec-fetch-site'];
    const asked = {
      method,
      hasAuthorization: headers.authorization !== undefined,
      hasCookie: this.cookie.isSentBy(request),
      fetchSite: Array.isArray(fetchSite) ? fetchSite.join() : fetchSite,
      origin: headers.origin,
    };
    if (!crossesSites(asked, this.site.origin)) return true;
    throw new CrossSite();
  }
}
