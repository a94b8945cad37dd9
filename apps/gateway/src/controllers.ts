import type { Type } from '@nestjs/common';

import { AuditExportController } from './audit-export.controller.js';
import { AuditController } from './audit.controller.js';
import { CompaniesController } from './companies.controller.js';
import { DecisionsController } from './decisions.controller.js';
import { DisclosureController } from './disclosure.controller.js';
import { GrantsController } from './grants.controller.js';
import { EnvironmentsController } from './environments.controller.js';
import { EverybodyController } from './everybody.controller.js';
import { FivaldiConnectionController } from './fivaldi-connection.controller.js';
import { ExportsController } from './exports.controller.js';
import { ImportsController } from './imports.controller.js';
import { LegacyController } from './legacy/legacy.controller.js';
import { LinkController } from './link.controller.js';
import { LinkHistoryController } from './link-history.controller.js';
import { LinkImportController } from './link-import.controller.js';
import { LinkTransfersController } from './link-transfers.controller.js';
import { OidcController } from './oidc.controller.js';
import { OnboardingController } from './onboarding.controller.js';
import { OperatorController } from './operator.controller.js';
import { RegistersController } from './registers.controller.js';
import { RestoreController } from './restore.controller.js';
import { RestrictionGroupsController } from './restriction-groups.controller.js';
import { ServiceManagementController } from './service-management.controller.js';
import { PartnerUsersController } from './partner-users.controller.js';
import { PeopleController } from './people.controller.js';
import { PersonSessionController } from './person-session.controller.js';
import { PersonSessionsController } from './person-sessions.controller.js';
import { SandboxController } from './sandbox.controller.js';
import { SessionController } from './session.controller.js';
import { TemplatesController } from './templates.controller.js';
import { TransferHistoryController } from './transfer-history.controller.js';
import { TransfersController } from './transfers.controller.js';
import { XmlSettingsController } from './xml-settings.controller.js';

/** Every route of the gateway is in one of these, and says at its door whom it lets in (`door.ts`). */
export const CONTROLLERS: Type[] = [
  ImportsController,
  LegacyController,
  ExportsController,
  TransfersController,
  TransferHistoryController,
  RestoreController,
  RegistersController,
  SessionController,
  PersonSessionController,
  PersonSessionsController,
  OidcController,
  PeopleController,
  EverybodyController,
  DecisionsController,
  OperatorController,
  PartnerUsersController,
  SandboxController,
  AuditController,
  AuditExportController,
  DisclosureController,
  EnvironmentsController,
  CompaniesController,
  GrantsController,
  FivaldiConnectionController,
  LinkController,
  LinkTransfersController,
  LinkHistoryController,
  LinkImportController,
  RestrictionGroupsController,
  ServiceManagementController,
  XmlSettingsController,
  OnboardingController,
  TemplatesController,
];
