import { describe, expect, it } from '@jest/globals';

import { element } from '#lib/upstream';

import { checkFor, type CheckPart, keepCheck, keyPart, lightOf, netvisorPart, severaPart } from './check.js';

describe('a test of Severa’s client', () => {
  it.each([
    [{ as: 'ok', status: 204, body: undefined, nextPageToken: null }, 'green', null, null],
    [{ as: 'unauthorised', text: 'no such client' }, 'yellow', 'severa-key-invalid', 'no such client'],
    [{ as: 'not-set-up', type: 'InsufficientApiScope', text: 's' }, 'yellow', 'severa-scope-missing', 's'],
    [{ as: 'not-set-up', type: 'AddonMissing', text: 's' }, 'yellow', 'severa-addon-missing', 's'],
    [{ as: 'not-set-up', type: 'TermsOfServiceNotApproved', text: 's' }, 'yellow', 'severa-terms-not-approved', 's'],
    [{ as: 'not-set-up', type: 'TrialExpired', text: 's' }, 'yellow', 'severa-not-set-up', 's'],
    [{ as: 'refused', status: 404, type: null, texts: ['a', 'b'] }, 'yellow', 'severa-not-set-up', 'a b'],
    [{ as: 'limited', retryAfter: 1 }, 'none', 'severa-limited', null],
    [{ as: 'unknown', why: 'cut' }, 'none', 'severa-unreachable', 'cut'],
    [{ as: 'unreachable', why: 'refused' }, 'none', 'severa-unreachable', 'refused'],
  ] as const)('that answers %j is %s', (reply, light, cause, message) => {
    expect(severaPart(reply)).toEqual({ credential: 'severa', light, cause, message });
  });
});

describe('a test of Severa’s older key', () => {
  it.each([
    [{ as: 'ok', version: '1' }, 'green', null],
    [{ as: 'unauthorised', text: 'Access denied' }, 'yellow', 'severa-key-invalid'],
    [{ as: 'refused', type: 'NoPermissionException', text: 'x' }, 'yellow', 'severa-not-set-up'],
    [{ as: 'refused', type: 'QuotaLimitExceededException', text: 'x' }, 'none', 'severa-limited'],
    [{ as: 'unknown', why: 'cut' }, 'none', 'severa-unreachable'],
    [{ as: 'unreachable', why: 'x' }, 'none', 'severa-unreachable'],
  ] as const)('that answers %j is %s', (reply, light, cause) => {
    expect(keyPart(reply)).toMatchObject({ credential: 'severa-key', light, cause });
  });
});

describe('a test of Netvisor’s identifiers', () => {
  const refused = (category: string) => ({ as: 'refused', category, text: 'x', transactionId: 't' }) as const;

  it.each([
    [{ as: 'ok', root: element('Root'), inserted: null, transactionId: 't' }, 'green', null],
    [{ as: 'unauthorised', text: 'x', transactionId: 't' }, 'yellow', 'netvisor-credentials-invalid'],
    [refused('SERVICE_ACCESS_ERROR'), 'yellow', 'netvisor-access'],
    [refused('INVALID_DATA'), 'yellow', 'netvisor-invalid-data'],
    [refused('SOMETHING_NEW'), 'yellow', 'netvisor-other'],
    [{ as: 'unavailable', text: 'x' }, 'none', 'netvisor-unavailable'],
    [{ as: 'unknown', why: 'x' }, 'none', 'netvisor-unreachable'],
    [{ as: 'unreachable', why: 'x' }, 'none', 'netvisor-unreachable'],
  ] as const)('that answers %j is %s', (reply, light, cause) => {
    expect(netvisorPart(reply)).toMatchObject({ credential: 'netvisor', light, cause });
  });
});

const part = (credential: CheckPart['credential'], light: CheckPart['light']): CheckPart => ({
  credential,
  light,
  cause: null,
  message: null,
});

describe('the light of a system', () => {
  it.each([
    [[], 'none'],
    [[part('severa', 'green')], 'green'],
    [[part('severa', 'none')], 'none'],
    [[part('severa', 'green'), part('severa-key', 'green')], 'green'],
    [[part('severa', 'green'), part('severa-key', 'yellow')], 'yellow'],
    [[part('severa', 'green'), part('severa-key', 'none')], 'green'],
    [[part('severa', 'none'), part('severa-key', 'green')], 'none'],
    [[part('severa', 'none'), part('severa-key', 'yellow')], 'yellow'],
  ] as const)('of %j is %s', (parts, light) => {
    expect(lightOf({ parts })).toBe(light);
  });

  it('of a system that was never tested is none', () => {
    expect(lightOf(null)).toBe('none');
  });
});

describe('a test of Severa’s client, under other settings than it was made for', () => {
  const tested = { at: '1', parts: [part('severa', 'green'), part('severa-key', 'green')], scopes: ['a', 'b'] };

  it.each([
    [['a'], 'green'],
    [['a', 'b'], 'green'],
    [['a', 'c'], 'yellow'],
  ] as const)('that need %j is %s', (scopes, light) => {
    const check = checkFor(tested, scopes);
    expect(lightOf(check)).toBe(light);
    expect(check?.parts[0]?.cause).toBe(light === 'yellow' ? 'severa-scopes-untested' : null);
  });

  it('says what it said where it was not green, or does not tell its scopes', () => {
    const yellow = { ...tested, parts: [{ ...part('severa', 'yellow'), cause: 'severa-key-invalid' }] };
    expect(checkFor(yellow, ['c'])).toEqual(yellow);
    expect(checkFor({ at: '1', parts: tested.parts }, ['c'])?.parts).toEqual(tested.parts);
    expect(checkFor(null, ['c'])).toBeNull();
  });

  it('keeps its scopes with its verdict', () => {
    const nothing = { at: '2', parts: [part('severa', 'none')], scopes: ['c'] };
    expect(keepCheck(tested, nothing).scopes).toEqual(['a', 'b']);
    expect(keepCheck(tested, { ...nothing, parts: [part('severa', 'green')] }).scopes).toEqual(['c']);
  });
});

describe('what is kept of a test', () => {
  const green = { at: '1', parts: [part('netvisor', 'green')], resources: { a: true }, temporary: { customers: true } };

  it('is what it says, with what else was known', () => {
    const yellow = { at: '2', parts: [part('netvisor', 'yellow')], resources: { b: false } };
    expect(keepCheck(green, yellow)).toEqual({
      at: '2',
      parts: [part('netvisor', 'yellow')],
      resources: { a: true, b: false },
      temporary: { customers: true },
    });
  });

  it('that could say nothing is the verdict before it', () => {
    expect(keepCheck(green, { at: '2', parts: [part('netvisor', 'none')] }).parts).toEqual(green.parts);
    expect(keepCheck(null, { at: '2', parts: [part('netvisor', 'none')] }).parts).toEqual([part('netvisor', 'none')]);
  });
});
