import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import { type AuditEvent, searchAudit } from '#lib/contracts';

import type { AuditLog } from './audit-log.js';
import { openAuditLog, type OpenAuditLog } from './audit-log.spec-support.js';
import { anEvent, events } from './event.spec-support.js';
import type { AuditSearch } from './search.js';

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
const search = (differences: Partial<AuditSearch> = {}) =>
  log.search({ ...searchAudit.ask.parse({ environmentId }), ...differences });
const found = async (differences: Partial<AuditSearch> = {}) =>
  (await search(differences)).entries.map(({ entry }) => entry.eventId);

describe('search', () => {
  const ours = {
    companyId: randomUUID(),
    partnerUserId: randomUUID(),
    transferId: randomUUID(),
    documentId: randomUUID(),
  };
  const at = (occurredAt: string) => ({ occurredAt });

  it.each<[keyof AuditSearch, Partial<AuditSearch>, Partial<AuditEvent>]>([
    ['companyId', { companyId: ours.companyId }, { companyId: ours.companyId }],
    ['partnerUserId', { partnerUserId: ours.partnerUserId }, { partnerUserId: ours.partnerUserId }],
    ['transferId', { transferId: ours.transferId.toUpperCase() }, { transferId: ours.transferId }],
    ['documentId', { documentId: ours.documentId }, { documentId: ours.documentId }],
    ['action', { action: 'session.refused' }, { action: 'session.refused' }],
    ['outcome', { outcome: 'denied' }, { outcome: 'denied' }],
    ['address', { address: '192.0.2.7' }, { address: '192.0.2.7' }],
    ['actorId', { actorId: 'maija' }, { actor: { kind: 'person', id: 'maija' } }],
    ['from', { from: '2026-03-29T03:00:00+02:00' }, at('2026-03-29T01:00:00Z')],
    ['until', { until: '2026-03-01T00:00:00.000001Z' }, at('2026-03-01T00:00:00Z')],
  ])('by %s finds that and nothing else', async (_, filter, differences) => {
    const wanted = anEvent(differences);
    await append([anEvent(), wanted, anEvent()]);
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
    expect(await found({ environmentId: randomUUID() })).toEqual([]);
    expect(await found({ environmentId: randomUUID(), companyId: ours.companyId })).toEqual([]);
    expect(await found({ environmentId: null })).toHaveLength(1);
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
    for (let before: number | undefined; ;) {
      const page = await search({ limit: 4, ...(before !== undefined && { before }) });
      sizes.push(page.entries.length);
      seen.push(...page.entries.map(({ entry }) => entry.sequence));
      if (page.next === null) break;
      before = page.next;
    }
    expect(sizes).toEqual(pages);
    expect(seen).toEqual(Array.from({ length: count }, (_, index) => count - index));
  });

  it('goes on where it was although new entries arrive between two pages', async () => {
    const old = events(4);
    await append(old);
    const first = await search({ limit: 2 });
    await append(events(7));
    const second = await search({ limit: 2, before: first.next ?? 0 });
    const pages = [...first.entries, ...second.entries].map(({ entry }) => entry.eventId);
    expect(pages).toEqual(old.map((event) => event.eventId).reverse());
    expect(second.next).toBeNull();
  });

  it('holds values for values, whatever they look like', async () => {
    await append(events(1));
    expect(await found({ actorId: `' or true --` })).toEqual([]);
    expect(await found({ address: '\u0000' })).toEqual([]);
  });
});
