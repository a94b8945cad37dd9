import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits for the caller; only {@link tokenHash} of them is kept. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** Not salted and not slow: nobody guesses 256 bits. */
export const tokenHash = (token: string): Buffer => createHash('sha256').update(token).digest();
