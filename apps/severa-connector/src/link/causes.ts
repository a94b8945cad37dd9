import { DOCUMENT_CAUSES } from '../flows/document-causes.js';
import { REGISTER_CAUSES } from '../flows/register-causes.js';
import type { Cause, CauseOwner, Causes } from './cause.js';
import { CONNECTION_CAUSES } from './connection-causes.js';
import { TRANSFER_CAUSES } from './transfer-causes.js';

/** Every cause of the connector; a code stands in one of the lists only. */
export const CAUSES: Causes = { ...CONNECTION_CAUSES, ...TRANSFER_CAUSES, ...REGISTER_CAUSES, ...DOCUMENT_CAUSES };

export interface ExplainedCause {
  readonly code: string;
  readonly owner: CauseOwner;
  readonly what: string;
  readonly remedy: string;
}

/** A cause as people are told it. A code that nobody has written a text for is a fault of ours, and keeps its code. */
export function explainCause(code: string, language: 'fi' | 'sv' | 'en'): ExplainedCause {
  const cause: Cause = CAUSES[code] ?? TRANSFER_CAUSES['fault-of-ours'];
  return { code, owner: cause.owner, ...cause[language] };
}
