import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from '@jest/globals';

const source = fileURLToPath(new URL('./shutdown.ts', import.meta.url));

/** A small service whose steps are given as source; it says `up`, then whatever its steps and its log say. */
function start(steps: string, seconds = 5): ChildProcess {
  const say = `const say = (...words) => console.log(words.join(' '));`;
  const log = `const log = Object.fromEntries(['debug', 'info', 'warn', 'error'].map((level) =>
    [level, (fields, message) => level === 'error' && say(message, fields.step ?? '')]));`;
  const main = `
    import { onShutdown } from ${JSON.stringify(source)};
    ${say} ${log}
    onShutdown(${steps}, { log, seconds: ${seconds} });
    setInterval(() => undefined, 1000);
    say('up');`;
  return spawn(process.execPath, ['--input-type=module', '-e', main], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
}

/** Waits until it is up, does something to it, and tells how it ended. */
async function endOf(child: ChildProcess, act: (child: ChildProcess) => void) {
  let said = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const wasUp = said.includes('up');
    said += text;
    if (!wasUp && said.includes('up')) act(child);
  });
  const [[code]] = (await Promise.all([once(child, 'exit'), once(child.stdout ?? child, 'end')])) as [
    [number | null],
    unknown,
  ];
  return {
    code,
    said: said
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim()),
  };
}

const inOrder = `[
  { name: 'door', run: async () => { await new Promise((resolve) => setTimeout(resolve, 20)); say('door'); } },
  { name: 'pool', run: () => say('pool') },
]`;

describe('onShutdown', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('runs its steps in order on %s and ends with 0', async (signal) => {
    expect(await endOf(start(inOrder), (child) => child.kill(signal))).toEqual({ code: 0, said: ['door', 'pool'] });
  });

  it('leaves when its supervisor is gone', async () => {
    expect(await endOf(start(inOrder), (child) => child.disconnect())).toEqual({ code: 0, said: ['door', 'pool'] });
  });

  it('runs the steps once, however often it is asked', async () => {
    const twice = (child: ChildProcess) => {
      child.kill('SIGINT');
      child.kill('SIGTERM');
      child.disconnect();
    };
    expect(await endOf(start(inOrder), twice)).toEqual({ code: 0, said: ['door', 'pool'] });
  });

  it('goes on after a step that fails, and ends with 1', async () => {
    const steps = `[{ name: 'door', run: () => { throw new Error('stuck') } }, { name: 'pool', run: () => say('pool') }]`;
    expect(await endOf(start(steps), (child) => child.kill('SIGTERM'))).toEqual({
      code: 1,
      said: ['a part did not stop well door', 'pool'],
    });
  });

  it('ends with 1 when its time is up', async () => {
    const steps = `[{ name: 'door', run: () => new Promise(() => undefined) }]`;
    expect(await endOf(start(steps, 0.05), (child) => child.kill('SIGTERM'))).toEqual({
      code: 1,
      said: ['stopping took too long'],
    });
  });

  it('ends with 1 at once on an error that nobody caught', async () => {
    const steps = `[{ name: 'door', run: () => say('door') }]`;
    const child = start(`(setTimeout(() => { void Promise.reject(new Error('lost')) }, 50), ${steps})`);
    expect(await endOf(child, () => undefined)).toEqual({ code: 1, said: ['an error that nobody caught'] });
  });
});
