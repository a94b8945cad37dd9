import { chmodSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ownFolder } from './own-folder.ts';
import { keptPassword } from './password.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tietovirta-own-')));
afterAll(() => rmSync(folder, { recursive: true }));

/** Root may enter everything, so nothing can be closed to it. */
const asOrdinaryUser = process.getuid?.() === 0 ? it.skip : it;

describe('a folder of our own', () => {
  it('is closed to others, the way to it is not', () => {
    const made = ownFolder(join(folder, 'way', 'own'));
    expect(statSync(made).mode & 0o077).toBe(0);
    expect(statSync(join(folder, 'way')).mode & 0o001).toBe(0o001);
  });

  it('has one name, whichever way leads to it', () => {
    const made = ownFolder(join(folder, 'real'));
    symlinkSync(made, join(folder, 'link'));
    expect(ownFolder(join(folder, 'link'))).toBe(made);
  });

  asOrdinaryUser('is refused when it is closed to us', () => {
    const made = ownFolder(join(folder, 'closed'));
    chmodSync(made, 0o500);
    expect(() => ownFolder(made)).toThrow('belongs to another user');
  });
});

describe('a kept password', () => {
  it('is made up once and readable by its owner only', () => {
    const file = join(folder, 'password');
    const password = keptPassword(file);
    expect(password).toMatch(/^[0-9a-f]{48}$/);
    expect(keptPassword(file)).toBe(password);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
