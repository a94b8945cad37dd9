import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** What a secret belongs to. It opens for exactly the three that it was sealed for. */
export interface SecretContext {
  /** An environment's id, or a word for what belongs to none of them. */
  readonly tenant: string;
  /** The company or person whose secret it is. */
  readonly subject: string;
  /** Which of the subject's secrets, for example `totp`. */
  readonly field: string;
}

/** A key that seals secrets, unwrapped. */
export interface DataKey {
  readonly id: string;
  readonly version: number;
  readonly key: Buffer;
}

const CIPHER = 'aes-256-gcm';
const FORMAT = 1;
const NONCE = 12;
const TAG = 16;
const HEAD = 5;

/**
 * Seals a secret. The bytes, in this order:
 *
 *   1  | the format, 1
 *   4  | the data key's version, big-endian
 *   12 | the nonce, random for each sealing
 *   n  | the ciphertext of AES-256-GCM
 *   16 | its tag
 *
 * The tag also covers format, tenant, subject, field and the data key's id and version, so that a secret that was
 * moved to another row does not open there.
 */
export function sealWith({ id, version, key }: DataKey, context: SecretContext, secret: Buffer | string): Buffer {
  const head = Buffer.alloc(HEAD);
  head.writeUInt8(FORMAT, 0);
  head.writeUInt32BE(version, 1);
  return Buffer.concat([head, encrypt(key, secretBinding(context, id, version), Buffer.from(secret))]);
}

/** The version of the data key that sealed these bytes; null when no vault has written them. */
export function versionOf(sealed: Buffer): number | null {
  if (sealed.length < HEAD + NONCE + TAG || sealed.readUInt8(0) !== FORMAT) return null;
  return sealed.readUInt32BE(1);
}

/** The secret, or null when one bit, the context or the key is another than at the sealing. */
export function openWith({ id, version, key }: DataKey, context: SecretContext, sealed: Buffer): Buffer | null {
  if (versionOf(sealed) !== version) return null;
  return decrypt(key, secretBinding(context, id, version), sealed.subarray(HEAD));
}

/** What a wrapped data key belongs to. */
export interface WrapContext {
  readonly tenant: string;
  readonly id: string;
  readonly version: number;
  /** The key that wraps it. */
  readonly kekId: string;
}

/** A data key under a key of the keyring: nonce, ciphertext and tag. */
export const wrapKey = (kek: Buffer, context: WrapContext, key: Buffer): Buffer =>
  encrypt(kek, wrapBinding(context), key);

/** The data key, or null when it was not wrapped by this key for this context. */
export const unwrapKey = (kek: Buffer, context: WrapContext, wrapped: Buffer): Buffer | null =>
  decrypt(kek, wrapBinding(context), wrapped);

function encrypt(key: Buffer, binding: Buffer, secret: Buffer): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG });
  cipher.setAAD(binding);
  const ciphertext = Buffer.concat([cipher.update(secret), cipher.final()]);
  return Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]);
}

function decrypt(key: Buffer, binding: Buffer, bytes: Buffer): Buffer | null {
  if (bytes.length < NONCE + TAG) return null;
  const cipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE), { authTagLength: TAG });
  cipher.setAAD(binding);
  cipher.setAuthTag(bytes.subarray(-TAG));
  const secret = cipher.update(bytes.subarray(NONCE, -TAG));
  try {
    return Buffer.concat([secret, cipher.final()]);
  } catch {
    return null;
  }
}

const secretBinding = ({ tenant, subject, field }: SecretContext, keyId: string, version: number): Buffer =>
  bindingOf(['secret', String(FORMAT), tenant, subject, field, keyId, String(version)]);

const wrapBinding = ({ tenant, id, version, kekId }: WrapContext): Buffer =>
  bindingOf(['data-key', String(FORMAT), tenant, id, String(version), kekId]);

/** Each part with its length before it: 'ab' + 'c' must not be what 'a' + 'bc' is. */
function bindingOf(parts: readonly string[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}
