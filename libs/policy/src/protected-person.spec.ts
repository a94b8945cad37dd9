import { describe, expect, it } from '@jest/globals';

import { exposure, type ExportedField, leaves, PROTECTED_PERSONS } from './protected-person.js';

const text: ExportedField = { kind: 'text', isKey: false, sensitive: false };

describe('somebody under a non-disclosure order', () => {
  it.each([
    ['leave-out', true, false],
    ['leave-out', false, true],
    ['mask', true, true],
    ['mask', false, true],
    ['include', true, true],
    ['include', false, true],
  ] as const)('with %s, protected %s: goes out %s', (choice, isProtected, goes) => {
    expect(leaves(choice, isProtected)).toBe(goes);
  });

  it.each([
    ['text', 'masked'],
    ['pattern', 'dropped'],
    ['date', 'dropped'],
    ['decimal', 'kept'],
    ['code', 'kept'],
    ['boolean', 'kept'],
  ] as const)('has a %s %s', (kind, what) => {
    expect(exposure('mask', true, { ...text, kind })).toBe(what);
    expect(exposure('mask', false, { ...text, kind })).toBe('kept');
    expect(exposure('include', true, { ...text, kind })).toBe('kept');
  });

  it('is told apart by a key that is kept', () => {
    expect(exposure('mask', true, { ...text, isKey: true })).toBe('kept');
  });
});

describe('a personal identity code', () => {
  it.each(PROTECTED_PERSONS)('with %s goes out only when it was chosen, whoever it is', (choice) => {
    for (const isProtected of [true, false]) {
      expect(exposure(choice, isProtected, { ...text, sensitive: true })).toBe(
        choice === 'include' ? 'kept' : 'dropped',
      );
    }
  });
});
