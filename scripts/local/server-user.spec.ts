import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { canEnter, serverHome, userFrom } from './server-user.ts';

const folder = mkdtempSync(join(tmpdir(), 'tietovirta-home-'));
afterAll(() => rmSync(folder, { recursive: true }));

const asRoot = process.getuid?.() === 0 ? it : it.skip;
const NOBODY = { uid: 65534, gid: 65534 };

describe('the user a server runs as', () => {
  const nobody = 'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin';
  const postgres = 'postgres:x:101:104::/var/lib/postgresql:/bin/bash';

  it.each([
    ['the first of the names', `${nobody}\n${postgres}\n`, { uid: 101, gid: 104 }],
    ['the next where the first is missing', `root:x:0:0::/root:/bin/sh\n${nobody}`, NOBODY],
    ['never root under another name', `postgres:x:0:0::/:/bin/sh\n${nobody}`, NOBODY],
    ['nobody where there is none', 'root:x:0:0::/root:/bin/sh\n', undefined],
  ])('is %s', (_, passwd, expected) => {
    expect(userFrom(passwd, ['postgres', 'nobody'])).toEqual(expected);
  });
});

describe('the folder of a server', () => {
  it('is the one that was asked for, and closed to others', () => {
    const home = serverHome(join(folder, 'run', 'postgres'), undefined);
    expect(statSync(home).mode & 0o777).toBe(0o700);
  });

  asRoot('is elsewhere, and always the same, when the server’s user cannot reach that one', () => {
    const wanted = join(folder, 'closed', 'postgres');
    expect(canEnter(NOBODY, folder)).toBe(false);
    const home = serverHome(wanted, NOBODY);
    try {
      expect(home).toMatch(/^\/var\/tmp\/tietovirta-[0-9a-f]{8}$/);
      expect(canEnter(NOBODY, home)).toBe(true);
      expect(serverHome(wanted, NOBODY)).toBe(home);
    } finally {
      rmSync(home, { recursive: true });
    }
  });
});
