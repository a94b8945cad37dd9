import type { SeveraRequest } from '#lib/upstream';

import type { Calls, Json } from '../engine/flow.js';

/** A page of a list, and the token of the one after it: from there a reading that is broken off goes on. */
export interface Page {
  readonly rows: readonly unknown[];
  /** As a page of a reading has it; nothing where the list says no more. */
  readonly on: { readonly at?: string };
}

/**
 * The pages of a list that names its next one, from a token on. Lists by rows have no such place to go on from: what is
 * removed meanwhile moves all that comes after it, and a record that nobody met would count as gone.
 */
export async function* tokenPages(calls: Calls, request: SeveraRequest, from?: Json): AsyncGenerator<Page> {
  const query = [...(request.query ?? []), ...(typeof from === 'string' ? [['pageToken', from] as const] : [])];
  let token: string | null = null;
  for await (const rows of calls.severaPages({ ...request, query }, (next) => (token = next))) {
    yield { rows, on: token === null ? {} : { at: token } };
  }
}
