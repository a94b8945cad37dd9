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
 *   the code is of the step   | last step used is  | answer
 *   --------------------------+--------------------+-----------------------
 *   now                       | before it, or none | its step
 *   now                       | itself, or later   | null: no code lets in twice
 *   any other, or none at all | whichever          | null
 *
 * So a code is good for the thirty seconds in which an authenticator with the right time shows it, and no longer.
 * Spaces in a code are how people write it.
 */
export function acceptedStep(secret: Buffer, code: string, at: Date, lastStep: number | null): number | null {
  if (stepsOff(secret, code, at, 0) === null) return null;
  const step = Math.floor(at.getTime() / (PERIOD_SECONDS * 1000));
  return lastStep !== null && step <= lastStep ? null : step;
}

/** Whether it would have let in thirty seconds ago, or will in thirty: somebody typed slowly, or a clock is wrong. */
export function isOfAnotherMoment(secret: Buffer, code: string, at: Date): boolean {
  return Math.abs(stepsOff(secret, code, at, 1) ?? 0) === 1;
}

/** How many steps the code is from now, of those up to `window` away. */
function stepsOff(secret: Buffer, code: string, at: Date, window: number): number | null {
  const token = code.replaceAll(' ', '');
  return /^[0-9]{6}$/.test(token) ? totp(secret).validate({ token, timestamp: at.getTime(), window }) : null;
}
