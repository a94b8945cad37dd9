import { AppError } from '#lib/errors';

import type { RuleFault } from '../errors.js';
import type { PasswordFault } from './new-password.js';

/** The password that was chosen cannot be one; the old one stands. */
export class PasswordUnfit extends AppError {
  readonly kind = 'invalid';
  readonly code = 'password.unfit';

  constructor(faults: readonly PasswordFault[]) {
    super(
      'Choose another password: 15 to 128 characters, not a common one, not made of your e-mail or of names, not the one you have',
      {
        errors: faults.map((code) => ({ pointer: '/password', code })),
      },
    );
  }
}

/** No such person, or none that whoever asks may know of. */
export class PersonAbsent extends AppError {
  readonly kind = 'absent';
  readonly code = 'person.absent';

  constructor() {
    super('There is no such person');
  }
}

/** Roles that cannot be given or taken like this. Nothing was changed. */
export class RolesUnfit extends AppError {
  readonly kind = 'invalid';
  readonly code = 'roles.unfit';

  constructor(errors: readonly RuleFault[]) {
    super('These roles cannot be kept as they are', { errors });
  }
}

/** A role is not the asker's to give or to take. */
export class RolesRefused extends AppError {
  readonly kind = 'denied';
  readonly code = 'roles.refused';

  constructor(reasons: readonly string[]) {
    super('These roles are not yours to give or to take', { reasons });
  }
}

/** The change would leave the people of the service in a state that nobody could mend from inside. */
export class PersonConflict extends AppError {
  readonly kind = 'conflict';

  constructor(
    readonly code: `${'person' | 'main-user' | 'password'}.${string}`,
    message: string,
  ) {
    super(message);
  }
}

/** Somebody who is signed in changes what they sign in with: their session alone is not enough for that. */
export class PresentPasswordNeeded extends AppError {
  readonly kind = 'denied';
  readonly code = 'password.needed';

  constructor() {
    super('Give your present password as currentPassword to change your own e-mail, or have another operator do it');
  }
}

/** Who has come upon somebody's open session does not put its owner out of the others with it. */
export class ProofNeeded extends AppError {
  readonly kind = 'denied';
  readonly code = 'session.proof-needed';

  constructor() {
    super(
      'Give your present password as currentPassword to end other sessions, or sign in anew and do it within five minutes',
    );
  }
}

/** Wrong, or a delay runs: the answer is the one of a change of password. */
export class PresentPasswordRefused extends AppError {
  readonly kind = 'denied';
  readonly code = 'password.refused';

  constructor() {
    super('This is not your present password, or you must wait a while');
  }
}

/** What concerns a person everywhere is the operator's to do when they are somebody elsewhere too. */
export class PersonKeptByOperator extends AppError {
  readonly kind = 'denied';
  readonly code = 'person.kept-by-operator';

  constructor() {
    super('Only the operator does this for this person');
  }
}
