import { accessSync, constants, mkdirSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { LocalServiceError } from './local-service.ts';

/**
 * Makes `folder` for us alone and answers with its real path. The folders on the way are made open to others, since
 * a server may run as another user than the one who starts it.
 */
export function ownFolder(folder: string): string {
  mkdirSync(dirname(folder), { recursive: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new LocalServiceError(`${folder} belongs to another user: remove it, or start as that user`, { cause });
  }
  return realpathSync(folder);
}
