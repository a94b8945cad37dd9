import { Secret, TOTP } from 'otpauth';

const PERIOD_SECONDS = 30;

/** 160 random bits, as RFC 4226 asks for. */
export const newTotpSecret = (): Buffer => Buffer.from(new Secret({ size: 20 }).bytes);

const totp = (secret: Buffer, label = '') =>
  new TOTP({
    issuer: 'Tietovirta',
    label,
    // A copy: a small Buffer is a view into memory that it shares with others.
    secret: new Secret({ buffer: new Uint8Array(secret).buffer }),
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD_SECONDS,
  });

/** What an authenticator takes the secret in as, most often as a QR code. `label`: whose account it is. */
export const otpauthUri = (secret: Buffer, label: string): string => totp(secret, label).toString();

/** The code of one moment; what the authenticator shows. */
export const totpCode = (secret: Buffer, at: Date): string => totp(secret).generate({ timestamp: at.getTime() });

/**
 * The step of RFC 6238 that this code lets in at, or `null` when it does not.
 *
 *   the code is of the step          | last step used is  | answer
 *   ---------------------------------+--------------------+---------
 *   now, or the one before or after  | before it, or none | its step
 *   now, or the one before or after  | itself, or later   | null: no code lets in twice
 *   any other, or none at all        | whichever          | null
 *
 * Spaces in a code are how people write it.
 */
export function acceptedStep(secret: Buffer, code: string, at: Date, lastStep: number | null): number | null {
  const token = code.replaceAll(' ', '');
  if (!/^[0-9]{6}$/.test(token)) return null;
  const timestamp = at.getTime();
  const delta = totp(secret).validate({ token, timestamp, window: 1 });
  if (delta === null) return null;
  const step = Math.floor(timestamp / (PERIOD_SECONDS * 1000)) + delta;
  return lastStep !== null && step <= lastStep ? null : step;
}
