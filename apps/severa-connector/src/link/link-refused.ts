import { AppError, type ErrorDetails } from '#lib/errors';

import { REFUSAL_TEXTS, type RefusalCode } from './refusal-texts.js';

type Said = Readonly<Record<'fi' | 'sv' | 'en', string>>;

/** What cannot be done with a link as it stands, in the words of whoever reads it. */
export class LinkRefused extends AppError {
  constructor(
    readonly kind: 'absent' | 'outdated' | 'conflict' | 'invalid' | 'reused',
    readonly code: RefusalCode,
    details: ErrorDetails = {},
    said: Said = REFUSAL_TEXTS[code],
  ) {
    super(said.en, { ...details, said });
  }
}

export const linkAbsent = (): LinkRefused => new LinkRefused('absent', 'link.absent');
