import { AppError, type ErrorDetails, type ErrorKind } from '#lib/errors';

/** Every reason for which a file is not read at all, and who must act. */
const FILE_REFUSALS = {
  empty: 'invalid',
  'too-large': 'oversized',
  'too-many-rows': 'oversized',
  'headers-unknown': 'invalid',
  'encoding-unknown': 'unsupported',
  'encoding-broken': 'invalid',
  'not-text': 'invalid',
  malformed: 'invalid',
  'not-a-workbook': 'invalid',
  'unpacks-too-large': 'oversized',
  'too-complex': 'oversized',
  incomplete: 'invalid',
} as const satisfies Record<string, ErrorKind>;
export type FileRefusal = keyof typeof FILE_REFUSALS;

/** The file as a whole cannot be read: no row of it was staged. */
export class OnboardingFileRefused extends AppError {
  readonly kind: ErrorKind;
  readonly code: `onboarding-file.${FileRefusal}`;

  constructor(refusal: FileRefusal, message: string, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(message, details, options);
    this.kind = FILE_REFUSALS[refusal];
    this.code = `onboarding-file.${refusal}`;
  }
}

/** No such onboarding, or not of this environment. */
export class OnboardingAbsent extends AppError {
  readonly kind = 'absent';
  readonly code = 'onboarding.absent';

  constructor() {
    super('There is no such onboarding');
  }
}

/** What is asked for does not fit the state that the onboarding is in. */
export class OnboardingConflict extends AppError {
  readonly kind = 'conflict';

  constructor(
    readonly code: `onboarding.${'not-ready' | 'over' | 'not-open' | 'has-blocked' | 'too-many-at-once'}`,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, details);
  }
}

/** The effect is another one than the dry run that was seen. */
export class OnboardingOutdated extends AppError {
  readonly kind = 'outdated';
  readonly code = 'onboarding.outdated';

  constructor() {
    super('The companies or templates have changed since the dry run; look at the new one before you commit');
  }
}
