import { describe, expect, it } from '@jest/globals';

import { brake, type Effect, type RegisterEffect, rejectsWholeDocument } from './brake.js';
import { PRODUCT_REGISTER_MODES } from './import-mode.js';

const NOTHING: Effect = {
  created: 0,
  updated: 0,
  unchanged: 0,
  left: 0,
  deleted: 0,
  emptied: 0,
  rejected: 0,
  touched: 0,
};
const effect = (parts: Partial<Effect>): Effect => ({ ...NOTHING, ...parts });
const register = (mode: RegisterEffect['mode'], effect: Effect, documentRecords: number): RegisterEffect => ({
  mode,
  effect,
  documentRecords,
});

describe('the brake on destruction', () => {
  it.each([
    ['creates only', effect({ created: 500, touched: 500 })],
    ['empties fewer than ten records, if all it touches', effect({ updated: 9, emptied: 9, touched: 9 })],
    ['empties exactly the threshold', effect({ updated: 50, emptied: 10, touched: 50 })],
    ['empties many in a far larger document', effect({ updated: 10_000, emptied: 2_000, touched: 10_000 })],
    ['rejects and leaves many', effect({ rejected: 500, left: 500 })],
  ])('lets an import go that %s', (_, imported) => {
    expect(brake([register('update-all', imported, 1_000)], 20, null)).toEqual({ go: true });
  });

  it.each([
    ['deletes one record', effect({ deleted: 1, touched: 1_000 }), ['WOULD_DELETE']],
    ['empties ten of forty-nine', effect({ updated: 49, emptied: 10, touched: 49 }), ['WOULD_EMPTY']],
    ['does both', effect({ updated: 20, emptied: 20, deleted: 5, touched: 25 }), ['WOULD_DELETE', 'WOULD_EMPTY']],
  ])('holds an import that %s', (_, imported, reasons) => {
    expect(brake([register('replace-all', imported, 1_000)], 20, null)).toEqual({ go: false, reasons });
  });

  it('judges each register of a document by itself: what one creates does not hide what another empties', () => {
    const orders = {
      mode: 'update-all',
      effect: effect({ updated: 40, emptied: 15, touched: 40 }),
      documentRecords: 40,
    } as const;
    const products = { mode: 'add-only', effect: effect({ created: 900, touched: 900 }), documentRecords: 0 } as const;
    const held = { go: false, reasons: ['WOULD_EMPTY'] };
    expect(brake([orders, products], 20, null)).toEqual(held);
    expect(brake([products, orders], 20, { deleted: 0, emptied: 14 })).toEqual(held);
    expect(brake([products, orders], 20, { deleted: 0, emptied: 15 })).toEqual({ go: true });
    expect(brake([products], 20, null)).toEqual({ go: true });
  });

  it('follows the threshold of the company, and brakes on one that is no number', () => {
    const imported = effect({ updated: 100, emptied: 30, touched: 100 });
    expect(brake([register('update-all', imported, 100)], 30, null).go).toBe(true);
    expect(brake([register('update-all', imported, 100)], 29, null).go).toBe(false);
    expect(brake([register('update-all', imported, 100)], 0, null).go).toBe(false);
    expect(brake([register('update-all', imported, 100)], 100, null).go).toBe(true);
    expect(brake([register('update-all', imported, 100)], Number.NaN, null).go).toBe(false);
  });

  it.each(PRODUCT_REGISTER_MODES)('holds an empty document under replace-all alone: %s', (mode) => {
    const verdict = brake([register(mode, NOTHING, 0)], 20, null);
    expect(verdict).toEqual(mode === 'replace-all' ? { go: false, reasons: ['EMPTY_DOCUMENT'] } : { go: true });
  });

  describe('once a person has confirmed the effect', () => {
    const released = effect({ updated: 50, emptied: 20, deleted: 5, touched: 55 });

    it.each([
      ['the same effect', released, 50],
      ['a lesser one', effect({ updated: 50, emptied: 19, deleted: 0, touched: 50 }), 50],
      ['the empty document itself', effect({ deleted: 5, touched: 5 }), 0],
    ])('lets %s go', (_, imported, documentRecords) => {
      expect(brake([register('replace-all', imported, documentRecords)], 20, released)).toEqual({ go: true });
    });

    it.each([
      ['more records are deleted', effect({ ...released, deleted: 6 }), ['WOULD_DELETE', 'WOULD_EMPTY']],
      ['more records are emptied', effect({ ...released, emptied: 21 }), ['WOULD_DELETE', 'WOULD_EMPTY']],
      ['fewer go but more are emptied', effect({ deleted: 1, emptied: 21, touched: 200 }), ['WOULD_DELETE']],
    ])('holds again when %s', (_, imported, reasons) => {
      expect(brake([register('replace-all', imported, 50)], 20, released)).toEqual({ go: false, reasons });
    });

    it('does not hold a worse effect that would never have been held', () => {
      expect(brake([register('update-all', effect({ emptied: 3, touched: 50 }), 50)], 20, NOTHING)).toEqual({
        go: true,
      });
    });
  });
});

describe('a document with a rejected record', () => {
  it.each(PRODUCT_REGISTER_MODES)('is stopped whole under replace-all alone: %s', (mode) => {
    expect(rejectsWholeDocument(mode, 1)).toBe(mode === 'replace-all');
    expect(rejectsWholeDocument(mode, 0)).toBe(false);
  });
});
