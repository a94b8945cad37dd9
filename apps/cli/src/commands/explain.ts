import type { Command } from 'commander';

import { CommandFailed } from '../api.js';
import { EXIT } from '../exit-code.js';
import { showRows, showThing } from '../output.js';
import type { Surroundings } from '../surroundings.js';

interface Decision {
  readonly allowed: boolean;
  readonly opensAt: string | null;
  readonly explanations: readonly Record<string, unknown>[];
}

interface Explained extends Record<string, unknown> {
  readonly at: string;
  readonly decision: Decision;
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
    .option('--address <address>', 'the one it last came from when absent')
    .action(async ({ environment, partnerUser, company, ...asked }: Options) => {
      const path = `/v1/environments/${encodeURIComponent(environment)}/decisions/explain`;
      const explained = await around.api().post<Explained>(path, {
        ...asked,
        partnerUserId: partnerUser,
        companyId: company,
      });
      const { decision } = explained;
      const output = around.output();
      if (output.json) showThing(output, explained);
      else {
        showThing(output, { allowed: decision.allowed ? 'yes' : 'no', opensAt: decision.opensAt });
        if (!decision.allowed) showRows(output, decision.explanations, ['code', 'owner', 'message']);
      }
      if (!decision.allowed) throw new CommandFailed('Not allowed', EXIT.refused);
    });
}
