import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { run } from './process.ts';
import { onPath, relocatable } from './rabbitmq-program.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tietovirta-program-')));
afterAll(() => rmSync(folder, { recursive: true }));

/** Lays a program at `path` below the folder and answers with its whole path. */
function program(path: string, text: string): string {
  const file = join(folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, 0o755);
  return file;
}

describe('a relocated script', () => {
  const script = '#!/bin/sh\nif true\nthen\n    ROOTDIR=/usr/lib/erlang\nfi\nBINDIR="$ROOTDIR/bin"\necho "$BINDIR"\n';

  it('finds its parts by where it lies, through a link too', async () => {
    const erl = program('moved here/erlang/bin/erl', relocatable(script));
    const link = join(folder, 'link');
    symlinkSync(erl, link);
    const expected = `${join(folder, 'moved here/erlang/bin')}\n`;
    expect(await run(erl, [])).toBe(expected);
    expect(await run(link, [])).toBe(expected);
  });

  it('is not changed a second time', () => {
    expect(relocatable(relocatable(script))).toBe(relocatable(script));
  });
});

describe('a program on the PATH', () => {
  it('is the first that can be run', () => {
    const found = program('b/tool', '');
    writeFileSync(join(folder, 'tool'), 'only text');
    expect(onPath('tool', [folder, join(folder, 'b'), '/bin'].join(delimiter))).toBe(found);
  });

  it('may not be there', () => {
    expect(onPath('tool', '')).toBeUndefined();
  });
});
