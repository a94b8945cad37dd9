import type { Log } from './log.js';

/** One thing to do before leaving, for example `stop taking requests`. */
export interface ShutdownStep {
  readonly name: string;
  readonly run: () => void | Promise<void>;
}

export interface ShutdownOptions {
  readonly log: Log;
  /** For all the steps together. */
  readonly seconds: number;
}

/**
 * Leaves in order, once, when asked to.
 *
 *   asked by                 | because
 *   -------------------------+------------------------------------------------
 *   SIGTERM, SIGINT          | somebody stops the service
 *   end of the IPC channel   | the supervisor is gone, and nobody may be orphaned
 *
 * A step that fails does not keep the next from running. The process ends with
 * 0 when every step ran well in time, and with 1 otherwise. Asking again while
 * it leaves changes nothing: Ctrl-C in a terminal reaches a service twice, once
 * from the terminal and once from its supervisor.
 *
 * An error that nobody caught ends the process with 1 at once: what is in
 * memory can no longer be trusted, and what was committed needs no farewell.
 */
export function onShutdown(steps: readonly ShutdownStep[], { log, seconds }: ShutdownOptions): void {
  let leaving = false;
  const leave = (because: string) => {
    if (leaving) return;
    leaving = true;
    log.info({ because }, 'stopping');
    setTimeout(() => {
      log.error({ seconds }, 'stopping took too long');
      process.exit(1);
    }, seconds * 1000);
    void runAll(steps, log).then((well) => process.exit(well ? 0 : 1));
  };

  process.on('SIGTERM', () => leave('SIGTERM'));
  process.on('SIGINT', () => leave('SIGINT'));
  if (process.connected) process.on('disconnect', () => leave('the supervisor is gone'));
  process.on('uncaughtException', (error) => {
    log.error({ error }, 'an error that nobody caught');
    process.exit(1);
  });
}

async function runAll(steps: readonly ShutdownStep[], log: Log): Promise<boolean> {
  let well = true;
  for (const { name, run } of steps) {
    try {
      await run();
      log.debug({ step: name }, 'stopped a part');
    } catch (error) {
      well = false;
      log.error({ step: name, error }, 'a part did not stop well');
    }
  }
  log.info({ well }, 'stopped');
  return well;
}
