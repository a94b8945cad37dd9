import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { LINK_PHASES, type LinkPhase } from '#lib/policy';

import { ASKER, LinksUnderTest } from './link.spec-support.js';

let room: LinksUnderTest;
beforeAll(async () => {
  room = await LinksUnderTest.open();
});
afterAll(() => room.close());
beforeEach(() => room.moveOn());

const acknowledge = (phase: LinkPhase, acknowledged = true) =>
  room.links.acknowledge({ ...room.where, ...ASKER, phase, acknowledged });
const turn = (as: 'start' | 'stop') => room.links.turn({ ...room.where, ...ASKER, language: 'fi', as });
const green = (system: string) =>
  room.owner.query(`update severa.link set ${system}_check = $1 where company_id = $2`, [
    { at: '2026-11-22T09:00:00Z', parts: [{ credential: system, light: 'green', cause: null, message: null }] },
    room.where.companyId,
  ]);
const decided = {
  customers: 'to-netvisor',
  products: 'to-netvisor',
  dimensions: { projects: 'Projekti', businessUnits: null },
};

describe('a link', () => {
  it('is made, shown and changed by whoever has seen it, and says so in the audit log', async () => {
    expect(await room.show()).toBeNull();
    const body = room.body({ settings: decided });
    const put = (ifMark: string | null, link = body) => room.links.save({ ...room.where, ...ASKER, ifMark, link });
    const first = await put(null);
    expect(await room.show()).toMatchObject({ ...body, mark: first, state: 'preparing', paused: null });
    await expect(put(null)).rejects.toMatchObject({ kind: 'outdated' });
    const second = await put(first, { ...body, language: 'SE' });
    await expect(put(first)).rejects.toMatchObject({ kind: 'outdated' });
    expect(second).not.toBe(first);
    expect(await room.audited()).toMatchObject([
      { action: 'link.saved', actor: ASKER.by, details: { before: null, after: body } },
      { action: 'link.saved', details: { before: body, after: { language: 'SE' } } },
    ]);
  });

  it('is made by one of two who make it in the same moment', async () => {
    const made = await Promise.allSettled([room.save(null), room.save(null), room.save(null)]);
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(made.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'link.outdated' } });
  });

  it('is taken into use to no organisation of Netvisor’s that another company’s link is in use with', async () => {
    const organisationId = '1967543-8';
    const other = { environmentId: randomUUID(), companyId: randomUUID() };
    await room.save(null, { organisationId }, other);
    await room.save(null, { organisationId, settings: decided });
    for (const phase of LINK_PHASES) await acknowledge(phase);
    const use = (state: string) =>
      room.owner.query('update severa.link set state = $1 where company_id = $2', [state, other.companyId]);
    await use('active');
    await Promise.all([green('severa'), green('netvisor')]);
    await expect(turn('start')).rejects.toMatchObject({ code: 'link.taken' });
    await use('stopped');
    expect(await turn('start')).toBe('active');
  });

  it('that stands still keeps its organisation, however its business ID was written', async () => {
    const other = { environmentId: randomUUID(), companyId: randomUUID() };
    await room.save(null, { organisationId: '7654321-2' }, other);
    await room.owner.query(
      `update severa.link set state = 'active', paused = 'netvisor-credentials-invalid', paused_at = now()
        where company_id = $1`,
      [other.companyId],
    );
    await room.save(null, { organisationId: '76543212', settings: decided });
    expect(await room.show()).toMatchObject({ organisationId: '7654321-2' });
    for (const phase of LINK_PHASES) await acknowledge(phase);
    await Promise.all([green('severa'), green('netvisor')]);
    await expect(turn('start')).rejects.toMatchObject({ code: 'link.taken' });
  });

  it('is to no organisation that another company of the environment is linked to, unless that link is stopped', async () => {
    const other = { ...room.where, companyId: randomUUID() };
    await room.save(null, { organisationId: '2222222-4' }, other);
    await expect(room.save(null, { organisationId: '22222224' })).rejects.toMatchObject({ code: 'link.taken' });
    await room.owner.query(`update severa.link set state = 'stopped' where company_id = $1`, [other.companyId]);
    const mark = await room.save(null, { organisationId: '2222222-4' });
    await room.save(mark, { organisationId: '2222222-4', settings: decided });
  });

  it('with settings that need more of Severa than was tested is yellow and not started, and is tested at once', async () => {
    const mark = await room.save(null, { organisationId: '3333333-6', settings: decided });
    await room.give({ system: 'severa', clientId: 'c', clientSecret: 's' });
    await green('netvisor');
    for (const phase of LINK_PHASES) await acknowledge(phase);
    expect(await room.show()).toMatchObject({ checks: { severa: { light: 'green' } }, start: { allowed: true } });
    const more = { ...decided, salesInvoices: { mode: 'on-demand' } };
    await room.save(mark, { organisationId: '3333333-6', settings: more });
    expect(await room.show('fi')).toMatchObject({
      checks: { severa: { light: 'yellow', parts: [{ cause: { code: 'severa-scopes-untested' } }] } },
      phases: [{ phase: 'prepare-in-severa', light: 'trouble' }, {}, {}, {}, {}, {}],
      start: { allowed: false, objections: [{ code: 'severa-not-green' }] },
    });
    await expect(turn('start')).rejects.toMatchObject({ code: 'link.not-ready' });
    const { rows } = await room.owner.query(
      'select check_at <= now() as tested from severa.link where company_id = $1',
      [room.where.companyId],
    );
    expect(rows).toEqual([{ tested: true }]);
    await room.desk.test({ ...room.where, ...ASKER, language: 'en' });
    expect(await turn('start')).toBe('active');
  });

  it('in use has to be taken into use anew when it is to another organisation', async () => {
    await room.save(null, { settings: decided });
    for (const phase of LINK_PHASES) await acknowledge(phase);
    await Promise.all([green('severa'), green('netvisor')]);
    await turn('start');
    const { mark } = (await room.show()) ?? {};
    await room.save(mark ?? null, { organisationId: '7654321-2', settings: decided });
    expect(await room.show()).toMatchObject({ state: 'preparing', start: { allowed: false } });
  });

  it('is not seen from another environment', async () => {
    await room.save(null);
    const { companyId } = room.where;
    expect(await room.view.show({ environmentId: randomUUID(), companyId, language: 'en' })).toBeNull();
  });

  it('to another organisation forgets what was known of the old one, and its turn that is under way', async () => {
    const mark = await room.save(null);
    await green('netvisor');
    await room.pair('customers-to-netvisor', 'g1', { netvisor_key: '7' });
    await room.pair('sales-invoices', 'i1', { state: 'unknown', sending: 'create', number: '1001', attempts: 1 });
    await room.owner.query(
      `insert into severa.comparison (environment_id, company_id, flow, state, report, asked_by)
       values ($1, $2, 'customers-to-netvisor', 'done', '{}', 'x')`,
      [room.where.environmentId, room.where.companyId],
    );
    await room.save(mark);
    const { rows: told } = await room.owner.query('select * from severa.history where company_id = $1', [
      room.where.companyId,
    ]);
    expect(told).toMatchObject([
      { key: 'i1', number: '1001', operation: 'create', result: 'unknown', cause: 'no-answer', by: 'person:a1' },
    ]);
    const { rows: compared } = await room.owner.query('select state, report from severa.comparison');
    expect(compared).toEqual([{ state: 'due', report: null }]);
    expect(await room.show()).toMatchObject({
      checks: { netvisor: { light: 'none' } },
      flows: [{ records: {} }, {}, {}],
    });
    const { rows } = await room.owner.query('select fence::int, due_at from severa.link where company_id = $1', [
      room.where.companyId,
    ]);
    expect(rows).toEqual([{ fence: 1, due_at: expect.anything() }]);
  });

  it('shows of each flow how it moves and where its records are', async () => {
    await room.save(null, { settings: decided });
    await room.pair('customers-to-netvisor', 'g1', { state: 'moved' });
    await room.pair('customers-to-netvisor', 'g2', { state: 'moved' });
    await room.pair('customers-to-netvisor', 'g3', { state: 'due' });
    expect(await room.show()).toMatchObject({
      flows: [
        { flow: 'customers-to-netvisor', mode: 'automatic', direction: 'import', records: { moved: 2, due: 1 } },
        { flow: 'sales-invoices', mode: 'off', records: {} },
        { flow: 'payments', mode: 'off' },
      ],
    });
  });

  it('tells what has paused it, and since when', async () => {
    await room.save(null);
    await room.owner.query(
      `update severa.link set paused = 'severa-key-invalid', paused_at = '2026-11-22 08:00Z' where company_id = $1`,
      [room.where.companyId],
    );
    expect(await room.show('fi')).toMatchObject({
      paused: {
        code: 'severa-key-invalid',
        owner: 'severa-user',
        what: 'Virheellinen Severan API-avain: Yhteyttä ei voida muodostaa. Tarkista API-avain.',
        since: '2026-11-22T08:00:00.000Z',
      },
    });
  });
});

