import type { Api } from './api.js';
import type { Output } from './output.js';

/** What every command is given. Options that stand before the command are in here already. */
export interface Surroundings {
  readonly api: () => Api;
  readonly output: () => Output;
  readonly now: () => Date;
}
