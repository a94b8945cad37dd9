import { AppError } from '#lib/errors';

/** One request to Severa's REST interface, before it has a token. */
export interface SeveraRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Under `/v1`, by its parts: `['customers', guid]`. What begins with `heartbeat` stands beside it. */
  readonly path: readonly string[];
  readonly query?: readonly (readonly [name: string, value: string])[];
  /** Goes out as JSON; a change is a list of `{ op: 'Replace', path, value }`. A `Decimal` is a number, digit by digit. */
  readonly body?: unknown;
  readonly accept?: 'json' | 'bytes';
  /** How the list is paged; see {@link nextPage}. Absent: it is not. */
  readonly paging?: 'token' | 'rows';
}

/** One integration's credentials, and what it is to be allowed. */
export interface SeveraCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /** As Severa names them: `invoices:read`. */
  readonly scopes: readonly string[];
}

/** More rows than any list by rows has: a server that does not move on would be asked for ever. */
const MOST_ROWS = 500_000;

/** The same for pages that name the next one: a server that makes up a new name each time. */
const MOST_PAGES = 100_000;

/** Severa's pages lead back to one that was read, or go on beyond any number. */
export class PagesDoNotEnd extends AppError {
  // Waiting mends nothing of it, and the other lists of the same Severa may well end.
  readonly kind = 'broken';
  readonly code = 'severa-pages.do-not-end';

  constructor(path: readonly string[]) {
    super('A list of Severa does not end', { path: path.join('/') });
  }
}

/**
 * The request for the page after this one; `null`: that was the last.
 *
 *   paging | there is more while        | the next page is asked for with
 *   -------+----------------------------+---------------------------------------
 *   token  | the answer named a token   | `pageToken`, all else as it was
 *   rows   | any record came            | `firstRow` moved by what came
 *   absent | never                      |
 *
 * Fewer rows than were asked for end nothing: the most that one page may hold is documented as 100 and as 1,000, so a
 * server may hand out fewer at any time (contracts/severa §2.5).
 *
 * @param received how many records the page held.
 * @throws PagesDoNotEnd when a page names itself as the next, or rows come without end: a list cut there would look whole.
 */
export function nextPage(
  request: SeveraRequest,
  reply: { readonly nextPageToken: string | null },
  received: number,
): SeveraRequest | null {
  if (request.paging === 'token') {
    const token = reply.nextPageToken;
    if (token !== null && token === valueOf(request, 'pageToken')) throw new PagesDoNotEnd(request.path);
    return token === null ? null : withQuery(request, 'pageToken', token);
  }
  if (request.paging === undefined || received === 0) return null;
  const firstRow = Number(valueOf(request, 'firstRow') ?? 0) + received;
  if (firstRow > MOST_ROWS) throw new PagesDoNotEnd(request.path);
  return withQuery(request, 'firstRow', String(firstRow));
}

/**
 * The way through the pages of one list. A token that comes again would lead round for ever, however many pages lie
 * between: the token of every page whose number is a power of two is a landmark until the next of them, so that a ring
 * of any length is noticed, and nothing grows with the list.
 */
export class Pages {
  #read = 0;
  #landmark: string | null = null;
  #nextLandmark = 1;

  /**
   * The request for the page after this one, as {@link nextPage}.
   *
   * @throws PagesDoNotEnd as well when the landmark is met again.
   */
  next(
    request: SeveraRequest,
    reply: { readonly nextPageToken: string | null },
    received: number,
  ): SeveraRequest | null {
    const next = nextPage(request, reply, received);
    const { nextPageToken: token } = reply;
    this.#read += 1;
    if (next !== null && (this.#read >= MOST_PAGES || (token !== null && token === this.#landmark))) {
      throw new PagesDoNotEnd(request.path);
    }
    if (this.#read === this.#nextLandmark) {
      this.#landmark = token;
      this.#nextLandmark *= 2;
    }
    return next;
  }
}

const valueOf = (request: SeveraRequest, name: string): string | undefined =>
  request.query?.find(([given]) => given === name)?.[1];

function withQuery(request: SeveraRequest, name: string, value: string): SeveraRequest {
  const others = (request.query ?? []).filter(([given]) => given !== name);
  return { ...request, query: [...others, [name, value]] };
}
