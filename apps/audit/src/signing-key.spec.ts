import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';

import { aPem } from './audit-log.spec-support.js';
import { publicKeysIn, SigningKey } from './signing-key.js';

describe('the public keys of before', () => {
  it('are read from one text, each known by its id', () => {
    const keys = [new SigningKey(aPem()).public, new SigningKey(aPem()).public];
    expect(publicKeysIn(keys.map(({ pem }) => pem).join('')).map(({ id }) => id)).toEqual(keys.map(({ id }) => id));
  });

  it.each([
    ['holds none', () => 'the wrong file'],
    ['holds a private key', aPem],
    [
      'holds a key of another kind',
      () => generateKeyPairSync('x25519').publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    ],
  ])('are refused in a text that %s: an old checkpoint would seem forged', (_, text) => {
    expect(() => publicKeysIn(text())).toThrow(TypeError);
  });
});
