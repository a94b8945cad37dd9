import { AppError, type ErrorDetails } from '#lib/errors';

/** What cannot be done with a link as it stands. */
export class LinkRefused extends AppError {
  constructor(
    readonly kind: 'absent' | 'outdated' | 'conflict' | 'invalid' | 'reused',
    readonly code: `${'link' | 'comparison' | 'record' | 'cursor'}.${string}`,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, details);
  }
}

export const linkAbsent = (): LinkRefused => new LinkRefused('absent', 'link.absent', 'The company is not linked');
