import { AppError } from '#lib/errors';

/** No such register, record or version, or not in this company: they look alike. */
export class RecordAbsent extends AppError {
  readonly kind = 'absent';

  constructor(readonly code: 'register.absent' | 'record.absent' | 'version.absent' | 'transfer.absent') {
    super(`There is no such ${code.slice(0, code.indexOf('.'))}`);
  }
}

/** One thing wrong with a record, and what to tell the person. */
export interface RecordFaultTold {
  /** JSON Pointer (RFC 6901) into the body; `/key` is the key in the path. */
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
  readonly limit?: number | string;
}

/** The record cannot go into its register as it is: nothing of it was written. */
export class RecordInvalid extends AppError {
  readonly kind = 'invalid';
  readonly code = 'record.invalid';

  constructor(errors: readonly RecordFaultTold[]) {
    super('The record cannot be kept as it is', { errors });
  }
}

/** The record stands otherwise by now than it was seen: somebody, or an import, has changed it. */
export class RecordOutdated extends AppError {
  readonly kind = 'outdated';

  constructor(readonly code: 'record.outdated' | 'record.exists') {
    super(
      code === 'record.exists'
        ? 'There is a record with this key already; read it before you change it'
        : 'The record has been changed since you read it; read it again before you change it',
    );
  }
}

/** The record, or the transfer, is not in a state in which this can be done to it. */
export class RecordConflict extends AppError {
  readonly kind = 'conflict';

  constructor(
    readonly code: 'record.deleted' | 'record.not-deleted' | 'version.before-creation' | 'transfer.nothing-applied',
  ) {
    super(CONFLICTS[code]);
  }
}

const CONFLICTS = {
  'record.deleted': 'The record is deleted; restore it before you change it',
  'record.not-deleted': 'The record is not deleted; name the version that it shall go back to',
  'version.before-creation': 'Before that there was no such record; to go back there is to delete it',
  'transfer.nothing-applied': 'The transfer has changed no register, so there is nothing to put back',
} as const;

/** A cursor that no page of this list has given. */
export class CursorUnknown extends AppError {
  readonly kind = 'invalid';
  readonly code = 'cursor.unknown';

  constructor() {
    super('The cursor is not one that this list has given');
  }
}