describe('onboarding', () => {
  it('keeps who has acknowledged each phase, and takes it back', async () => {
    await room.save(null);
    await acknowledge('prepare-in-severa');
    await acknowledge('prepare-in-severa');
    await acknowledge('customers');
    await acknowledge('customers', false);
    const { phases = [] } = (await room.show()) ?? {};
    expect(phases.map(({ phase }) => phase)).toEqual(LINK_PHASES);
    expect(phases.filter(({ acknowledged }) => acknowledged)).toMatchObject([
      { phase: 'prepare-in-severa', acknowledged: { by: 'person:a1' } },
    ]);
    expect((await room.audited()).slice(1)).toMatchObject([
      { action: 'link.phase-acknowledged', details: { phase: 'prepare-in-severa', acknowledged: true } },
      { action: 'link.phase-acknowledged', details: { phase: 'customers', acknowledged: true } },
      { action: 'link.phase-acknowledged', details: { phase: 'customers', acknowledged: false } },
    ]);
  });

  it('says of each phase what to do, where, and who may', async () => {
    await room.save(null, { settings: { customers: 'to-severa' } });
    const { phases = [] } = (await room.show('fi')) ?? {};
    expect(phases[1]).toMatchObject({
      title: 'Luo integraatiokäyttäjä Netvisorissa',
      link: { in: 'netvisor' },
      light: 'waits',
      roles: [['main-user'], ['user-administrator', 'accountant']],
    });
    expect(phases[2]?.link.path).toBe(
      `/v1/environments/${room.where.environmentId}/companies/${room.where.companyId}/link/comparisons/customers-to-severa`,
    );
    expect(phases[3]?.link.path).toContain('link/comparisons/products-to-netvisor');
  });

  it('begins with Aloita käyttö only when nothing is left, and can be stopped and begun again', async () => {
    await room.save(null, { settings: decided });
    await expect(turn('start')).rejects.toMatchObject({
      code: 'link.not-ready',
      details: { objections: [{ code: 'phase-open' }, { code: 'severa-not-green' }, { code: 'netvisor-not-green' }] },
    });
    for (const phase of LINK_PHASES) await acknowledge(phase);
    await green('severa');
    expect(await room.show('fi')).toMatchObject({
      start: { allowed: false, objections: [{ what: 'Netvisorin tunnukset eivät ole vielä oikein.' }] },
    });
    await green('netvisor');
    expect(await room.show()).toMatchObject({ start: { allowed: true, objections: [] } });
    expect(await turn('start')).toBe('active');
    await expect(turn('start')).rejects.toMatchObject({ details: { objections: [{ code: 'already-active' }] } });
    expect(await turn('stop')).toBe('stopped');
    await expect(turn('stop')).rejects.toMatchObject({ code: 'link.not-active' });
    expect(await turn('start')).toBe('active');
    expect((await room.audited()).map(({ action }) => action).filter((action) => /st(art|opp)ed/.test(action))).toEqual(
      ['link.started', 'link.stopped', 'link.started'],
    );
  });

  it('is absent where there is no link', async () => {
    await expect(turn('start')).rejects.toMatchObject({ kind: 'absent' });
    await expect(acknowledge('products')).rejects.toMatchObject({ kind: 'absent' });
  });
});

describe('the API resources', () => {
  it('say which flows need them, which are in use, and which the last look found open', async () => {
    await room.save(null, { settings: decided });
    await room.owner.query(`update severa.link set netvisor_check = $1 where company_id = $2`, [
      { at: '2026-11-22T09:00:00Z', parts: [], resources: { 'customerlist.nv': true, 'salesinvoicelist.nv': false } },
      room.where.companyId,
    ]);
    const resources = await room.view.resources(room.where);
    const named = (name: string) => resources.find((one) => one.name === name);
    expect(named('customer.nv')).toMatchObject({ flows: ['customers-to-netvisor'], inUse: true, open: null });
    expect(named('customerlist.nv')).toMatchObject({ inUse: true, open: true });
    expect(named('salesinvoicelist.nv')).toMatchObject({ inUse: false, open: false });
    expect(named('customers:read')).toMatchObject({ system: 'severa', inUse: true });
    expect(named('users:read')).toMatchObject({ inUse: false });
  });
});
