import type { MigrationOwner } from '#lib/store';

import { Auth0001 } from './auth-0001.js';

/** The schema `auth`: environments, companies, partner users, their rights and restrictions, and sessions. */
export const authMigrations: MigrationOwner = { schema: 'auth', migrations: [Auth0001] };
