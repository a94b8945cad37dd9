import { createDecipheriv, randomBytes, randomUUID } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { type DataKey, openWith, sealWith, type SecretContext, unwrapKey, versionOf, wrapKey } from './vault-seal.js';

/** A nonce must never come twice under one key; the long form is for a change of how it is made. */
const SEALINGS = process.env['FAULTS'] === 'full' ? 1_000_000 : 100_000;
const NONCE = [5, 17] as const;

const dataKey = (version = 1): DataKey => ({ id: randomUUID(), version, key: randomBytes(32) });
const key = dataKey();

const part = fc.string({ minLength: 1, maxLength: 40, unit: 'binary' });
const context: fc.Arbitrary<SecretContext> = fc.record({ tenant: part, subject: part, field: part });
const secret = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));

describe('a sealed secret', () => {
  it('opens for what it was sealed for', () => {
    fc.assert(
      fc.property(context, secret, (of, plain) => {
        expect(openWith(key, of, sealWith(key, of, plain))).toEqual(plain);
      }),
    );
  });

  it('opens for no other tenant, subject or field, however the names are cut', () => {
    fc.assert(
      fc.property(context, context, secret, (of, other, plain) => {
        fc.pre(JSON.stringify(of) !== JSON.stringify(other));
        expect(openWith(key, other, sealWith(key, of, plain))).toBeNull();
      }),
    );
    const of = { tenant: 'ab', subject: 'c', field: 'd' };
    const sealed = sealWith(key, of, 'secret');
    for (const other of [{ tenant: 'a' }, { subject: 'a' }, { field: 'a' }]) {
      expect(openWith(key, { ...of, ...other }, sealed)).toBeNull();
    }
    expect(openWith(key, { tenant: 'a', subject: 'bc', field: 'd' }, sealed)).toBeNull();
    expect(openWith(key, { tenant: 'ab', subject: 'cd', field: '' }, sealed)).toBeNull();
    expect(openWith(key, { tenant: 'c', subject: 'ab', field: 'd' }, sealed)).toBeNull();
  });

  it('does not open when any one bit of it is another', () => {
    const of = { tenant: randomUUID(), subject: randomUUID(), field: 'totp' };
    const sealed = sealWith(key, of, randomBytes(20));
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const flipped = Buffer.from(sealed);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(openWith(key, of, flipped)).toBeNull();
    }
  });

  it('does not open when it is cut or has something behind it', () => {
    const of = { tenant: 't', subject: 's', field: 'f' };
    const sealed = sealWith(key, of, 'secret');
    for (let length = 0; length < sealed.length; length += 1) {
      expect(openWith(key, of, sealed.subarray(0, length))).toBeNull();
    }
    expect(openWith(key, of, Buffer.concat([sealed, Buffer.alloc(1)]))).toBeNull();
  });

  it('opens with no other key, nor with the same bytes under another id or version', () => {
    const of = { tenant: 't', subject: 's', field: 'f' };
    const sealed = sealWith(key, of, 'secret');
    expect(openWith(dataKey(), of, sealed)).toBeNull();
    expect(openWith({ ...key, id: randomUUID() }, of, sealed)).toBeNull();
    expect(openWith({ ...key, version: 2 }, of, sealed)).toBeNull();
    const renumbered = Buffer.from(sealed);
    renumbered.writeUInt32BE(2, 1);
    expect(openWith({ ...key, version: 2 }, of, renumbered)).toBeNull();
  });

  it('is AES-256-GCM with a nonce of 96 bits and a tag of 128, as anybody with the key can tell', () => {
    const of = { tenant: 'tenant', subject: 'subject', field: 'field' };
    const sealed = sealWith(key, of, 'secret');
    expect(sealed.length).toBe(1 + 4 + 12 + 'secret'.length + 16);
    const cipher = createDecipheriv('aes-256-gcm', key.key, sealed.subarray(...NONCE), { authTagLength: 16 });
    const binding = ['secret', '1', 'tenant', 'subject', 'field', key.id, '1'].flatMap((text) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(Buffer.byteLength(text));
      return [length, Buffer.from(text)];
    });
    cipher.setAAD(Buffer.concat(binding));
    cipher.setAuthTag(sealed.subarray(-16));
    expect(Buffer.concat([cipher.update(sealed.subarray(NONCE[1], -16)), cipher.final()]).toString()).toBe('secret');
  });

  it.each([0, 16, 24, 31, 33])('is made with no key of %d bytes', (length) => {
    const weak = { ...key, key: randomBytes(length) };
    expect(() => sealWith(weak, { tenant: 't', subject: 's', field: 'f' }, 'secret')).toThrow(/key length/i);
  });

  it('names the version of its data key', () => {
    expect(versionOf(sealWith(dataKey(4_000_000_000), { tenant: 't', subject: 's', field: 'f' }, ''))).toBe(4e9);
    expect(versionOf(Buffer.from('not sealed by anybody, though long enough'))).toBeNull();
  });

  it('never has a nonce that another had', () => {
    const of = { tenant: 't', subject: 's', field: 'f' };
    const seen = new Set<string>();
    for (let time = 0; time < SEALINGS; time += 1) seen.add(sealWith(key, of, 'x').toString('latin1', ...NONCE));
    expect(seen.size).toBe(SEALINGS);
  }, 300_000);
});

describe('a wrapped data key', () => {
  const kek = randomBytes(32);
  const of = { tenant: 't', id: randomUUID(), version: 1, kekId: 'k1' };
  const wrapped = wrapKey(kek, of, key.key);

  it('unwraps for what it was wrapped for, and for nothing else', () => {
    expect(unwrapKey(kek, of, wrapped)).toEqual(key.key);
    const others = [{ tenant: 'u' }, { id: randomUUID() }, { version: 2 }, { kekId: 'k2' }];
    for (const other of others) expect(unwrapKey(kek, { ...of, ...other }, wrapped)).toBeNull();
    expect(unwrapKey(randomBytes(32), of, wrapped)).toBeNull();
  });

  it('is no sealed secret, though both are made with one cipher', () => {
    const asSecret = Buffer.concat([Buffer.from([1, 0, 0, 0, 1]), wrapped]);
    expect(
      openWith({ id: of.id, version: 1, key: kek }, { tenant: 't', subject: 's', field: 'f' }, asSecret),
    ).toBeNull();
  });
});
