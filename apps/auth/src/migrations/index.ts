import type { MigrationOwner } from '#lib/store';

import { Auth0001 } from './auth-0001.js';
import { Auth0002People } from './auth-0002-people.js';
import { Auth0003PartnerUsers } from './auth-0003-partner-users.js';
import { Auth0004ServiceManagement } from './auth-0004-service-management.js';
import { Auth0005Onboarding } from './auth-0005-onboarding.js';
import { Auth0006RulesVersion } from './auth-0006-rules-version.js';
import { Auth0009Isolation } from './auth-0009-isolation.js';
import { Auth0010Sessions } from './auth-0010-sessions.js';
import { Auth0011XmlSettings } from './auth-0011-xml-settings.js';
import { Auth0012XmlSettingsVersions } from './auth-0012-xml-settings-versions.js';
import { Auth0013LinkStreams } from './auth-0013-link-streams.js';
import { authGrants } from './grants.js';

/** The schema `auth`: environments, companies, partner users, their rights and restrictions, and sessions. */
export const authMigrations: MigrationOwner = {
  schema: 'auth',
  migrations: [
    Auth0001,
    Auth0002People,
    Auth0003PartnerUsers,
    Auth0004ServiceManagement,
    Auth0005Onboarding,
    Auth0006RulesVersion,
    Auth0009Isolation,
    Auth0010Sessions,
    Auth0011XmlSettings,
    Auth0012XmlSettingsVersions,
    Auth0013LinkStreams,
  ],
  grants: authGrants,
};
