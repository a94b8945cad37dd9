import { within } from './time-limit.js';

/** Something a service cannot work without. It is well when `isWell` says so in time; a throw is a no. */
export interface ReadinessCheck {
  /** For example `database`: it stands in the answer. */
  readonly name: string;
  readonly isWell: () => boolean | Promise<boolean>;
}

export type CheckResult = 'ok' | 'failed' | 'timed-out';

export interface Readiness {
  readonly status: 'ready' | 'not-ready' | 'draining';
  readonly checks: Readonly<Record<string, CheckResult>>;
}

/** How long one check may take, in milliseconds. */
export const CHECK_LIMIT_MS = 1_000;

/**
 * Whether a service may be sent work: every check is well, and it is not draining.
 *
 * A check that hangs is not started again until it has ended, so probes cannot
 * pile up work on a database that is already in trouble.
 */
export class ReadinessGate {
  private draining = false;
  private readonly running = new Map<string, Promise<boolean>>();

  constructor(
    private readonly checks: readonly ReadinessCheck[],
    private readonly limitMs: number = CHECK_LIMIT_MS,
  ) {}

  drain(): void {
    this.draining = true;
  }

  async ask(): Promise<Readiness> {
    const results = await Promise.all(
      this.checks.map(async (check) => [check.name, await this.resultOf(check)] as const),
    );
    const well = results.every(([, result]) => result === 'ok');
    return {
      status: this.draining ? 'draining' : well ? 'ready' : 'not-ready',
      checks: Object.fromEntries(results),
    };
  }

  private async resultOf(check: ReadinessCheck): Promise<CheckResult> {
    const outcome = await within(this.limitMs, this.run(check));
    if (outcome.ended === 'not-yet') return 'timed-out';
    return outcome.ended === 'value' && outcome.value ? 'ok' : 'failed';
  }

  private run({ name, isWell }: ReadinessCheck): Promise<boolean> {
    const current = this.running.get(name);
    if (current) return current;
    const started = Promise.resolve()
      .then(isWell)
      .finally(() => this.running.delete(name));
    this.running.set(name, started);
    return started;
  }
}
