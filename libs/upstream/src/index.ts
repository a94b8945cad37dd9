/**
 * The partners' own interfaces, as clients: signed requests, time limits, size limits, families of errors.
 *
 * Start with `fivaldi-client.ts`; the signature is `signature.ts`, what an answer means `answer.ts`. Knows HTTP and
 * nothing of databases, registers or who may do what. An expected "no" is a value; nothing here is repeated by itself,
 * since every request costs one of the two that a partner has each second.
 */
export { type Answer, type Complaint, type ErrorFamily, type RateLimits } from './answer.js';
export { DEFAULT_LIMITS, type ExchangeLimits } from './exchange.js';
export { FivaldiClient, type FivaldiClientOptions, type FivaldiRequest } from './fivaldi-client.js';
export { type Decimal, type Json, jsonText } from './json.js';
export { type Signable, signature, stringToSign } from './signature.js';
