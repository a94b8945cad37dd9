import { CallRefused } from '../engine/stop.js';

/** What was read of one record: it, nothing since it is there no more, or why Severa does not hand it out. */
export type ReadOne<Read> =
  | { readonly as: 'read'; readonly read: Read }
  | { readonly as: 'gone' }
  | { readonly as: 'refused'; readonly words: string };

/** Reads what belongs to one record, so that a refusal of it stops no other. */
export async function unlessRefused<Read>(read: () => Promise<Read>): Promise<ReadOne<Read>> {
  try {
    return { as: 'read', read: await read() };
  } catch (error) {
    if (!(error instanceof CallRefused)) throw error;
    return error.status === '404' ? { as: 'gone' } : { as: 'refused', words: error.words };
  }
}
