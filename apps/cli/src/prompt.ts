import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

import type { Prompt } from './commands/session.js';

/** Asks at the terminal, on stderr: stdout is for answers. */
export class TerminalPrompt implements Prompt {
  ask(question: string): Promise<string> {
    return this.line(question, process.stderr);
  }

  async askSecret(question: string): Promise<string> {
    process.stderr.write(question);
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    try {
      return await this.line('', silent);
    } finally {
      process.stderr.write('\n');
    }
  }

  private async line(question: string, output: NodeJS.WritableStream): Promise<string> {
    const terminal = createInterface({ input: process.stdin, output, terminal: process.stdin.isTTY });
    try {
      return await terminal.question(question);
    } finally {
      terminal.close();
    }
  }
}
