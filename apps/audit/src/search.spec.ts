import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import { type AuditEvent, type AuditFilters, type AuditScope, searchAudit } from '#lib/contracts';

import type { AuditLog } from './audit-log.js';
import { openAuditLog, type OpenAuditLog, READER } from './audit-log.spec-support.js';
import { anEvent, events } from './event.spec-support.js';
import { type AuditSearch, CursorUnknown } from './search.js';

let opened: OpenAuditLog;
let log: AuditLog;
/** Each test has its own, so they can share a database. */
let environmentId: string;

beforeAll(async () => {
  opened = await openAuditLog();
  ({ log } = opened);
});
beforeEach(() => {
  environmentId = randomUUID();
});
afterAll(() => opened.close());

const append = (given: readonly AuditEvent[]) => log.append(given.map((event) => ({ ...event, environmentId })));
/** Reading leaves entries of its own, which these specs leave out unless they are about them. */
const search = ({ scope, ...differences }: Partial<AuditSearch> = {}) => {
  const { reader, ...asked } = searchAudit.ask.parse({ reader: READER, scope: scope ?? environmentId });
  return log.search({ ...asked, filters: { action: 'access.decided' }, ...differences }, reader);
};
const found = async (filters: AuditFilters = {}, scope: AuditScope = environmentId) =>
  (await search({ scope, filters: { action: 'access.decided', ...filters } })).entries.map(
    ({ entry }) => entry.eventId,
  );

