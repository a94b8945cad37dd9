import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** A public key that signatures of the log are checked with. */
export interface PublicKey {
  /** The first 16 hexadecimal digits of SHA-256 over its SPKI form. */
  readonly id: string;
  readonly pem: string;
  readonly key: KeyObject;
}

const publicKeyOf = (key: KeyObject): PublicKey => {
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('not an Ed25519 key');
  const spki = key.export({ type: 'spki', format: 'der' });
  const id = createHash('sha256').update(spki).digest('hex').slice(0, 16);
  return { id, pem: key.export({ type: 'spki', format: 'pem' }).toString(), key };
};

/** Reads every public key of a text in PEM. Throws a TypeError at one that is no Ed25519 key, and when there is none. */
export function publicKeysIn(pem: string): readonly PublicKey[] {
  const found = pem.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g);
  if (!found) throw new TypeError('no public key');
  return found.map((one) => publicKeyOf(createPublicKey(one)));
}

/** The Ed25519 key with which this service vouches for the log. Its private half never leaves it. */
export class SigningKey {
  readonly public: PublicKey;
  readonly #key: KeyObject;

  /** `pem` is PKCS #8. Throws when it is no Ed25519 key. */
  constructor(pem: string) {
    this.#key = createPrivateKey(pem);
    this.public = publicKeyOf(createPublicKey(this.#key));
  }

  sign(text: string): Buffer {
    return sign(null, Buffer.from(text, 'utf8'), this.#key);
  }
}

/** The keys that are believed: told by the configuration, never by the database that they are to vouch for. */
export class TrustedKeys {
  constructor(readonly keys: readonly PublicKey[]) {}

  vouchFor(keyId: string, text: string, signature: Buffer): boolean {
    const known = this.keys.find(({ id }) => id === keyId);
    return known !== undefined && verify(null, Buffer.from(text, 'utf8'), known.key, signature);
  }
}
