import type { Grants } from '#lib/store';

/** Rules are put in place and changed; these are never taken away. */
const KEPT = { auth: 'select, insert, update' };
const KEPT_OR_NOT = { auth: 'select, insert, update, delete' };

/** Everything here is the auth service's alone; what others want to know they ask it. */
export const authGrants: Grants = {
  migration: {},
  environment: KEPT,
  company: KEPT,
  partner_user: KEPT,
  upper_right: KEPT_OR_NOT,
  company_grant: KEPT_OR_NOT,
  restriction_group: KEPT_OR_NOT,
  restriction_group_member: KEPT_OR_NOT,
  xml_settings: KEPT,
  token: KEPT_OR_NOT,
  known_address: KEPT_OR_NOT,
  sign_in_counter: KEPT_OR_NOT,
  person: KEPT,
  person_known_address: KEPT_OR_NOT,
  person_membership: KEPT_OR_NOT,
  person_recovery_code: KEPT_OR_NOT,
  person_role: KEPT_OR_NOT,
  person_session: KEPT_OR_NOT,
  template: KEPT_OR_NOT,
  company_template: KEPT_OR_NOT,
  onboarding: KEPT_OR_NOT,
  onboarding_file: KEPT_OR_NOT,
  onboarding_row: KEPT_OR_NOT,
  sms_outgoing: KEPT,
  sms_inbox: KEPT_OR_NOT,
};
