import { describe, expect, it } from '@jest/globals';

import { linkSettingsBody } from '#lib/contracts';

import type { DuePair } from './pairs.js';
import { PATIENCE } from './patience.js';
import { MovingRecord } from './record.js';

const PAIR: DuePair = {
  key: 'a',
  number: '7',
  name: 'Lasku',
  mark: '1',
  state: 'due',
  source: { sum: '10.00' },
  known: { key: '70' },
  sending: null,
  attempts: 0,
  cause: null,
  rival: null,
  missing: false,
  moved: false,
};
const SETTINGS = linkSettingsBody.parse({});

describe('a record that is worked on', () => {
  it('says whether the other side was asked about it since it was taken up', () => {
    const record = new MovingRecord(PAIR, PATIENCE);
    const asked = () => record.situation(SETTINGS, '2026-11-22').asked;
    expect(asked()).toBe(false);
    record.learned({ key: '70' }, true);
    expect(asked()).toBe(false);
    record.learned({ key: '70' }, false);
    expect(asked()).toBe(true);
  });

  it('comes to rest with what its flow has to tell of it', () => {
    const note = { cause: 'partly-paid', message: '4.00 / 10.00' };
    const { change, told } = new MovingRecord(PAIR, PATIENCE).rest({ do: 'done', note });
    expect(change).toMatchObject({ state: 'moved' });
    expect(told).toMatchObject([{ operation: 'none', result: 'waits', ...note }]);
    expect(new MovingRecord(PAIR, PATIENCE).rest({ do: 'done' }).told).toEqual([]);
  });
});
