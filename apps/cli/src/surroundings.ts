import type { Api } from './api.js';
import type { Output } from './output.js';

/** The languages that the service speaks. */
export type Language = 'fi' | 'sv' | 'en';

/** What every command is given. Options that stand before the command are in here already. */
export interface Surroundings {
  readonly api: () => Api;
  readonly output: () => Output;
  readonly language: () => Language;
  readonly now: () => Date;
}
