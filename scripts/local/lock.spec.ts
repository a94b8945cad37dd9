import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AlreadyRunning, takeLock } from './lock.ts';
import { commandOf } from './process.ts';

const folder = mkdtempSync(join(tmpdir(), 'tietovirta-lock-'));
const file = join(folder, 'below', 'lock');

beforeEach(() => rmSync(join(folder, 'below'), { recursive: true, force: true }));
afterAll(() => rmSync(folder, { recursive: true }));

function lockOf(pid: number, command: string | undefined): void {
  takeLock(file);
  writeFileSync(file, JSON.stringify({ pid, command }));
}

describe('a lock', () => {
  it('is there until it is given back', () => {
    const unlock = takeLock(file);
    expect(existsSync(file)).toBe(true);
    unlock();
    expect(existsSync(file)).toBe(false);
  });

  it('is refused while its owner lives, with the owner’s pid', () => {
    lockOf(process.ppid, commandOf(process.ppid));
    expect(() => takeLock(file)).toThrow(AlreadyRunning);
    expect(() => takeLock(file)).toThrow(`pid ${process.ppid}`);
  });

  it('is taken over from an owner that was killed', async () => {
    const child = spawn('true');
    await once(child, 'exit');
    lockOf(child.pid ?? 0, 'true');
    expect(() => takeLock(file)).not.toThrow();
  });

  it('is taken over when the owner’s number belongs to another program now', () => {
    lockOf(process.ppid, 'a program of the day before');
    expect(() => takeLock(file)).not.toThrow();
  });

  it('is taken over when nobody finished writing it', () => {
    takeLock(file);
    writeFileSync(file, '{"pid":');
    expect(() => takeLock(file)).not.toThrow();
  });
});
