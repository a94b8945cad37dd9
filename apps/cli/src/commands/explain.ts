import type { Command } from 'commander';

import { CommandFailed } from '../api.js';
import { EXIT } from '../exit-code.js';
import { type Output, showRows, showThing } from '../output.js';
import type { Language, Surroundings } from '../surroundings.js';

type Words = Readonly<Record<'fi' | 'sv' | 'en', string>>;

interface Verdict {
  readonly allowed: boolean;
  readonly opensAt: string | null;
  readonly reasons: readonly {
    readonly reason: string;
    readonly owner: string;
    readonly message: Words;
    /** What the rule says, where it says more than on or off. */
    readonly rule: Words | null;
  }[];
}

interface Explained extends Record<string, unknown> {
  readonly at: string;
  readonly now: Verdict;
}

interface Options {
  readonly environment: string;
  readonly partnerUser: string;
  readonly company: string;
  readonly stream: string;
  readonly direction: string;
  readonly at?: string;
  readonly address?: string;
}

export function addExplain(program: Command, around: Surroundings): void {
  program
    .command('explain')
    .description('may a partner user do this, for this company, then, from there? every reason, and who owns the rule')
    .requiredOption('--environment <id>')
    .requiredOption('--partner-user <id>')
    .requiredOption('--company <id>')
    .requiredOption('--stream <name>')
    .requiredOption('--direction <direction>', 'import or export')
    .option('--at <time>', 'now when absent')
    .option('--address <address>', 'or same-as-last, the one it last signed in from; no address is judged when absent')
    .action(async ({ environment, partnerUser, company, ...asked }: Options) => {
      const path = `/v1/environments/${encodeURIComponent(environment)}/decisions/explain`;
      const explained = await around.api().post<Explained>(path, {
        ...asked,
        partnerUserId: partnerUser,
        companyId: company,
      });
      const { now, at } = explained;
      const output = around.output();
      if (output.json) showThing(output, explained);
      else showVerdict(output, at, now, around.language());
      if (!now.allowed) throw new CommandFailed('Not allowed', EXIT.refused);
    });
}

function showVerdict(output: Output, at: string, { allowed, opensAt, reasons }: Verdict, language: Language): void {
  showThing(output, { at, allowed: allowed ? 'yes' : 'no', opensAt });
  if (allowed) return;
  const rows = reasons.map(({ reason, owner, message, rule }) => ({
    reason,
    owner,
    message: message[language],
    rule: rule?.[language] ?? null,
  }));
  showRows(output, rows, ['reason', 'owner', 'message', 'rule']);
}
