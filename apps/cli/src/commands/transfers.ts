import { type Command, InvalidArgumentError, Option } from 'commander';
import { randomUUID } from 'node:crypto';

import { type Api, CommandFailed } from '../api.js';
import { EXIT } from '../exit-code.js';
import { showRows, showThing } from '../output.js';
import type { Surroundings } from '../surroundings.js';

interface Transfer extends Record<string, unknown> {
  readonly id: string;
  readonly state: string;
  readonly ended: boolean;
  readonly opensAt: string | null;
  readonly reasons: readonly string[];
}

interface Page {
  readonly transfers: readonly Transfer[];
  readonly next: string | null;
}

interface ListOptions {
  readonly environment?: string;
  readonly company?: string;
  readonly stream?: string;
  readonly state?: string;
  readonly from?: string;
  readonly until?: string;
  readonly limit: number;
}

const COLUMNS = ['acceptedAt', 'id', 'stream', 'direction', 'state', 'companyId'];
/** Seconds that one question for a change waits at the service. */
const WAIT = 25;
/** Rows the service gives at once. */
const PAGE = 200;
/** Ends that are as they should be. */
const WELL = ['succeeded'];

export function addTransfers(program: Command, around: Surroundings): void {
  const transfers = program.command('transfers').description('what was moved, and what became of it');
  transfers
    .command('list')
    .description('the transfer history, newest first')
    .option('--environment <id>', 'of one environment')
    .option('--company <id>', 'of one of its companies')
    .option('--stream <name>')
    .option('--state <state>')
    .option('--from <time>', 'accepted at or after, for example 2026-11-21T00:00+02:00')
    .option('--until <time>', 'accepted before')
    .addOption(new Option('--limit <n>', 'how many').default(50).argParser(count))
    .action(async (options: ListOptions) => showRows(around.output(), await list(around.api(), options), COLUMNS));
  transfers
    .command('show <transfer>')
    .description('one transfer, with why it waits, was refused or failed')
    .action(async (id: string) => showThing(around.output(), await around.api().json(pathOf(id))));
  transfers
    .command('watch <transfer>')
    .description('follows a transfer to its end; the exit code says whether it succeeded')
    .action((id: string) => watch(id, around));
  transfers
    .command('replay <transfer>')
    .description('carries the document of an ended transfer out again, as a new transfer')
    .option('--key <key>', 'the same key again is the same replay', randomUUID())
    .action(async (id: string, { key }: { key: string }) => {
      const replayed = await around.api().post(`${pathOf(id)}/replay`, {}, { 'idempotency-key': key });
      showThing(around.output(), replayed);
    });
}

const pathOf = (id: string): string => `/v1/transfers/${encodeURIComponent(id)}`;

function count(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 100_000) throw new InvalidArgumentError('1 to 100000');
  return number;
}

async function list(api: Api, { environment, company, limit, ...filter }: ListOptions): Promise<readonly Transfer[]> {
  const path = environment ? `/v1/environments/${encodeURIComponent(environment)}/transfers` : '/v1/transfers';
  const found: Transfer[] = [];
  let cursor: string | undefined;
  do {
    const query = { ...filter, companyId: company, limit: Math.min(PAGE, limit - found.length), cursor };
    const page: Page = await api.json<Page>(path, { query });
    found.push(...page.transfers);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && found.length < limit);
  return found;
}

async function watch(id: string, { api, output }: Surroundings): Promise<void> {
  let last = '';
  for (;;) {
    const transfer = await api().json<Transfer>(pathOf(id), { query: { wait: WAIT } });
    const { state, opensAt, reasons } = transfer;
    const said = [state, reasons.join(', '), opensAt && `opens ${opensAt}`].filter(Boolean).join('; ');
    if (said !== last) output().note(said);
    last = said;
    if (transfer.ended) {
      showThing(output(), transfer);
      if (!WELL.includes(state)) throw new CommandFailed(`The transfer ended as ${state}`, EXIT.unwell);
      return;
    }
    // What waits for a window or a person is answered at once, and may wait for days.
    if (state === 'deferred' || state === 'held') await new Promise((resolve) => setTimeout(resolve, 5_000));
  }
}
