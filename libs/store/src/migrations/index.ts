import type { MigrationOwner } from '../migrate.js';
import { Bus0001 } from './bus-0001.js';

/** The schema `bus`: what waits to be published. */
export const busMigrations: MigrationOwner = { schema: 'bus', migrations: [Bus0001] };
