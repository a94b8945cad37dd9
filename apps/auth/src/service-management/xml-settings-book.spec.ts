import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { xmlSettingsBody } from '#lib/contracts';
import type { DestructiveChoice } from '#lib/policy';

import { OPERATOR } from '../auth.spec-support.js';
import { ruleMark } from '../rule-mark.js';
import {
  ASKED,
  MAIN_USER,
  refusal,
  type Scene,
  ServiceManagementUnderTest,
  THERE,
} from './service-management.spec-support.js';

const settingsOf = (parts: object = {}) =>
  xmlSettingsBody.parse({
    companyRegister: 'update-keep',
    productRegister: 'update-keep',
    salesOrders: { mode: 'add-only' },
    payroll: { dimensions: 'from-data' },
    ...parts,
  });
const MILD = settingsOf();
const OTHER = settingsOf({ brakePercent: 5, export: { fileName: 'tuotteet.xml', dimensionLevel: 2 } });
const WILD = settingsOf({ productRegister: 'replace-all' });

describe('the XML settings of a company', () => {
  let all: ServiceManagementUnderTest;
  let scene: Scene;
  beforeAll(async () => {
    all = await ServiceManagementUnderTest.start();
  });
  afterAll(() => all.auth.close());
  beforeEach(async () => {
    scene = await all.furnish();
  });

  const place = () => ({ environmentId: scene.environmentId, companyId: scene.companyId });
  const show = () => all.xmlSettings.show(place());
  const save = (settings: typeof MILD, ifMark: string | null, confirmed: DestructiveChoice[] = []) =>
    all.xmlSettings.save({ ...place(), ...ASKED, ifMark, settings, confirmed });
  const restore = (version: number, ifMark: string, confirmed: DestructiveChoice[] = []) =>
    all.xmlSettings.restore({ ...place(), ...ASKED, ifMark, version, confirmed });
  const versions = async (limit = 50, before?: number) =>
    all.xmlSettings.versions({ ...place(), limit, ...(before !== undefined && { before }) });
  const events = async () =>
    (await all.auth.auditEvents('xml-settings.saved')).filter(({ companyId }) => companyId === scene.companyId);

  it('are nothing until all four sections are saved, and are changed with their mark', async () => {
    expect(await show()).toEqual({ settings: null, mark: ruleMark(null) });
    const { mark } = await save(MILD, null);
    expect(await show()).toEqual({ settings: MILD, mark });
    expect(await refusal(save(OTHER, null))).toMatchObject({ kind: 'outdated' });
    await save(OTHER, mark);
    expect((await show()).settings).toEqual(OTHER);
    expect(await refusal(save(MILD, mark))).toMatchObject({ kind: 'outdated', code: 'rule.outdated' });
  });

  it('tell the log what they were and are, and have waiting work decided anew', async () => {
    const { mark } = await save(MILD, null);
    const told = (await all.auth.rulesChanged()).length;
    await save(OTHER, mark);
    expect((await events()).at(-1)).toMatchObject({
      actor: MAIN_USER,
      address: THERE,
      environmentId: scene.environmentId,
      details: { before: MILD, after: OTHER },
    });
    expect(await all.auth.rulesChanged()).toHaveLength(told + 1);
  });

  it('become destructive only when that very choice was confirmed', async () => {
    const { mark } = await save(MILD, null);
    const blindly = {
      kind: 'conflict',
      code: 'xml-settings.unconfirmed',
      details: { choices: ['product.replace-all'] },
    };
    expect(await refusal(save(WILD, mark))).toEqual(blindly);
    expect(await refusal(save(WILD, mark, ['company.update-all']))).toEqual(blindly);
    expect((await show()).settings).toEqual(MILD);
    const wild = await save(WILD, mark, ['product.replace-all']);
    // What is in force already needs no second word.
    await save({ ...WILD, brakePercent: 1 }, wild.mark);
  });

  it('are confirmed against what stood when they were seen', async () => {
    const { mark } = await save(WILD, null, ['product.replace-all']);
    await save(MILD, mark);
    expect(await refusal(save(WILD, mark))).toMatchObject({ kind: 'outdated' });
  });

  it('keep every version, with its author, and what it took the place of', async () => {
    const first = await save(MILD, null);
    const second = await save(OTHER, first.mark);
    await save(OTHER, second.mark);
    await all.auth.save('xml-settings', scene.companyId, WILD);
    const { versions: kept, next } = await versions();
    expect(next).toBeNull();
    expect(kept).toMatchObject([
      { version: 3, by: { kind: 'operator', id: OPERATOR }, settings: WILD, before: OTHER, restored: null },
      { version: 2, by: MAIN_USER, settings: OTHER, before: MILD },
      { version: 1, by: MAIN_USER, settings: MILD, before: null },
    ]);
    const page = await versions(2);
    expect(page).toEqual({ versions: kept.slice(0, 2), next: 2 });
    expect(await versions(2, 2)).toEqual({ versions: kept.slice(2), next: null });
  });

  it('go back to an earlier version, as a new one that says so', async () => {
    const { mark } = await save(MILD, null);
    const now = await save(OTHER, mark);
    const back = await restore(1, now.mark);
    expect(await show()).toEqual({ settings: MILD, mark: back.mark });
    expect((await versions()).versions[0]).toMatchObject({ version: 3, restored: 1, settings: MILD, before: OTHER });
    expect((await events()).at(-1)).toMatchObject({ details: { before: OTHER, after: MILD, restored: 1 } });
    expect(await refusal(restore(1, now.mark))).toMatchObject({ kind: 'outdated' });
    expect(await refusal(restore(4, back.mark))).toMatchObject({ kind: 'absent', code: 'xml-settings-version.absent' });
  });

  it('do not become destructive by going back, without a word', async () => {
    const wild = await save(WILD, null, ['product.replace-all']);
    const { mark } = await save(MILD, wild.mark);
    expect(await refusal(restore(1, mark))).toMatchObject({ code: 'xml-settings.unconfirmed' });
    await restore(1, mark, ['product.replace-all']);
    expect((await show()).settings).toEqual(WILD);
  });

  it('tell the log that somebody looked at what a change would do', async () => {
    const preview = await all.xmlSettings.preview({ ...place(), ...ASKED, wished: WILD });
    expect(preview).toEqual(await show());
    const [event] = (await all.auth.auditEvents('access.explained')).filter((one) => one.companyId === scene.companyId);
    expect(event).toMatchObject({
      actor: MAIN_USER,
      details: { asked: 'xml-settings', destructive: ['product.replace-all'] },
    });
  });

  it("are absent to another environment's keepers, whatever they ask", async () => {
    const { mark } = await save(MILD, null);
    const there = { environmentId: await all.auth.environment(), companyId: scene.companyId };
    const change = { ...there, ...ASKED, ifMark: mark, confirmed: [] };
    for (const asking of [
      all.xmlSettings.show(there),
      all.xmlSettings.preview({ ...there, ...ASKED, wished: MILD }),
      all.xmlSettings.save({ ...change, settings: OTHER }),
      all.xmlSettings.versions({ ...there, limit: 50 }),
      all.xmlSettings.version({ ...there, version: 1 }),
      all.xmlSettings.restore({ ...change, version: 1 }),
    ]) {
      expect(await refusal(asking)).toMatchObject({ kind: 'absent', code: 'company.absent' });
    }
    expect((await show()).settings).toEqual(MILD);
  });
});
