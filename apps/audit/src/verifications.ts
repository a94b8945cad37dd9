import { AppError } from '#lib/errors';

import type { VerifyResult } from './audit-log.js';

/** Others are being verified just now; the same question may be asked again in a moment. */
export class TooManyVerifications extends AppError {
  readonly kind = 'limited';
  readonly code = 'verification.too-many';
}

/** Each holds a connection and a snapshot for as long as its chain takes to read. */
const AT_ONCE = 2;

/**
 * Verifications that run now.
 *
 * Whoever asks about a chain that is being read waits for that same answer, so
 * asking again after a time-out costs nothing; a third chain at once is refused.
 */
export class Verifications {
  private readonly running = new Map<string, Promise<VerifyResult>>();

  constructor(private readonly verify: (chain: string) => Promise<VerifyResult>) {}

  async of(chain: string): Promise<VerifyResult> {
    const current = this.running.get(chain);
    if (current) return current;
    if (this.running.size >= AT_ONCE) {
      throw new TooManyVerifications(`${AT_ONCE} chains are being verified; ask again when one is done`);
    }
    const started = this.verify(chain).finally(() => this.running.delete(chain));
    this.running.set(chain, started);
    return started;
  }
}
