import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';

import { Database } from '#lib/store';

import { AuditLog } from './audit-log.js';
import { entriesOf, openAuditLog, type OpenAuditLog } from './audit-log.spec-support.js';
import { OPERATOR_CHAIN } from './entry.js';
import { anEvent, events, KIRJA_AB, TILI_OY } from './event.spec-support.js';

let opened: OpenAuditLog;
let log: AuditLog;
let database: Database;

beforeEach(async () => {
  opened = await openAuditLog();
  ({ log, database } = opened);
});
afterEach(() => opened.close());

const newestFirst = () => entriesOf(database, TILI_OY);
/** What verification says of a chain that is whole and has no checkpoints. */
const whole = (entries: number) => ({
  entries,
  whole: true,
  firstFault: null,
  redacted: 0,
  checkpoints: { count: 0, last: 0 },
});

describe('append', () => {
  it('keeps an event as it was told, with its place, its time of arrival and its hash', async () => {
    const event = anEvent({
      action: 'transfer.finished',
      outcome: 'failure',
      companyId: randomUUID(),
      partnerUserId: randomUUID(),
      transferId: randomUUID(),
      documentId: randomUUID(),
      stream: 'tuoterekisteri',
      direction: 'import',
      address: '2001:db8::1',
      reasons: ['GROUP_TIME', 'with "quotes", commas {and} \\ braces', ''],
      details: { created: 3, sum: 0.1, big: 1e21, tiny: 5e-324, nested: { b: [null, true, 'ä€😀\n'], a: {} }, '': '' },
    });
    const [appended] = await log.append([event]);
    const [read] = await newestFirst();

    const { actor, ...told } = event;
    expect(read?.entry).toEqual({
      ...told,
      actorKind: actor.kind,
      actorId: actor.id,
      sequence: 1,
      recordedAt: expect.any(String),
    });
    expect(read?.entry).toEqual(appended);
    expect(read?.hash).toHaveLength(32);
    expect(Math.abs(Date.parse(read?.entry.recordedAt ?? '') - Date.now())).toBeLessThan(60_000);
    expect(await log.verify(TILI_OY)).toEqual(whole(1));
  });

  it('numbers in the order of arrival, across batches', async () => {
    const [first, second] = [events(3), events(2)];
    await log.append(first);
    const appended = await log.append(second);
    expect(appended.map((entry) => entry.sequence)).toEqual([4, 5]);
    const arrived = [...first, ...second].map((event) => event.eventId);
    expect((await newestFirst()).map(({ entry }) => entry.eventId)).toEqual(arrived.reverse());
  });

  it('gives back whatever an event holds exactly as it was hashed', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 64 });
    const event = fc.record({
      eventId: fc.uuid(),
      occurredAt: fc
        .date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') })
        .map((date) => date.toISOString()),
      address: fc.option(text),
      reasons: fc.array(text, { maxLength: 32 }),
      details: fc.dictionary(text, fc.oneof(fc.jsonValue({ stringUnit: 'binary' }), fc.double())),
    });
    let length = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 30 }), async (given) => {
        length += (await log.append(given.map((differences) => anEvent(differences)))).length;
        expect(await log.verify(TILI_OY)).toEqual(whole(length));
      }),
      { numRuns: 30 },
    );
  });

  it('keeps a chain for each environment, whatever order their events arrive in', async () => {
    await log.append([anEvent(), anEvent({ environmentId: KIRJA_AB }), anEvent({ environmentId: null }), anEvent()]);
    await log.append([anEvent({ environmentId: null }), anEvent({ environmentId: KIRJA_AB }), anEvent()]);
    const lengths = await database.rows('select environment_id, last_sequence from audit.chain order by 1');
    expect(lengths).toEqual([
      { environment_id: OPERATOR_CHAIN, last_sequence: '2' },
      { environment_id: TILI_OY, last_sequence: '3' },
      { environment_id: KIRJA_AB, last_sequence: '2' },
    ]);
    for (const chain of [OPERATOR_CHAIN, TILI_OY, KIRJA_AB]) expect((await log.verify(chain)).whole).toBe(true);
  });

  it('keeps the first of an event that comes twice, in one batch and in two', async () => {
    const event = anEvent();
    const appended = await log.append([event, anEvent(), { ...event, outcome: 'denied' }]);
    expect(appended).toHaveLength(2);
    expect(await log.append([{ ...event, eventId: event.eventId.toUpperCase() }])).toEqual([]);
    expect(await log.verify(TILI_OY)).toMatchObject({ entries: 2, whole: true });
  });

  it('does nothing for an empty batch', async () => {
    expect(await log.append([])).toEqual([]);
    expect(await database.rows('select 1 from audit.chain')).toEqual([]);
  });

  it('is all or none: what fails leaves neither an entry nor a moved head', async () => {
    await log.append(events(1));
    await database.rows(`alter table audit.entry add constraint no_more check (sequence < 3) not valid`);
    await expect(log.append(events(2))).rejects.toThrow('no_more');
    expect(await log.verify(TILI_OY)).toEqual(whole(1));
  });

  describe('from two services at once', () => {
    let other: Database;
    beforeEach(async () => void (other = await Database.open({ url: opened.url, name: 'the other audit spec' })));
    afterEach(() => other.close());
    const logOf = (turn: number) => (turn % 2 === 0 ? log : new AuditLog(other));

    it('keeps an event once that both are given ten times', async () => {
      const event = anEvent();
      const appended = await Promise.all(
        Array.from({ length: 10 }, (_, turn) => logOf(turn).append([anEvent(), event])),
      );
      expect(appended.flat().filter((entry) => entry.eventId === event.eventId)).toHaveLength(1);
      expect(await log.verify(TILI_OY)).toEqual(whole(11));
    });

    it.each([
      ['known', 1, 24],
      ['new', 8, 8],
    ])('never waits in a circle, however environments that are %s are mixed', async (_, rounds, batchesAtOnce) => {
      for (let round = 0; round < rounds; round++) {
        const environments = Array.from({ length: 20 }, () => randomUUID());
        const shuffled = () => fc.sample(fc.shuffledSubarray(environments, { minLength: 15 }), 1).flat();
        const batches = Array.from({ length: batchesAtOnce }, () =>
          shuffled().map((environmentId) => anEvent({ environmentId })),
        );
        await Promise.all(batches.map((batch, turn) => logOf(turn).append(batch)));

        const verified = await Promise.all(environments.map((environmentId) => log.verify(environmentId)));
        expect(verified.every(({ whole }) => whole)).toBe(true);
        expect(verified.reduce((sum, { entries }) => sum + entries, 0)).toBe(batches.flat().length);
      }
    });
  });
});

