import type { Grants } from '#lib/store';

/** Put in place and changed, never taken away. */
const KEPT = { auth: 'select, insert, update' };
/** Written once. */
const ADDED = { auth: 'select, insert' };
/** Given and taken away; never turned into another. */
const GIVEN_OR_TAKEN = { auth: 'select, insert, delete' };
const CHANGED_OR_TAKEN = { auth: 'select, insert, update, delete' };

/** Everything here is the auth service's alone; what others want to know they ask it. */
export const authGrants: Grants = {
  migration: {},
  environment: KEPT,
  company: KEPT,
  partner_user: KEPT,
  upper_right: GIVEN_OR_TAKEN,
  company_grant: GIVEN_OR_TAKEN,
  restriction_group: CHANGED_OR_TAKEN,
  restriction_group_member: CHANGED_OR_TAKEN,
  xml_settings: KEPT,
  xml_settings_version: ADDED,
  token: GIVEN_OR_TAKEN,
  known_address: CHANGED_OR_TAKEN,
  sign_in_counter: CHANGED_OR_TAKEN,
  person: KEPT,
  person_identity: GIVEN_OR_TAKEN,
  person_known_address: CHANGED_OR_TAKEN,
  person_membership: CHANGED_OR_TAKEN,
  person_recovery_code: GIVEN_OR_TAKEN,
  person_role: GIVEN_OR_TAKEN,
  person_session: CHANGED_OR_TAKEN,
  template: CHANGED_OR_TAKEN,
  company_template: CHANGED_OR_TAKEN,
  onboarding: CHANGED_OR_TAKEN,
  onboarding_file: GIVEN_OR_TAKEN,
  // Its rows go with their onboarding.
  onboarding_row: KEPT,
  sms_outgoing: KEPT,
  sms_inbox: GIVEN_OR_TAKEN,
};
