import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { commandOf, endProcess, lastLines, run, runsWith } from './process.ts';

const children: ChildProcess[] = [];

/** A shell that says "ready" when its script got so far, and then lives until it is ended. */
async function shell(script: string): Promise<number> {
  const child = spawn('/bin/sh', ['-c', `${script} echo ready; while :; do sleep 0.05; done`, 'sign-of-the-test']);
  children.push(child);
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

describe('the command line of a process', () => {
  it('tells our process from a stranger', async () => {
    const pid = await shell('');
    expect(runsWith(pid, 'sign-of-the-test')).toBe(true);
    expect(runsWith(pid, 'another sign')).toBe(false);
  });

  it('is nothing when the process has ended', async () => {
    const child = spawn('true');
    await once(child, 'exit');
    expect(commandOf(child.pid ?? 0)).toBeUndefined();
  });
});

describe('ending a process', () => {
  const ending = { sign: 'sign-of-the-test', ask: 'SIGTERM', force: 'SIGKILL', patience: 300 } as const;

  it('asks, and waits until it is gone', async () => {
    const pid = await shell('');
    await endProcess({ ...ending, pid });
    expect(commandOf(pid)).toBeUndefined();
  });

  it('forces one that does not listen', async () => {
    const pid = await shell(`trap '' TERM;`);
    await endProcess({ ...ending, pid });
    expect(commandOf(pid)).toBeUndefined();
  });

  it('never signals a stranger that has the number now', async () => {
    const pid = await shell('');
    await endProcess({ ...ending, pid, sign: 'another sign' });
    expect(runsWith(pid, 'sign-of-the-test')).toBe(true);
  });
});

describe('running a program', () => {
  it('answers what it printed', async () => {
    expect(await run('echo', ['said'])).toBe('said\n');
  });

  it('fails with the end of its complaint', async () => {
    const complaint = run('/bin/sh', ['-c', 'echo "what is wrong" >&2; exit 3']);
    await expect(complaint).rejects.toThrow('/bin/sh failed: what is wrong');
  });

  it('fails by name when there is no such program', async () => {
    await expect(run('no-such-program', [])).rejects.toThrow(/^no-such-program failed: .*(ENOENT|EACCES)/);
  });
});

describe('the last lines', () => {
  it.each([
    ['', 2, ''],
    ['one', 2, 'one'],
    ['one\ntwo\nthree\n', 2, 'two\nthree'],
    ['one\n\n  \ntwo\n\n', 2, 'one\ntwo'],
  ])('of %j, %d of them', (text, count, expected) => {
    expect(lastLines(text, count)).toBe(expected);
  });
});
