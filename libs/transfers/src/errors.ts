import { AppError } from '#lib/errors';

/** Another worker holds the lane now; whatever this one did must not become true. */
export class LaneSuperseded extends AppError {
  readonly kind = 'conflict';
  readonly code = 'lane.superseded';

  constructor(laneId: string) {
    super('Another worker has taken over this lane', { laneId });
  }
}

/**
 * What was being stored has been cleared away: it took too long, or another worker has begun the same export anew. It
 * can be stored anew, so whoever carries it out tries again.
 */
export class UploadForgotten extends AppError {
  readonly kind = 'unavailable';
  readonly code = 'upload.forgotten';

  constructor(documentId: string) {
    super('The document was cleared away while it was being stored', { documentId });
  }
}
