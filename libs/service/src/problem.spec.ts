import { describe, expect, it } from '@jest/globals';

import { ERROR_KINDS, RemoteError } from '#lib/errors';

import { problemFor, STATUS } from './problem.js';
import { preferredLanguage } from './problem-titles.js';

const context = { instance: '/v1/transfers/7', traceId: 'a'.repeat(32), language: 'en' } as const;
const CANARY = 'canary-9f';

describe('problemFor', () => {
  it.each(ERROR_KINDS)('answers %s with its one status, a title and a type that follows the code', (kind) => {
    const { status, body } = problemFor(new RemoteError(kind, 'noun.what', 'What happened'), context);
    expect(status).toBe(STATUS[kind]);
    expect(body).toMatchObject({ status, type: `/problems/${body.code}`, instance: context.instance });
    expect(body.title).toMatch(/^[A-Z]/);
  });

  it('tells the details of a refusal', () => {
    const error = new RemoteError('denied', 'access.denied', 'Closed', { reasons: ['WEEKEND'], opensAt: null });
    expect(problemFor(error, { ...context, language: 'fi' }).body).toEqual({
      type: '/problems/access.denied',
      title: 'Ei sallittu',
      status: 403,
      detail: 'Closed',
      instance: '/v1/transfers/7',
      code: 'access.denied',
      traceId: 'a'.repeat(32),
      reasons: ['WEEKEND'],
      opensAt: null,
    });
  });

  it.each([
    ['fi', 'Suljettu.', 'Liian pitkä.'],
    ['sv', 'Stängd.', 'Too long'],
    ['en', 'Closed', 'Too long'],
  ] as const)('speaks the reader’s language, %s, where the error does', (language, detail, message) => {
    const details = {
      said: { fi: 'Suljettu.', sv: 'Stängd.' },
      errors: [{ pointer: '/a', message: 'Too long', said: { fi: 'Liian pitkä.' } }, 'x'],
    };
    const { body } = problemFor(new RemoteError('conflict', 'link.closed', 'Closed', details), {
      ...context,
      language,
    });
    expect(body).toMatchObject({ detail, errors: [{ pointer: '/a', message }, 'x'] });
    expect(JSON.stringify(body)).not.toContain('said');
  });

  it.each([
    new Error(CANARY),
    new RemoteError('broken', `x.${CANARY}`, CANARY, { row: CANARY }),
    new RemoteError('unavailable', 'bus.no-answer', CANARY, { host: CANARY }),
    CANARY,
    null,
  ])('shows nothing of the inside when it is our fault: %s', (error) => {
    expect(JSON.stringify(problemFor(error, context))).not.toContain(CANARY);
  });

  it('lets no detail take the place of a member', () => {
    const details = { status: 200, type: 'x', title: 'x', detail: 'x', instance: 'x', code: 'x', traceId: 'x' };
    expect(problemFor(new RemoteError('absent', 'transfer.absent', 'No', details), context).body).toEqual(
      problemFor(new RemoteError('absent', 'transfer.absent', 'No'), context).body,
    );
  });

  it.each([
    ['limited', { retryAfterSeconds: 2.1 }, 3],
    ['limited', {}, 1],
    ['unavailable', { retryAfterSeconds: Infinity }, 5],
    ['denied', { retryAfterSeconds: 9 }, undefined],
    ['broken', { retryAfterSeconds: 9 }, undefined],
  ] as const)('says of %s with %j to come back after %s s', (kind, details, seconds) => {
    expect(problemFor(new RemoteError(kind, 'a.b', 'x', details), context).retryAfter).toBe(seconds);
  });
});

describe('preferredLanguage', () => {
  it.each([
    ['fi', 'fi'],
    ['sv-FI, fi;q=0.9', 'sv'],
    ['de, fi;q=0.5, sv;q=0.6', 'sv'],
    ['en;q=0.1, FI-fi;q=0.2', 'fi'],
    ['fi;q=0, sv;q=0', 'en'],
    ['de', 'en'],
    ['fi;q=nonsense', 'en'],
    ['', 'en'],
    [undefined, 'en'],
    ['fil', 'en'],
  ])('of %s is %s', (field, language) => expect(preferredLanguage(field)).toBe(language));
});
