/** A server program that runs for this checkout alone, or one that was found running. */
export interface LocalService {
  /** Where its clients connect, credentials included. */
  readonly url: string;
  /** True when it was found running instead of being started: after a start that was killed before it could stop it. */
  readonly adopted: boolean;
  /** Stops it and waits until its processes are gone. What was accepted before is still there at the next start. */
  stop(): Promise<void>;
}

/** Tells the person at the terminal what takes long. One plain sentence without a line break. */
export type Say = (sentence: string) => void;

/** Why a local server cannot run here, in words that say what to do. */
export class LocalServiceError extends Error {
  override readonly name = 'LocalServiceError';
}
