/**
 * Whether the whole matrix runs (`FAULTS=full`), or the short form that is part of every run of the tests: a few
 * crash points that cover each service, and one guard.
 */
export const full = process.env['FAULTS'] === 'full';
