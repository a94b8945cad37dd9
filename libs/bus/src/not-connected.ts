import { AppError } from '#lib/errors';

/** The broker is away right now. */
export class NotConnected extends AppError {
  readonly kind = 'unavailable';
  readonly code = 'bus.not-connected';

  constructor() {
    super('The broker cannot be reached; try again in a moment');
  }
}
