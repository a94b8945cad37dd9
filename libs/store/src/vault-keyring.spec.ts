import { randomBytes } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { secretKeys } from './vault-keyring.js';

const [first, second] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];

describe('SECRET_KEYS', () => {
  it('is read in order, and the first key is current', () => {
    const { keys, current } = secretKeys.parse(`k-2026.11:${first}, k1:${second}`);
    expect(current).toBe('k-2026.11');
    expect([...keys].map(([id, key]) => [id, key.toString('base64')])).toEqual([
      ['k-2026.11', first],
      ['k1', second],
    ]);
  });

  it.each([
    ['nothing', ''],
    ['a key without its id', first],
    ['an id without its key', 'k1:'],
    ['key and id the other way round', `${first}:k1`],
    ['a key cut short', `k1:${first.slice(0, -4)}`],
    ['a key of 31 bytes', `k1:${randomBytes(31).toString('base64')}`],
    ['a key of 33 bytes', `k1:${randomBytes(33).toString('base64')}`],
    ['a slip of the pen', `k1:${first.slice(0, 10)}*${first.slice(11)}`],
    ['hexadecimal', `k1:${randomBytes(32).toString('hex')}`],
    ['one id twice', `k1:${first},k1:${second}`],
    ['one key twice', `k1:${first},k2:${first}`],
    ['an empty place at the end', `k1:${first},`],
  ])('refuses %s, and shows nothing of it', (_what, text) => {
    const refusal = secretKeys.safeParse(text);
    expect(refusal.success).toBe(false);
    const said = refusal.error?.issues.map(({ message }) => message).join('\n') ?? '';
    expect(said).toMatch(/^key \d of \d /);
    for (const part of text.split(/[:,]/)) if (part.length > 2) expect(said).not.toContain(part);
  });
});
