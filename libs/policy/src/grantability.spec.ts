import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  GRANT_OBJECTION_TEXTS,
  GRANT_OUTCOMES,
  grantability,
  type GrantFacts,
  type MatrixFacts,
  matrixOutcome,
} from './grantability.js';

describe('grantability', () => {
  it.each<[string, GrantFacts, ReturnType<typeof grantability>]>([
    [
      'what the stream does not support can never be given',
      { supported: false, upperRight: true, granted: false },
      { granted: false, grantable: false, whyNot: 'DIRECTION_UNSUPPORTED', inert: false },
    ],
    [
      'the missing direction is told before the missing upper right',
      { supported: false, upperRight: false, granted: false },
      { granted: false, grantable: false, whyNot: 'DIRECTION_UNSUPPORTED', inert: false },
    ],
    [
      'what the operator has not given can not be given on',
      { supported: true, upperRight: false, granted: false },
      { granted: false, grantable: false, whyNot: 'VISMA_GRANT_MISSING', inert: false },
    ],
    [
      'what was granted before the operator took it back stays, and is inert',
      { supported: true, upperRight: false, granted: true },
      { granted: true, grantable: false, whyNot: 'VISMA_GRANT_MISSING', inert: true },
    ],
    [
      'what the operator has given can be',
      { supported: true, upperRight: true, granted: false },
      { granted: false, grantable: true, whyNot: null, inert: false },
    ],
    [
      'what is granted works',
      { supported: true, upperRight: true, granted: true },
      { granted: true, grantable: true, whyNot: null, inert: false },
    ],
  ])('%s', (_, facts, expected) => {
    expect(grantability(facts)).toEqual(expected);
  });
});

describe('matrixOutcome', () => {
  const plain: MatrixFacts = { supported: true, upperRight: true, granted: false, visible: true, webServices: true };
  const nothing: MatrixFacts = {
    supported: false,
    upperRight: false,
    granted: false,
    visible: false,
    webServices: false,
  };

  it.each<['give' | 'take', MatrixFacts, string]>([
    ['give', plain, 'given'],
    ['give', { ...plain, granted: true }, 'already'],
    ['give', { ...nothing, granted: true }, 'already'],
    ['give', nothing, 'DIRECTION_UNSUPPORTED'],
    ['give', { ...nothing, supported: true }, 'PARTNER_USER_NOT_VISIBLE'],
    ['give', { ...nothing, supported: true, visible: true }, 'VISMA_GRANT_MISSING'],
    ['give', { ...plain, webServices: false }, 'WEB_SERVICES_OFF'],
    ['take', plain, 'already'],
    ['take', { ...plain, granted: true }, 'taken'],
    ['take', { ...nothing, granted: true }, 'taken'],
  ])('to %s %j is %s', (wish, facts, outcome) => {
    expect(matrixOutcome(wish, facts)).toBe(outcome);
  });

  it('gives exactly what one cell says can be given, where the partner user is seen and Web Services are on', () => {
    const facts = fc.record({
      supported: fc.boolean(),
      upperRight: fc.boolean(),
      granted: fc.constant(false),
      visible: fc.boolean(),
      webServices: fc.boolean(),
    });
    fc.assert(
      fc.property(facts, (one) => {
        const given = matrixOutcome('give', one) === 'given';
        expect(given).toBe(grantability(one).grantable && one.visible && one.webServices);
      }),
    );
  });

  it('has words for every outcome that is a no', () => {
    const done = ['given', 'taken', 'already'];
    expect(Object.keys(GRANT_OBJECTION_TEXTS).sort()).toEqual(
      GRANT_OUTCOMES.filter((one) => !done.includes(one)).sort(),
    );
  });
});
