import type { Answer } from '../wire.js';
import type { RegisterName } from './model.js';

/** A record that a call changed, as the journal keeps it. */
export interface Change {
  readonly register: RegisterName;
  readonly guid: string;
  readonly effect: 'created' | 'changed';
}

/** What a call came to. Changes are named by whoever made some, and by nobody else. */
export interface Outcome {
  readonly answer: Answer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly changes?: readonly Change[];
}
