import type { Log } from '#lib/service';

/** Work that is done at the start and again every so often; one round at a time, and a failed one does not end it. */
export class Routine {
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(
    private readonly name: string,
    private readonly everyMs: number,
    private readonly run: () => Promise<unknown>,
    private readonly log: Pick<Log, 'error'>,
  ) {}

  start(): void {
    this.#round = this.run().then(
      () => undefined,
      (error: unknown) => this.log.error({ err: error, routine: this.name }, 'a routine of the log has failed'),
    );
    void this.#round.then(() => {
      if (!this.#stopped) this.#timer = setTimeout(() => this.start(), this.everyMs);
    });
  }

  /** Waits for the round under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#round;
  }
}
