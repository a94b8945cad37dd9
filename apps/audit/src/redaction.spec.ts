import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { AuditEvent } from '#lib/contracts';

import { entriesOf, openAuditLog, type OpenAuditLog, tamper } from './audit-log.spec-support.js';
import { anEvent, TILI_OY } from './event.spec-support.js';
import { Redaction } from './redaction.js';

let opened: OpenAuditLog;
beforeEach(async () => void (opened = await openAuditLog()));
afterEach(() => opened.close());

/** Appends events as if the log had taken them that many years ago: the clock is the one thing that a test cannot wait for. */
async function appendAgo(years: number, ...told: readonly AuditEvent[]): Promise<void> {
  await opened.database.rows(`
    create or replace function public.clock_timestamp() returns timestamptz language sql as
      $$ select pg_catalog.clock_timestamp() - interval '${years} years' $$`);
  await opened.database.transaction(async (sql) => {
    await sql.rows('set local search_path = public, pg_catalog', [], { prepare: false });
    const { appendEvents } = await import('./append.js');
    await appendEvents(sql, told);
  });
}

const held = async () =>
  (await entriesOf(opened.database, TILI_OY))
    .filter(({ entry }) => !entry.action.startsWith('audit.'))
    .map(({ entry }) => [entry.action, entry.address, entry.details])
    .reverse();

const given = (action: AuditEvent['action'], stream: AuditEvent['stream'] = null) =>
  anEvent({ action, stream, address: '192.0.2.7', details: { sum: 1 } });

describe('redaction', () => {
  it('removes what has come to its time, part by part, and the chain stays whole', async () => {
    await appendAgo(12, given('transfer.finished', 'palkat'));
    await appendAgo(8, given('transfer.finished', 'palkat'), given('grants.saved'));
    await appendAgo(3, given('session.refused'), given('grants.saved'));
    await appendAgo(0, given('session.refused'));
    expect(await new Redaction(opened.service, 24).run(new Date())).toBe(8);
    expect(await held()).toEqual([
      ['transfer.finished', null, {}],
      ['transfer.finished', null, { sum: 1 }],
      ['grants.saved', null, {}],
      ['session.refused', null, {}],
      ['grants.saved', null, { sum: 1 }],
      ['session.refused', '192.0.2.7', { sum: 1 }],
    ]);
    expect(await opened.log.verify(TILI_OY)).toMatchObject({ whole: true, redacted: 5 });
    expect(await new Redaction(opened.service, 24).run(new Date())).toBe(0);
  });

  it('says in the log what it has removed', async () => {
    await appendAgo(3, given('session.refused'));
    await new Redaction(opened.service, 12).run(new Date());
    const told = (await entriesOf(opened.database, TILI_OY)).map(({ entry }) => entry);
    expect(told.filter(({ action }) => action === 'audit.redacted').map(({ details }) => details['rule'])).toEqual([
      'security',
      'address',
    ]);
  });

  it('leaves no salt, with which a removed address could be found by trying', async () => {
    await appendAgo(3, given('session.refused'));
    await new Redaction(opened.service, 12).run(new Date());
    const [row] = await opened.database.rows<{ left: boolean }>(
      'select bool_or(coalesce(address_salt, details_salt) is not null or address_ip is not null) as left from audit.entry where redacted_at is not null',
    );
    expect(row).toEqual({ left: false });
  });

  it.each([
    ['an address before its time', `update audit.entry set address = null, address_salt = null`],
    ['something else', `update audit.entry set outcome = 'denied'`],
    ['an address by another', `update audit.entry set address = '192.0.2.8'`],
  ])('is refused by the database for %s', async (_, statement) => {
    await opened.log.append([given('session.refused')]);
    const removing = opened.database.transaction(async (sql) => {
      await sql.rows(`set local audit.redacting = 'on'`, [], { prepare: false });
      await sql.rows(statement);
    });
    await expect(removing).rejects.toThrow('audit.entry is append-only');
  });

  it('is found by verification when somebody did it too early', async () => {
    await opened.log.append([given('session.refused'), given('session.refused')]);
    await tamper(opened.database, 'update audit.entry set address = null, address_salt = null where sequence = 2');
    expect((await opened.log.verify(TILI_OY)).firstFault).toEqual({ sequence: 2, what: 'altered' });
  });
});
