import { describe, expect, it } from '@jest/globals';

import { linkSettingsBody } from '#lib/contracts';

import { itemFlow, listedFlow } from './item-flow.spec-support.js';
import { type Cursor, type FlowState, planFlows } from './flow-states.js';
import { readsEverything, startsOf } from './reading.js';
import type { Run } from './runs.js';

const settings = linkSettingsBody.parse({ customers: 'to-netvisor' });
const { name } = itemFlow;
const run = { flow: name, scope: {} } as Run;
const state = (more: Partial<FlowState>): FlowState => ({
  flow: name,
  cursor: null,
  reading: null,
  dueAt: null,
  ready: false,
  ...more,
});
const later = new Date('2026-03-03T12:00:00Z');

describe('a flow of an active link', () => {
  it.each([
    ['switched on, never run', true, [], [], { open: [name], rest: [], stop: [] }],
    ['due by now', true, [state({ dueAt: later, ready: true })], [], { open: [name], rest: [], stop: [] }],
    ['due later', true, [state({ dueAt: later })], [], { open: [], rest: [], stop: [] }],
    ['under way', true, [state({ dueAt: later, ready: true })], [run], { open: [], rest: [], stop: [] }],
    ['switched off while under way', false, [], [run], { open: [], rest: [], stop: [run] }],
    ['switched off', false, [state({ dueAt: later })], [], { open: [], rest: [name], stop: [] }],
    ['switched off long ago', false, [state({})], [], { open: [], rest: [], stop: [] }],
  ] as const)('%s', (_, on, states, runs, plan) => {
    expect(planFlows([itemFlow], on ? settings : linkSettingsBody.parse({}), states, runs)).toEqual(plan);
  });

  it('is begun in the order of the list', () => {
    const both = linkSettingsBody.parse({ customers: 'to-netvisor', products: 'to-netvisor' });
    expect(planFlows([itemFlow, listedFlow], both, [], []).open).toEqual([itemFlow.name, listedFlow.name]);
  });
});

describe('a reading is of everything', () => {
  const cursor: Cursor = { since: '2026-03-03T09:00:00Z', wholeAt: '2026-03-03T00:30:00Z', settings: 'a' };
  const day = new Date('2026-03-03T10:00:00Z');
  const sameNight = new Date('2026-03-03T01:30:00Z');
  const nextNight = new Date('2026-03-03T23:30:00Z');
  it.each([
    ['always, of a flow that is read whole', true, {}, cursor, 'a', day, true],
    ['the first time', false, {}, null, 'a', day, true],
    ['after settings have changed', false, {}, cursor, 'b', day, true],
    ['when somebody asks for it', false, { everything: true }, cursor, 'a', day, true],
    ['not else', false, {}, cursor, 'a', nextNight, false],
    ['once in a night: not by day', 'nightly', {}, cursor, 'a', day, false],
    ['once in a night: not twice', 'nightly', {}, cursor, 'a', sameNight, false],
    ['once in a night: in the next one', 'nightly', {}, cursor, 'a', nextNight, true],
  ] as const)('%s', (_, whole, scope, stood, hash, now, everything) => {
    expect(readsEverything({ whole }, { scope }, stood, hash, now)).toBe(everything);
  });
});

describe('a reading', () => {
  const cursor = { since: '2026-11-20T08:00:00.000Z' };
  const before = new Date(cursor.since);

  it.each([
    ['what has changed', false, before, cursor, [before]],
    ['everything for the first time', false, null, null, [null]],
    ['everything anew: what has changed first, however old it is', false, null, cursor, [before, null]],
    ['everything anew, of a flow whose readings are whole', true, null, cursor, [null]],
    ['everything anew in a night', 'nightly', null, cursor, [null]],
  ] as const)('of %s', (_, whole, since, stood, starts) => {
    expect(startsOf({ whole }, since, stood)).toEqual(starts);
  });
});
