import { describe, expect, it } from '@jest/globals';

import { type AccessQuestion, type AccessReason, type AccessSnapshot, decideAccess } from './access.js';

const WEDNESDAY_NOON = new Date('2026-07-15T09:00:00Z');

type Addresses = readonly string[] | null;

/** All is allowed but for the addresses. */
function snapshotOf(user: Addresses, group: Addresses | 'no group'): AccessSnapshot {
  return {
    partnerUser: {
      active: true,
      lockedUntil: null,
      scopeCompanyId: null,
      addresses: user,
      weekdayRestriction: null,
      weekendRestricted: false,
    },
    company: { id: 'company', environmentActive: true, timeZone: 'Europe/Helsinki' },
    directionSupported: true,
    upperRight: true,
    grant: true,
    restrictionGroup: group === 'no group' ? null : { times: null, addresses: group },
    xmlSettingsComplete: true,
  };
}

function reasonsOf(snapshot: AccessSnapshot, client: AccessQuestion['client']): readonly AccessReason[] {
  const decision = decideAccess(snapshot, { at: WEDNESDAY_NOON, client });
  return decision.allowed ? [] : decision.reasons;
}

describe('an access decision about an address', () => {
  const BOTH: readonly AccessReason[] = ['IP_NOT_ALLOWED', 'GROUP_IP_NOT_ALLOWED'];
  const address = (text: string) => ({ kind: 'address' as const, address: text });
  const unreadable = { kind: 'unreadable' } as const;

  it.each<readonly [string, AccessQuestion['client'], readonly AccessReason[]]>([
    ['allows what both lists hold', address('192.0.2.9'), []],
    ['allows it mapped into IPv6', address('::ffff:192.0.2.9'), []],
    ['refuses what only the first list holds', address('192.0.2.10'), ['GROUP_IP_NOT_ALLOWED']],
    ['refuses what only the group holds', address('2001:db8::1'), ['IP_NOT_ALLOWED']],
    ['refuses what neither holds', address('198.51.100.1'), BOTH],
    ['refuses an address that is none', address('192.0.2.1:443'), BOTH],
    ['refuses a client that is not known', unreadable, BOTH],
    ['does not ask of what was accepted before', { kind: 'none' }, []],
  ])('%s', (_, client, reasons) => {
    const snapshot = snapshotOf(['192.0.2.0/24'], ['192.0.2.1-192.0.2.9', '2001:db8::/32']);
    expect(reasonsOf(snapshot, client)).toEqual(reasons);
  });

  it('allows an unknown client where no addresses are restricted', () => {
    expect(reasonsOf(snapshotOf(null, null), unreadable)).toEqual([]);
    expect(reasonsOf(snapshotOf(null, 'no group'), unreadable)).toEqual([]);
  });

  it('finds nothing allowed by an empty list', () => {
    expect(reasonsOf(snapshotOf([], []), address('192.0.2.1'))).toEqual(BOTH);
  });

  it('finds nothing allowed by a rule that cannot be read', () => {
    const rules = ['192.0.2.1/24', '0.0.0.0/0', '192.0.2', '192.0.2.0/255.255.255.0', ''];
    expect(reasonsOf(snapshotOf(rules, rules), address('192.0.2.1'))).toEqual(BOTH);
    const mended = [...rules, '192.0.2.1'];
    expect(reasonsOf(snapshotOf(mended, mended), address('192.0.2.1'))).toEqual([]);
  });
});
