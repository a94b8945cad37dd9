import { describe, expect, it } from '@jest/globals';

import * as contracts from '#lib/contracts';
import { ACCESS_REASONS } from '#lib/policy';

import { accessLabel, DENIALS, FLOWS, MESSAGE_TYPES, QUEUES } from './metric-labels.js';

interface Contract {
  readonly type: string;
  readonly queue: string;
}
const isContract = (value: unknown): value is Contract =>
  typeof value === 'object' && value !== null && 'queue' in value && 'type' in value;

describe('the words of the labels', () => {
  it('know every message of the contracts', () => {
    const known = Object.values<unknown>(contracts).filter(isContract);
    expect([...MESSAGE_TYPES].sort()).toEqual(known.map(({ type }) => type).sort());
    expect([...QUEUES].sort()).toEqual(known.map(({ queue }) => queue).sort());
  });

  it('know every reason of an access decision', () => {
    expect(ACCESS_REASONS.map(accessLabel)).toEqual(DENIALS);
    expect(DENIALS).toEqual(ACCESS_REASONS.map((reason) => reason.toLowerCase()));
  });

  it('know the eleven flows of the stream catalogue', () => expect(FLOWS).toHaveLength(11));
});
