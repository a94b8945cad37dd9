import { AppError } from '#lib/errors';

/** Another worker holds the lane now; whatever this one did must not become true. */
export class LaneSuperseded extends AppError {
  readonly kind = 'conflict';
  readonly code = 'lane.superseded';

  constructor(laneId: string) {
    super('Another worker has taken over this lane', { laneId });
  }
}
