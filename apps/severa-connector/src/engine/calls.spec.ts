import { describe, expect, it } from '@jest/globals';

import type { SeveraReply } from '#lib/upstream';

import { ReadingCalls } from './calls.js';
import type { Line } from './line.js';
import { PATIENCE } from './patience.js';
import type { HeldTurn } from './turns.js';

/** Calls to a Severa that answers with these bodies, one after the other. */
function callsTo(...bodies: readonly unknown[]): ReadingCalls {
  const left = [...bodies];
  return callsWith(() => ({
    as: 'ok',
    status: 200,
    body: left.shift(),
    nextPageToken: left.length > 0 ? String(left.length) : null,
  }));
}

function callsWith(reply: () => SeveraReply): ReadingCalls {
  const line = {
    ready: () => Promise.resolve(),
    send: () => Promise.resolve({ system: 'severa', reply: reply() }),
  } as unknown as Line;
  return new ReadingCalls(line, { pass: () => Promise.resolve() }, { halted: false } as HeldTurn, PATIENCE);
}

async function read(calls: ReadingCalls): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const page of calls.severaPages({ method: 'GET', path: ['customers'], paging: 'token' }))
    all.push(...page);
  return all;
}

describe('the pages of a list', () => {
  it('are read to the last one', async () => expect(await read(callsTo([1, 2], [], [3]))).toEqual([1, 2, 3]));

  it.each([null, {}, 'text'])('do not end at an answer that is no list: %j', async (body) => {
    await expect(read(callsTo([1], body))).rejects.toMatchObject({ code: 'link.waits' });
  });

  it('are not read for ever where they lead back to one that was read', async () => {
    let page = 0;
    const calls = callsWith(() => ({ as: 'ok', status: 200, body: [1], nextPageToken: 'AB'.charAt(page++ % 2) }));
    await expect(read(calls)).rejects.toMatchObject({ code: 'severa-pages.do-not-end' });
    expect(page).toBeLessThan(10);
  });
});
