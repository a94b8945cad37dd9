import type { Command } from 'commander';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as WebStream } from 'node:stream/web';

import { type Api, CommandFailed } from '../api.js';
import { EXIT } from '../exit-code.js';
import { showRows, showThing } from '../output.js';
import type { Surroundings } from '../surroundings.js';

interface Filters {
  readonly environment?: string;
  readonly company?: string;
  readonly partnerUser?: string;
  readonly person?: string;
  readonly action?: string;
  readonly outcome?: string;
  readonly transfer?: string;
  readonly document?: string;
  readonly address?: string;
  readonly from?: string;
  readonly until?: string;
}

interface Export {
  readonly state: string;
  readonly links: { readonly self: string; readonly files: Readonly<Record<string, string>> };
}

const COLUMNS = ['occurredAt', 'sequence', 'action', 'outcome', 'actor', 'companyId', 'transferId', 'reasons'];
const PAGE = 200;

export function addAudit(program: Command, around: Surroundings): void {
  const audit = program.command('audit').description('the log of everything that was decided, moved and changed');
  filtered(audit.command('search').description('entries, newest first; that you looked is an entry too'))
    .option('--limit <n>', 'how many', '50')
    .action(async ({ limit, ...filters }: Filters & { limit: string }) =>
      showRows(around.output(), await search(around.api(), filters, Number(limit)), COLUMNS),
    );
  filtered(audit.command('export <folder>').description('entries and a signed manifest, to verify without us'))
    .option('--format <format>', 'jsonl or csv', 'jsonl')
    .action(async (folder: string, { format, ...filters }: Filters & { format: string }) => {
      const written = await exportTo(folder, format, filters, around.api());
      showThing(around.output(), { folder, files: written.join(', ') });
    });
  audit
    .command('verify')
    .description('has the service read a chain from end to end; for evidence, verify an export with verify-audit.mjs')
    .option('--environment <id>', "one environment's chain; the operator's own without")
    .action(async ({ environment }: { environment?: string }) => {
      const verdict = await around.api().json<{ whole: boolean }>(`${place(environment)}/verification`);
      showThing(around.output(), verdict);
      if (!verdict.whole) throw new CommandFailed('The log is not whole', EXIT.unwell);
    });
}

const filtered = (command: Command): Command =>
  command
    .option('--environment <id>', "one environment's log")
    .option('--company <id>')
    .option('--partner-user <id>')
    .option('--person <id>', 'who did it')
    .option('--action <action>', 'for example grants.saved')
    .option('--outcome <outcome>', 'success, denied or failure')
    .option('--transfer <id>')
    .option('--document <id>')
    .option('--address <address>', 'one address or a CIDR block')
    .option('--from <time>')
    .option('--until <time>');

const place = (environment: string | undefined): string =>
  environment === undefined ? '/v1/audit' : `/v1/environments/${encodeURIComponent(environment)}/audit`;

const asked = ({ company, partnerUser, person, transfer, document, environment: _, ...same }: Filters) => ({
  ...same,
  companyId: company,
  partnerUserId: partnerUser,
  actorId: person,
  transferId: transfer,
  documentId: document,
});

async function search(api: Api, filters: Filters, limit: number): Promise<readonly Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  let cursor: string | undefined;
  do {
    const query = { ...asked(filters), limit: Math.min(PAGE, limit - found.length), cursor };
    const page: { entries: readonly Record<string, unknown>[]; next: string | null } = await api.json(
      place(filters.environment),
      { query },
    );
    found.push(...page.entries);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && found.length < limit);
  return found;
}

async function exportTo(folder: string, format: string, filters: Filters, api: Api): Promise<readonly string[]> {
  const given = Object.fromEntries(Object.entries(asked(filters)).filter(([, value]) => value !== undefined));
  let made = await api.post<Export>(`${place(filters.environment)}/exports`, { format, filters: given });
  while (!['ready', 'failed'].includes(made.state)) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    made = await api.json<Export>(made.links.self);
  }
  if (made.state === 'failed') throw new CommandFailed('The export could not be made', EXIT.broken);
  mkdirSync(folder, { recursive: true });
  for (const [file, link] of Object.entries(made.links.files)) {
    const answer = await api.send(link);
    await pipeline(Readable.fromWeb(answer.body as WebStream), createWriteStream(join(folder, file), { flags: 'wx' }));
  }
  return Object.keys(made.links.files);
}
