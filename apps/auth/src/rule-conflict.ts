import type { AppError } from '#lib/errors';

import { RuleConflict, RuleSubjectAbsent } from './errors.js';

const absent = (code: RuleSubjectAbsent['code']) => () => new RuleSubjectAbsent(code);
const conflict = (code: string, message: string) => () => new RuleConflict(code, message);

/** What a broken constraint of the schema means to whoever saves a rule. The names are those of the migrations. */
const MEANINGS: Readonly<Record<string, () => AppError>> = {
  company_environment: absent('environment.absent'),
  onboarding_environment: absent('environment.absent'),
  template_environment: absent('environment.absent'),
  company_id_once: conflict('company.in-another-environment', 'The company belongs to another environment'),
  company_number_once: conflict('company.number-taken', 'Another company of the environment has this Fivaldi number'),
  partner_user_name_once: conflict('partner-user.name-taken', 'Another partner user has this user name'),
  partner_user_scope: absent('company.absent'),
  restriction_group_member_partner_user: absent('partner-user.absent'),
  restriction_group_member_once: conflict(
    'restriction-group.member-elsewhere',
    'A partner user can be in one restriction group of a company, and one of these is in another',
  ),
};

/**
 * Turns a broken constraint into what it means. The constraints decide, not a look before the write: two operators
 * at once cannot both be told yes. What is not in the table stays what it was.
 */
export function ruleConflict(error: unknown): unknown {
  const constraint = error instanceof Error ? (error as Error & { constraint?: unknown }).constraint : undefined;
  return typeof constraint === 'string' && Object.hasOwn(MEANINGS, constraint) ? MEANINGS[constraint]!() : error;
}
