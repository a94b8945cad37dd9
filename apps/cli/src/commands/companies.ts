import type { Command } from 'commander';
import { createReadStream } from 'node:fs';
import { extname } from 'node:path';
import { Readable } from 'node:stream';

import { type Api, CommandFailed } from '../api.js';
import { EXIT } from '../exit-code.js';
import { type Output, showRows, showThing } from '../output.js';
import type { Surroundings } from '../surroundings.js';

interface Onboarding extends Record<string, unknown> {
  readonly id: string;
  readonly state: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly mark: string | null;
  readonly refusal: { readonly message: string } | null;
}

interface Row extends Record<string, unknown> {
  readonly line: number;
  readonly mistakes: readonly { readonly field: string; readonly message: string; readonly value: string | null }[];
}

const TYPES: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.txt': 'text/csv',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

export function addCompanies(program: Command, around: Surroundings): void {
  program
    .command('companies')
    .description('client companies of an environment')
    .command('import <file>')
    .description('onboards companies from a CSV or XLSX file; shows first what it would do')
    .requiredOption('--environment <id>')
    .option('--dry-run', 'only show what would be created, changed, skipped and blocked', false)
    .option('--all-or-nothing', 'save nothing when a row is blocked', false)
    .action(async (file: string, options: { environment: string; dryRun: boolean; allOrNothing: boolean }) =>
      importCompanies(file, options, around.api(), around.output()),
    );
}

async function importCompanies(
  file: string,
  { environment, dryRun, allOrNothing }: { environment: string; dryRun: boolean; allOrNothing: boolean },
  api: Api,
  output: Output,
): Promise<void> {
  const type = TYPES[extname(file).toLowerCase()];
  if (!type) throw new CommandFailed('The file must be .csv or .xlsx', EXIT.usage);
  const base = `/v1/environments/${encodeURIComponent(environment)}/onboardings`;
  const { id } = await api.json<Onboarding>(base, {
    method: 'POST',
    headers: { 'content-type': type },
    body: Readable.toWeb(createReadStream(file)) as ReadableStream,
  });
  const tried = await settled(api, `${base}/${id}`, ['open', 'received']);
  await showMistakes(api, `${base}/${id}`, output);
  if (tried.state !== 'ready') throw new CommandFailed(tried.refusal?.message ?? tried.state, EXIT.refused);
  if (dryRun) return showThing(output, { id, ...tried.counts });

  output.note(`Saving ${tried.counts['created'] ?? 0} new and ${tried.counts['changed'] ?? 0} changed companies`);
  await api.json(`${base}/${id}/commit`, {
    method: 'POST',
    query: { allOrNothing: String(allOrNothing) },
    headers: { 'if-match': `"${tried.mark}"` },
  });
  const done = await settled(api, `${base}/${id}`, ['committing']);
  showThing(output, { id, state: done.state, ...done.counts });
  if (done.state !== 'done') throw new CommandFailed(done.refusal?.message ?? done.state, EXIT.unwell);
}

/** The onboarding once it has left these states. */
async function settled(api: Api, path: string, states: readonly string[]): Promise<Onboarding> {
  for (;;) {
    const onboarding = await api.json<Onboarding>(path, { query: { wait: 25 } });
    if (!states.includes(onboarding.state)) return onboarding;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function showMistakes(api: Api, path: string, output: Output): Promise<void> {
  let cursor: number | undefined;
  const mistakes: Record<string, unknown>[] = [];
  do {
    const page: { rows: readonly Row[]; next: number | null } = await api.json(`${path}/rows`, {
      query: { outcome: 'blocked', cursor, limit: 200 },
    });
    mistakes.push(...page.rows.flatMap(({ line, mistakes }) => mistakes.map((mistake) => ({ line, ...mistake }))));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  if (mistakes.length > 0) showRows(output, mistakes, ['line', 'field', 'value', 'message']);
}