describe('search', () => {
  const ours = {
    companyId: randomUUID(),
    partnerUserId: randomUUID(),
    transferId: randomUUID(),
    documentId: randomUUID(),
  };
  const at = (occurredAt: string) => ({ occurredAt });

  it.each<[string, AuditFilters, Partial<AuditEvent>]>([
    ['companyId', { companyId: ours.companyId }, { companyId: ours.companyId }],
    ['partnerUserId', { partnerUserId: ours.partnerUserId }, { partnerUserId: ours.partnerUserId }],
    ['transferId', { transferId: ours.transferId.toUpperCase() }, { transferId: ours.transferId }],
    ['documentId', { documentId: ours.documentId }, { documentId: ours.documentId }],
    ['action', { action: 'session.refused' }, { action: 'session.refused' }],
    ['outcome', { outcome: 'denied' }, { outcome: 'denied' }],
    ['address', { address: '192.0.2.7' }, { address: '192.0.2.7' }],
    ['a block of addresses', { address: '192.0.2.0/24' }, { address: '192.0.2.7' }],
    ['a block of IPv6', { address: '2001:db8::/32' }, { address: '2001:db8::7' }],
    [
      'subject',
      { action: undefined, subject: ours.companyId },
      { action: 'grants.saved', companyId: ours.companyId, partnerUserId: randomUUID() },
    ],
    [
      'subject that is a person',
      { action: undefined, subject: ours.documentId },
      { action: 'person.saved', details: { personId: ours.documentId } },
    ],
    ['actorId', { actorId: 'maija' }, { actor: { kind: 'person', id: 'maija' } }],
    ['from', { from: '2026-03-29T03:00:00+02:00' }, at('2026-03-29T01:00:00Z')],
    ['until', { until: '2026-03-01T00:00:00.000001Z' }, at('2026-03-01T00:00:00Z')],
  ])('by %s finds that and nothing else', async (_, filter, differences) => {
    const wanted = anEvent(differences);
    const elsewhere = anEvent({ ...differences, action: 'transfer.finished', address: '198.51.100.7' });
    await append([anEvent({ action: 'transfer.finished' }), wanted, ...(filter.subject ? [elsewhere] : [anEvent()])]);
    expect(await found(filter)).toEqual([wanted.eventId]);
  });

  it('finds what all the filters allow, from inclusive and until exclusive', async () => {
    const [nine, ten, eleven] = ['09', '10', '11'].map((hour) => anEvent(at(`2026-03-02T${hour}:00:00Z`)));
    await append([nine, ten, eleven].filter((event) => event !== undefined));
    const hour = { from: '2026-03-02T10:00:00Z', until: '2026-03-02T11:00:00Z' };
    expect(await found(hour)).toEqual([ten?.eventId]);
    expect(await found({ ...hour, outcome: 'denied' })).toEqual([]);
  });

  it('never shows an environment to another', async () => {
    await append([anEvent({ companyId: ours.companyId })]);
    await log.append([anEvent({ environmentId: null })]);
    expect(await found({}, randomUUID())).toEqual([]);
    expect(await found({ companyId: ours.companyId }, randomUUID())).toEqual([]);
    expect(await found({}, 'operator')).toHaveLength(1);
  });

  it('shows every chain to whoever reads everywhere, in the order of happening, page by page', async () => {
    const actorId = randomUUID();
    const told = Array.from({ length: 23 }, (_, index) =>
      anEvent({
        environmentId: index % 4 === 0 ? null : randomUUID(),
        actor: { kind: 'person', id: actorId },
        occurredAt: `2026-03-02T10:${String((index * 7) % 23).padStart(2, '0')}:00Z`,
      }),
    );
    await log.append(told);
    for (const order of ['newest', 'oldest'] as const) {
      const seen: string[] = [];
      for (let cursor: string | undefined, more = true; more;) {
        const asked = { scope: 'everywhere', filters: { actorId }, limit: 5, order, cursor } as const;
        const { entries, next } = await search(asked);
        seen.push(...entries.map(({ entry }) => entry.occurredAt));
        more = next !== null;
        cursor = next ?? undefined;
      }
      const times = told.map(({ occurredAt }) => occurredAt.replace('Z', '.000000Z')).sort();
      expect(seen).toEqual(order === 'oldest' ? times : times.reverse());
    }
  });

  it('leaves an entry for each page: who has read, from where and with what filters, but nothing that was found', async () => {
    await append(events(3));
    const first = await search({ limit: 2, filters: { action: 'access.decided', address: undefined } });
    await search({ limit: 2, cursor: first.next ?? '' });
    await search({ scope: 'everywhere' });
    const { entries } = await search({ filters: { action: 'audit.searched' }, order: 'oldest' });
    expect(entries.map(({ entry }) => entry)).toMatchObject([
      {
        actorKind: 'person',
        actorId: READER.by.id,
        address: READER.address,
        details: { scope: environmentId, filters: { action: 'access.decided' }, continued: false },
      },
      { details: { continued: true } },
    ]);
    const operators = await search({ scope: 'operator', filters: { action: 'audit.searched' }, limit: 1 });
    expect(operators.entries[0]?.entry.details).toMatchObject({ scope: 'everywhere' });
  });

  it.each([
    [9, [4, 4, 1]],
    [8, [4, 4]],
    [4, [4]],
    [0, [0]],
  ])('pages through %d entries, four at a time, as %j', async (count, pages) => {
    await append(events(count));
    const sizes: number[] = [];
    const seen: number[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await search({ limit: 4, cursor });
      sizes.push(page.entries.length);
      seen.push(...page.entries.map(({ entry }) => entry.sequence));
      if (page.next === null) break;
      cursor = page.next;
    }
    expect(sizes).toEqual(pages);
    expect(seen).toEqual(Array.from({ length: count }, (_, index) => count - index));
  });

  it('goes on where it was although new entries arrive between two pages', async () => {
    const old = events(4);
    await append(old);
    const first = await search({ limit: 2 });
    await append(events(7));
    const second = await search({ limit: 2, cursor: first.next ?? '' });
    const pages = [...first.entries, ...second.entries].map(({ entry }) => entry.eventId);
    expect(pages).toEqual(old.map((event) => event.eventId).reverse());
    expect(second.next).toBeNull();
  });

  it('holds values for values, whatever they look like', async () => {
    await append(events(1));
    expect(await found({ actorId: `' or true --` })).toEqual([]);
    expect(await found({ actorId: '\u0000' })).toEqual([]);
  });

  it.each(['', 'x', Buffer.from('[1,2,3]').toString('base64url')])('refuses the cursor %j', async (cursor) => {
    await expect(search({ cursor })).rejects.toThrow(CursorUnknown);
  });

  it('does not find what is no address by an address, and keeps it all the same', async () => {
    const odd = anEvent({ address: 'not an address' });
    await append([odd]);
    expect(await found({ address: '0.0.0.0/0' })).toEqual([]);
    expect(await found()).toEqual([odd.eventId]);
  });
});