describe('the log', () => {
  beforeEach(async () => void (await log.append(events(5))));

  it.each([
    ['update audit.entry set outcome = outcome', 'entry'],
    [`update audit.entry set address = null, address_salt = null`, 'entry'],
    [`update audit.entry set outcome = 'success' where false`, 'entry'],
    ['delete from audit.entry', 'entry'],
    ['truncate audit.entry', 'entry'],
    ['delete from audit.chain', 'chain'],
    ['truncate audit.chain, audit.entry', 'chain'],
    ['update audit.chain set last_sequence = last_sequence - 1', 'chain'],
    [`update audit.chain set last_hash = decode(repeat('00', 32), 'hex')`, 'chain'],
    [`update audit.chain set environment_id = gen_random_uuid(), last_sequence = 9`, 'chain'],
  ])('refuses %s, even to its owner', async (statement, table) => {
    await expect(database.rows(statement)).rejects.toThrow(`audit.${table} is append-only`);
    expect(await log.verify(TILI_OY)).toEqual(whole(5));
  });

  it('refuses them to a session that plays a replica, too', async () => {
    const deleting = database.transaction(async (sql) => {
      await sql.rows('set local session_replication_role = replica');
      await sql.rows('delete from audit.entry');
    });
    await expect(deleting).rejects.toThrow('audit.entry is append-only');
  });
});
