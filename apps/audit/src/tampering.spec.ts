import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { openAuditLog, type OpenAuditLog, tamper } from './audit-log.spec-support.js';
import type { AuditLog } from './audit-log.js';
import { events, KIRJA_AB, TILI_OY } from './event.spec-support.js';

let opened: OpenAuditLog;
let log: AuditLog;

beforeEach(async () => {
  opened = await openAuditLog();
  ({ log } = opened);
  await log.append(events(10));
});
afterEach(() => opened.close());

describe('verify', () => {
  it.each<[string, number, string, readonly string[]]>([
    ['an outcome altered', 4, 'altered', [`update audit.entry set outcome = 'denied' where sequence = 4`]],
    ['an address added', 4, 'altered', [`update audit.entry set address = '192.0.2.1' where sequence = 4`]],
    ['a detail added', 4, 'altered', [`update audit.entry set details = '{"sum":1}' where sequence = 4`]],
    ['a reason added', 4, 'altered', [`update audit.entry set reasons = '{WEEKEND}' where sequence = 4`]],
    [
      'a time moved by a microsecond',
      4,
      'altered',
      [`update audit.entry set occurred_at = occurred_at + interval '1 microsecond' where sequence = 4`],
    ],
    ['an actor renamed', 1, 'altered', [`update audit.entry set actor_id = 'nobody' where sequence = 1`]],
    ['an entry deleted', 6, 'missing', ['delete from audit.entry where sequence = 6']],
    ['the first deleted', 1, 'missing', ['delete from audit.entry where sequence = 1']],
    ['a tail cut', 8, 'cut', ['delete from audit.entry where sequence > 7']],
    ['everything cut', 1, 'cut', ['delete from audit.entry']],
    [
      'two swapped',
      3,
      'reordered',
      [
        'update audit.entry set sequence = 99 where sequence = 3',
        'update audit.entry set sequence = 3 where sequence = 7',
        'update audit.entry set sequence = 7 where sequence = 99',
      ],
    ],
    ['the head forgotten', 1, 'altered', ['delete from audit.chain']],
    [
      'the head set back',
      10,
      'altered',
      ['update audit.chain set last_sequence = 9, last_hash = (select hash from audit.entry where sequence = 9)'],
    ],
  ])('names %s by somebody who may do anything', async (_, sequence, what, statements) => {
    await tamper(opened.database, ...statements);
    expect(await log.verify(TILI_OY)).toMatchObject({
      entries: sequence - 1,
      whole: false,
      firstFault: { sequence, what },
    });
  });

  it('is not confused by what is appended while it reads', async () => {
    for (let batch = 0; batch < 4; batch++) await log.append(events(1_000));
    let reading = true;
    const appending = (async () => {
      while (reading) await log.append(events(5));
    })();
    const results = [await log.verify(TILI_OY), await log.verify(TILI_OY), await log.verify(TILI_OY)];
    reading = false;
    await appending;
    expect(results.map(({ firstFault }) => firstFault)).toEqual([null, null, null]);
    expect(results.at(-1)?.entries).toBeGreaterThan(results[0]?.entries ?? 0);
  });

  it('reads a chain that is longer than one batch', async () => {
    for (let batch = 0; batch < 11; batch++) await log.append(events(200));
    expect(await log.verify(TILI_OY)).toMatchObject({ entries: 2210, whole: true, firstFault: null });
    await tamper(opened.database, 'delete from audit.entry where sequence = 2001');
    expect((await log.verify(TILI_OY)).firstFault).toEqual({ sequence: 2001, what: 'missing' });
  });

  it('finds a chain whole that has never had an entry', async () => {
    expect(await log.verify(KIRJA_AB)).toMatchObject({ entries: 0, whole: true, firstFault: null });
  });
});
