import { Command, CommanderError, Option } from 'commander';

import { Api, CommandFailed } from './api.js';
import { addAudit } from './commands/audit.js';
import { addCompanies } from './commands/companies.js';
import { addDoctor } from './commands/doctor.js';
import { addExplain } from './commands/explain.js';
import { addSession, type Prompt } from './commands/session.js';
import { addTransfers } from './commands/transfers.js';
import { EXIT } from './exit-code.js';
import type { Output } from './output.js';
import { SessionFile } from './session-file.js';
import type { Language } from './surroundings.js';

/** What the program is given by whoever starts it. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly write: (text: string) => void;
  readonly note: (text: string) => void;
  readonly prompt: Prompt;
  readonly now: () => Date;
}

interface GlobalOptions {
  readonly url: string;
  readonly language: Language;
  readonly json: boolean;
}

/** Runs one command line, without the program's name, and returns its exit code. */
export async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  const program = commandLine(terminal);
  try {
    await program.parseAsync([...words], { from: 'user' });
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (!(error instanceof CommandFailed)) throw error;
    const isJson = program.opts<GlobalOptions>().json;
    terminal.note(isJson && error.problem ? JSON.stringify(error.problem) : error.message);
    return error.exitCode;
  }
}

function commandLine(terminal: Terminal): Command {
  const program = new Command('tietovirta')
    .description('Accounting data between partner systems, by the rules of each company.')
    .addOption(new Option('--url <url>', 'where the service is').env('TIETOVIRTA_URL').default('http://127.0.0.1:3000'))
    .addOption(new Option('--language <language>', 'of the service’s words').choices(['fi', 'sv', 'en']).default('en'))
    .option('--json', 'answers as JSON, one object a line', false)
    .showHelpAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.write(text.trimEnd()),
      writeErr: (text) => terminal.note(text.trimEnd()),
    });
  const options = () => program.opts<GlobalOptions>();
  const file = new SessionFile(terminal.env['XDG_CONFIG_HOME']);
  const url = () => new URL(options().url).origin;
  const token = () => terminal.env['TIETOVIRTA_TOKEN'] ?? file.read(url(), terminal.now())?.token ?? null;
  const apiWith = (token: string | null) => new Api({ url: url(), token, language: options().language });
  const around = {
    api: () => apiWith(token()),
    output: (): Output => ({ json: options().json, write: terminal.write, note: terminal.note }),
    language: () => options().language,
    now: terminal.now,
  };
  addSession(program, { ...around, anonymous: () => apiWith(null), url, file, prompt: terminal.prompt });
  addDoctor(program, around);
  addExplain(program, around);
  addCompanies(program, around);
  addAudit(program, around);
  addTransfers(program, around);
  return program;
}
