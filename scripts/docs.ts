/**
 * `npm run docs`: writes the pages that are made from the code, so that they cannot say anything else.
 * With `--check` it writes nothing and fails when a page is not up to date.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format } from 'prettier';
import { importModesPage } from './import-modes-page.ts';

const checkout = join(import.meta.dirname, '..');
const library = <Module>(name: string): Promise<Module> =>
  import(new URL(`../dist/libs/${name}/src/index.js`, import.meta.url).href) as Promise<Module>;

const documents = await library<typeof import('../libs/documents/src/index.js')>('documents');
const contracts = await library<typeof import('../libs/contracts/src/index.js')>('contracts');
const policy = await library<typeof import('../libs/policy/src/index.js')>('policy');
const service = await library<typeof import('../libs/service/src/index.js')>('service');
const { httpPages } = await import('./http-pages.ts');
const { transferHealthJson } = await import('../deploy/grafana/transfer-health.ts');

const pages: readonly (readonly [file: string, text: string])[] = [
  ...contracts.DOCUMENT_STREAM_NAMES.flatMap((stream) => [
    [`docs/reference/streams/${stream}.md`, documents.referencePage(stream)] as const,
    [`docs/reference/streams/${stream}.xsd`, documents.xsd(stream)] as const,
  ]),
  ['docs/reference/import-modes.md', importModesPage({ contracts, documents, policy })],
  ['docs/reference/metrics.md', service.metricsPage()],
  ...(await httpPages()),
  ['deploy/grafana/dashboards/transfer-health.json', transferHealthJson()],
];

const stale: string[] = [];
for (const [file, text] of pages) {
  const path = join(checkout, file);
  const page = file.endsWith('.md') ? await format(text, { parser: 'markdown', printWidth: 120 }) : text;
  if (process.argv.includes('--check')) {
    if (readFileSync(path, 'utf8') !== page) stale.push(file);
    continue;
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, page);
  console.log(file);
}
if (stale.length > 0) {
  console.error(`Not up to date: ${stale.join(', ')}. Run "npm run docs".`);
  process.exitCode = 1;
}
