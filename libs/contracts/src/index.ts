/**
 * Every message on the bus and every body over HTTP, and the stream catalogue.
 *
 * Start with `streams.ts`, then `message.ts`. Schemas and names only: nothing
 * here sends, stores or decides. Imports `zod` and pure rooms.
 */
export * from './audit-event.js';
export * from './lane-ticket.js';
export * from './message.js';
export * from './principal.js';
export * from './questions.js';
export * from './rules.js';
export * from './rules-changed.js';
export * from './streams.js';
