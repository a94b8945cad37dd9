/**
 * Every message on the bus and every body over HTTP, and the stream catalogue.
 *
 * Start with `streams.ts`, then `message.ts`. Schemas and names only: nothing
 * here sends, stores or decides. Imports `zod` and pure rooms.
 */
export * from './audit-event.js';
export * from './explain.js';
export * from './audit-questions.js';
export * from './grant-matrix.js';
export * from './lane-ticket.js';
export * from './legacy-door.js';
export * from './environments.js';
export * from './fivaldi-connection.js';
export * from './link-history.js';
export * from './link-runs.js';
export * from './link-settings.js';
export { LINK_FLOWS, linkCause, type LinkFlow, linkRecordKey } from './link-words.js';
export * from './links.js';
export * from './message.js';
export * from './onboarding.js';
export * from './partner-user-form.js';
export * from './partner-users.js';
export * from './people.js';
export * from './principal.js';
export * from './questions.js';
export * from './registers.js';
export * from './restriction-groups.js';
export * from './rules.js';
export * from './rules-changed.js';
export * from './service-management.js';
export * from './streams.js';
export * from './templates.js';
export * from './xml-settings.js';
