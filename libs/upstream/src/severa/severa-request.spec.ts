import { describe, expect, it } from '@jest/globals';

import { nextPage, Pages, PagesDoNotEnd, type SeveraRequest } from './severa-request.js';

const none = { nextPageToken: null };

describe('the pages of a list', () => {
  const byToken: SeveraRequest = { method: 'GET', path: ['customers'], query: [['rowCount', '100']], paging: 'token' };
  const byRows: SeveraRequest = {
    method: 'GET',
    path: ['businessunits'],
    query: [['rowCount', '100']],
    paging: 'rows',
  };

  it.each([
    ['by token: goes on with the token that was named', byToken, { nextPageToken: 'a' }, 100, ['pageToken', 'a']],
    ['by token: goes on after an empty page', byToken, { nextPageToken: 'a' }, 0, ['pageToken', 'a']],
    ['by rows: goes on from what came', byRows, none, 100, ['firstRow', '100']],
    ['by rows: is not ended by a page that is not full', byRows, none, 20, ['firstRow', '20']],
  ])('%s', (_, request, reply, received, added) => {
    expect(nextPage(request, reply, received)?.query).toEqual([['rowCount', '100'], added]);
  });

  it.each([
    ['by token: end where none was named', byToken, none, 100],
    ['by rows: end with an empty one', byRows, none, 0],
    ['of a list without pages: are one', { method: 'GET', path: ['vatrates'] } as const, none, 3],
  ])('%s', (_, request, reply, received) => {
    expect(nextPage(request, reply, received)).toBeNull();
  });

  it('by rows add up over the pages, however many each held', () => {
    const second = nextPage(byRows, none, 20);
    const third = second && nextPage(second, none, 7);
    expect(third?.query).toEqual([
      ['rowCount', '100'],
      ['firstRow', '27'],
    ]);
  });

  it('by rows that come without end are an error, as of a server that does not move on', () => {
    const far: SeveraRequest = { ...byRows, query: [['firstRow', '499900']] };
    const last = nextPage(far, none, 100);
    expect(last?.query).toEqual([['firstRow', '500000']]);
    expect(() => last && nextPage(last, none, 100)).toThrow(PagesDoNotEnd);
    // Of this kind it stops the run that reads the list, and nothing else of the link.
    expect(new PagesDoNotEnd(['businessunits']).kind).toBe('broken');
  });

  it('that name themselves as the next are an error, since a list cut there would look whole', () => {
    const second = nextPage(byToken, { nextPageToken: 'a' }, 100);
    expect(() => second && nextPage(second, { nextPageToken: 'a' }, 100)).toThrow(PagesDoNotEnd);
  });
});

describe('the way through the pages of a list', () => {
  const first: SeveraRequest = { method: 'GET', path: ['customers'], paging: 'token' };

  /** How many pages are read of a server that names these tokens, one after the other. */
  function pagesRead(tokenOf: (page: number) => string | null): number {
    const pages = new Pages();
    let read = 0;
    for (let request: SeveraRequest | null = first; request !== null;) {
      read += 1;
      request = pages.next(request, { nextPageToken: tokenOf(read) }, 1);
    }
    return read;
  }

  it('comes to the end of a long list', () => {
    expect(pagesRead((page) => (page < 20_000 ? `t${page}` : null))).toBe(20_000);
  });

  it.each([
    ['two pages that name each other', 0, 2],
    ['a ring of three', 0, 3],
    ['a ring of a hundred behind a long way', 37, 100],
  ])('is an error through %s', (_, before, ring) => {
    expect(() => pagesRead((page) => (page <= before ? `t${page}` : `r${(page - before) % ring}`))).toThrow(
      PagesDoNotEnd,
    );
  });

  it('is an error through pages that each have a new name and no end', () => {
    expect(() => pagesRead((page) => `t${page}`)).toThrow(PagesDoNotEnd);
  });
});
