import { z } from 'zod';

import { parseAddressRule } from '#lib/policy';

import { type RuleFault, RuleUnusable } from '../errors.js';

/** Refuses text that neither PostgreSQL nor the audit log can hold: with a NUL, or half of a surrogate pair. */
export function requireText(rule: object): void {
  const faults = textFaults('', rule);
  if (faults.length > 0) throw new RuleUnusable(faults);
}

function textFaults(pointer: string, value: unknown): RuleFault[] {
  if (typeof value === 'string') {
    return value.isWellFormed() && !value.includes('\0') ? [] : [{ pointer, code: 'text.unusable' }];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => textFaults(`${pointer}/${name}`, part));
}

/** Refuses a path's id that is no UUID, before PostgreSQL has to. In the one spelling that PostgreSQL gives back. */
export function requireUuid(id: string): string {
  if (z.uuid().safeParse(id).success) return id.toLowerCase();
  throw new RuleUnusable([{ pointer: '/id', code: 'id.not-a-uuid' }]);
}

/** Refuses a path's id that names nothing. */
export function requireName(id: string): void {
  if (id.trim() === '') throw new RuleUnusable([{ pointer: '/id', code: 'id.empty' }]);
}

/** Refuses address rules that cannot be read: one that was kept would allow nobody, and nobody would know why. */
export function requireAddresses(addresses: readonly string[] | null): string[] | null {
  const faults = addressFaults(addresses);
  if (faults.length > 0) throw new RuleUnusable(faults);
  return addresses && [...addresses];
}

/** Every address rule that cannot be read, with what it says when its host bits are cleared. */
export function addressFaults(addresses: readonly string[] | null): RuleFault[] {
  return (addresses ?? []).flatMap((text, index): RuleFault[] => {
    const rule = parseAddressRule(text);
    return 'code' in rule ? [{ pointer: `/addresses/${index}`, ...rule }] : [];
  });
}

/** Refuses a time zone that this machine's calendar does not know. */
export function requireTimeZone(timeZone: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return timeZone;
  } catch {
    throw new RuleUnusable([{ pointer: '/timeZone', code: 'time-zone.unknown' }]);
  }
}
