import type { AppError } from '#lib/errors';

import { RuleSubjectAbsent } from '../errors.js';
import { PersonConflict } from './errors.js';

/** What a broken constraint of the schema means to whoever changes a person. */
const MEANINGS: Readonly<Record<string, () => AppError>> = {
  person_email_once: () => new PersonConflict('person.email-taken', 'Somebody has this e-mail already'),
  person_membership_environment: () => new RuleSubjectAbsent('environment.absent'),
  person_role_company: () => new RuleSubjectAbsent('company.absent'),
};

/** Turns a broken constraint into what it means; what is not in the table stays what it was. */
export function personConflict(error: unknown): unknown {
  const constraint = error instanceof Error ? (error as Error & { constraint?: unknown }).constraint : undefined;
  return typeof constraint === 'string' && Object.hasOwn(MEANINGS, constraint) ? MEANINGS[constraint]!() : error;
}
