import { describe, expect, it } from '@jest/globals';
import { argon2Sync } from 'node:crypto';

import { SignInCrowded } from './errors.js';
import { PasswordHasher } from './password.js';

const hasher = new PasswordHasher();
const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

describe('a stored password', () => {
  it('says how it was made, and is never the same twice', async () => {
    const [one, other] = await Promise.all([
      hasher.hash('a long and quiet word'),
      hasher.hash('a long and quiet word'),
    ]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(other);
  });

  it('is what argon2id says it is', async () => {
    const [, , , , salt, hash] = (await hasher.hash('a long and quiet word')).split('$');
    const expected = argon2Sync('argon2id', {
      message: 'a long and quiet word',
      nonce: Buffer.from(salt!, 'base64'),
      memory: 19_456,
      passes: 2,
      parallelism: 1,
      tagLength: 32,
    });
    expect(hash).toBe(unpadded(expected));
  });

  it('matches its own password and no other, however the characters were typed', async () => {
    const stored = await hasher.hash('pitkä ja hiljainen');
    expect(await hasher.verify('pitkä ja hiljainen', stored)).toEqual({ matches: true, outdated: false });
    expect(await hasher.verify('pitka\u0308 ja hiljainen', stored)).toEqual({ matches: true, outdated: false });
    expect(await hasher.verify('pitka ja hiljainen', stored)).toEqual({ matches: false, outdated: false });
  });

  it('is outdated when it cost less than one does now', async () => {
    const cost = { memory: 64, passes: 1, parallelism: 1 };
    const salt = Buffer.alloc(16, 7);
    const hash = argon2Sync('argon2id', { message: 'word', nonce: salt, tagLength: 32, ...cost });
    const stored = `$argon2id$v=19$m=64,t=1,p=1$${unpadded(salt)}$${unpadded(hash)}`;
    expect(await hasher.verify('word', stored)).toEqual({ matches: true, outdated: true });
    expect(await hasher.verify('other', stored)).toEqual({ matches: false, outdated: false });
  });

  it.each([
    null,
    '',
    'word',
    '$argon2id$v=19$m=64,t=1,p=1$$',
    '$2b$10$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  ])('matches nothing when it is %j', async (stored) => {
    expect(await hasher.verify('word', stored)).toEqual({ matches: false, outdated: false });
  });
});

describe('a crowd', () => {
  it('waits for a slot, and is refused where the queue is full', async () => {
    const narrow = new PasswordHasher(1, 2);
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => narrow.verify('word', null)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.map(({ reason }) => reason as unknown)).toEqual([
      expect.any(SignInCrowded),
      expect.any(SignInCrowded),
    ]);
    // The slot is free again afterwards.
    await expect(narrow.verify('word', null)).resolves.toMatchObject({ matches: false });
  });
});
