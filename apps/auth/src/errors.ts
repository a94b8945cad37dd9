import { AppError, type ErrorDetails } from '#lib/errors';

/** A part of a rule that cannot be kept as it was given. `pointer` is the JSON pointer of RFC 6901 into its body. */
export interface RuleFault {
  readonly pointer: string;
  readonly code: string;
  /** What would be accepted in its place, where there is one such thing. */
  readonly corrected?: string;
  /** The most that is accepted, where that is what is wrong. */
  readonly limit?: number;
}

/** The body of a rule cannot mean anything: nothing of it was saved. */
export class RuleUnusable extends AppError {
  readonly kind = 'invalid';
  readonly code = 'rule.unusable';

  constructor(errors: readonly RuleFault[]) {
    super('The rule cannot be saved as it is', { errors });
  }
}

type Subject =
  'environment' | 'company' | 'partner-user' | 'restriction-group' | 'template' | 'person' | 'xml-settings-version';

/** The rule speaks of something that is not there. */
export class RuleSubjectAbsent extends AppError {
  readonly kind = 'absent';

  constructor(readonly code: `${Subject}.absent`) {
    super('The rule speaks of something that does not exist');
  }
}

/** The rule is another one by now than the one that was seen and changed. */
export class RuleOutdated extends AppError {
  readonly kind = 'outdated';
  readonly code = 'rule.outdated';

  constructor() {
    super('Somebody has changed this since you read it; read it again before you change it');
  }
}

/** The rule contradicts another one that stands. */
export class RuleConflict extends AppError {
  readonly kind = 'conflict';

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Why a main user cannot give a right: the red entries of the seed. */
export const GRANT_REFUSALS = ['DIRECTION_UNSUPPORTED', 'VISMA_GRANT_MISSING'] as const;
export type GrantRefusal = (typeof GRANT_REFUSALS)[number];

/** Some right cannot be given, so none of them was. */
export class RightsRefused extends AppError {
  readonly kind = 'denied';
  readonly code = 'rights.refused';

  constructor(errors: readonly { readonly pointer: string; readonly code: GrantRefusal }[]) {
    super('These rights cannot be given', {
      reasons: GRANT_REFUSALS.filter((reason) => errors.some(({ code }) => code === reason)),
      errors,
    });
  }
}

/** The company has no Web Services: nothing can be granted in it until it has. */
export class WebServicesOff extends AppError {
  readonly kind = 'conflict';
  readonly code = 'web-services.off';

  constructor() {
    super('The Web Services of this company are off. Switch them on in the company, then grant rights');
  }
}

/** The change locks out, opens what a group had closed, or lets imports destroy; whoever means it confirms it. */
export class ConfirmationMissing extends AppError {
  readonly kind = 'conflict';

  constructor(
    readonly code: 'restriction-group.locks-out' | 'restriction-group.has-members' | 'xml-settings.unconfirmed',
    message: string,
    details: ErrorDetails,
  ) {
    super(message, details);
  }
}

/** A change of grants that cannot mean anything, or touches too many at once. */
export class MatrixUnusable extends AppError {
  readonly kind = 'invalid';
  readonly code = 'grants.unusable';

  constructor(errors: readonly RuleFault[]) {
    super('These rights cannot be given and taken together', { errors });
  }
}

/** There is no sandbox in production. */
export class SandboxAbsent extends AppError {
  readonly kind = 'absent';
  readonly code = 'sandbox.absent';

  constructor() {
    super('There is no sandbox here');
  }
}

/** A password that nobody may choose. */
export class NewPasswordUnfit extends AppError {
  readonly kind = 'invalid';
  readonly code = 'password.unfit';

  constructor(codes: readonly string[]) {
    super('Choose another password: long, and not one that others would try', {
      errors: codes.map((code) => ({ pointer: '/newPassword', code })),
    });
  }
}

/** So many sign in at once that waiting would take longer than the caller does. */
export class SignInCrowded extends AppError {
  readonly kind = 'limited';
  readonly code = 'sign-in.crowded';

  constructor() {
    super('Too many are signing in just now');
  }
}
