#!/usr/bin/env node
import { TerminalPrompt } from './prompt.js';
import { run } from './program.js';

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  write: (text) => console.log(text),
  note: (text) => console.error(text),
  prompt: new TerminalPrompt(),
  now: () => new Date(),
});
