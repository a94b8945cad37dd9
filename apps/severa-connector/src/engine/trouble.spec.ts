import { describe, expect, it } from '@jest/globals';

import type { NetvisorReply, SeveraReply } from '#lib/upstream';

import { PATIENCE } from './patience.js';
import { CallRefused, PauseLink, WaitLink } from './stop.js';
import { troubleOf } from './trouble.js';

const netvisor = (reply: NetvisorReply) => troubleOf({ system: 'netvisor', reply }, PATIENCE);
const severa = (reply: SeveraReply) => troubleOf({ system: 'severa', reply }, PATIENCE);
const refusal = (category: string): NetvisorReply => ({ as: 'refused', category, text: 'Teksti', transactionId: 't' });

describe('what an answer means', () => {
  it.each([
    ['INVALID_DATA', 'netvisor-invalid-data'],
    ['INVALID_DATA_SIZE', 'netvisor-data-size'],
    ['DUPLICATE_DATA', 'netvisor-duplicate-data'],
    ['PERIOD_LOCK', 'netvisor-period-lock'],
    ['SOMETHING_NEW', 'netvisor-other'],
  ])('Netvisor’s %s refuses the record, with its own words', (category, cause) => {
    expect(netvisor(refusal(category))).toEqual({ as: 'refused', category, cause, words: 'Teksti', status: null });
  });

  it('a resource that is not open to us says nothing of the record: it stops the run', () => {
    const trouble = netvisor(refusal('SERVICE_ACCESS_ERROR'));
    const stop = trouble?.as === 'stop' ? trouble.stop : undefined;
    expect(stop).toBeInstanceOf(CallRefused);
    expect(stop).toMatchObject({ cause: 'netvisor-access', system: 'netvisor', words: 'Teksti' });
  });

  it('a transaction id that was used before is sent again', () => {
    expect(netvisor(refusal('REQUEST_NOT_UNIQUE'))).toEqual({ as: 'again' });
  });

  it('Severa’s refusal carries every text it gave', () => {
    const trouble = severa({ as: 'refused', status: 400, type: 'InvalidRequest', texts: ['a', 'b'] });
    expect(trouble).toMatchObject({ as: 'refused', category: 'InvalidRequest', cause: 'severa-refused', words: 'a b' });
  });

  it('one request too many is sent again', () => {
    expect(severa({ as: 'limited', retryAfter: null })).toEqual({ as: 'again' });
  });

  it.each([
    [severa({ as: 'unauthorised', text: 'no' }), 'severa-key-invalid', 'severa'],
    [severa({ as: 'not-set-up', type: 'InsufficientApiScope', text: 'no' }), 'severa-scope-missing', 'severa'],
    [netvisor({ as: 'unauthorised', text: 'no', transactionId: 't' }), 'netvisor-credentials-invalid', 'netvisor'],
  ])('a closed door stops the whole link: %#', (trouble, cause, system) => {
    const stop = trouble?.as === 'stop' ? trouble.stop : undefined;
    expect(stop).toBeInstanceOf(PauseLink);
    expect(stop).toMatchObject({ cause, system, words: 'no' });
  });

  it.each([
    [netvisor({ as: 'unavailable', text: 'huolto' }), 15 * 60_000],
    [netvisor({ as: 'unreachable', why: 'ECONNREFUSED' }), undefined],
    [severa({ as: 'unreachable', why: 'ECONNREFUSED' }), undefined],
  ])('a system that is away has the link wait: %#', (trouble, milliseconds) => {
    const stop = trouble?.as === 'stop' ? trouble.stop : undefined;
    expect(stop).toBeInstanceOf(WaitLink);
    expect((stop as WaitLink).milliseconds).toBe(milliseconds);
  });

  it('a lost answer is about the record alone', () => {
    expect(netvisor({ as: 'unknown', why: 'cut' })).toEqual({ as: 'unknown', why: 'cut' });
  });

  it('a good answer is no trouble', () => {
    expect(severa({ as: 'ok', status: 200, body: {}, nextPageToken: null })).toBeNull();
  });
});
