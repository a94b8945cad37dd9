import type { Log } from '#lib/service';

import type { PasswordSender } from './password-sender.js';

const POLL_MS = 1_000;
const AFTER_FAILURE_MS = 5_000;

/**
 * Has what was ordered sent, one after the other, for ever: at once when told, and every second for orders whose
 * service died, or whose next try is due.
 */
export class PasswordPost {
  private running: Promise<void> | undefined;
  private stopped = false;
  private nudged = false;
  private wake: () => void = () => undefined;

  constructor(
    private readonly sender: Pick<PasswordSender, 'sendNext'>,
    private readonly log: Pick<Log, 'error'>,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Something was ordered: look now. */
  nudge(): void {
    this.nudged = true;
    this.wake();
  }

  /** Ends the order in hand and takes no other. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      this.nudged = false;
      try {
        const sent = await this.sender.sendNext();
        if (!sent) await this.rest(POLL_MS);
      } catch (error) {
        this.log.error({ error }, 'ordered passwords cannot be sent');
        this.nudged = false;
        await this.rest(AFTER_FAILURE_MS);
      }
    }
  }

  private async rest(ms: number): Promise<void> {
    if (this.stopped || this.nudged) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = () => undefined;
  }
}
