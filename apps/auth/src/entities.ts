import { Company } from './rules/company.js';
import { Environment } from './rules/environment.js';
import { PartnerUser } from './rules/partner-user.js';
import { RestrictionGroup, RestrictionGroupMember } from './rules/restriction-group.js';
import { CompanyGrant, UpperRight } from './rules/rights.js';
import { XmlSettings } from './rules/xml-settings.js';

/** What the rule book edits. Decisions and sessions are statements and need no entities. */
export const entities = [
  Environment,
  Company,
  PartnerUser,
  UpperRight,
  CompanyGrant,
  RestrictionGroup,
  RestrictionGroupMember,
  XmlSettings,
];
