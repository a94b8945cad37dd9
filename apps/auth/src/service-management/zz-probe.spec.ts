import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ASKED, type Scene, ServiceManagementUnderTest } from './service-management.spec-support.js';
import { cursorAt } from './page-cursor.js';
import { checkRow } from '../onboarding/row-check.js';
import { TemplateBook } from '../templates/template-book.js';
import { saveTemplate } from '#lib/contracts';
let sm: ServiceManagementUnderTest; let scene: Scene;
beforeAll(async () => { sm = await ServiceManagementUnderTest.start(); scene = await sm.furnish('palkat.import'); });
afterAll(() => sm.auth.close());
const tell = async (p: Promise<unknown>) => p.then((v) => JSON.stringify(v), (e: any) => `${e.constructor.name} ${e.kind} ${e.code} ${e.message} ${JSON.stringify(e.details)}`);
it('probes', async () => {
  const { environmentId, companyId } = scene;
  const out: string[] = [];
  out.push('search ' + await tell(sm.companies.list({ environmentId, search: 'a\0', limit: 5 })));
  out.push('cursor ' + await tell(sm.companies.list({ environmentId, cursor: cursorAt(['a\0', companyId]), limit: 5 })));
  out.push('group ' + await tell(sm.groups.show({ environmentId, companyId, name: 'a\0' })));
  out.push('matrix ' + await tell(sm.matrix.list({ environmentId, search: 'a\0', limit: 5 })));
  const book = new TemplateBook(sm.auth.database, { nudge: () => undefined });
  const template = (restrictionGroup: object) => saveTemplate.ask.parse({ ...ASKED, environmentId, name: 'x', ifMark: null, template: { restrictionGroup } });
  out.push('tpl addr ' + await tell(book.save(template({ name: 'g', addresses: ['nonsense'] }))));
  out.push('tpl time ' + await tell(book.save(template({ name: 'g', times: [{ weekday: 1, from: 480, to: 480 }] }))));
  out.push('tpl rm ' + await tell(book.remove({ ...ASKED, environmentId, name: 'a\0', ifMark: 'x' })));
  const begun = performance.now();
  const n = 2000;
  for (let i = 0; i < n; i++) { const t = (s: string) => (s + i).padEnd(60, 'qwertyuiopasdfg'); checkRow({ name: 'a', fivaldiNumber: '1', companyRegister: t('a'), productRegister: t('b'), salesOrders: t('c'), payroll: t('d') }); }
  out.push(`checkRow x${n}: ${performance.now() - begun} ms`);
  console.log(out.join('\n'));
  expect(1).toBe(1);
});
