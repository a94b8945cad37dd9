import { AppError } from '#lib/errors';
import type { Database, Sql } from '#lib/store';

import { commitBatch } from './commit-batch.js';
import { dryRun, type OnboardingKey, stageFollowers, stageRows } from './dry-run.js';
import { OnboardingFileRefused } from './errors.js';
import { fileBytes, forgetFile } from './onboarding-file.js';
import { announce, countRows, type Onboarding, setState, takeOnboarding } from './onboarding-log.js';
import { readFile, type ReadRow } from './read-file.js';

/** Milliseconds that one statement over a whole file may take. */
const STATEMENT_TIMEOUT = 60_000;

const CHANGED_MEANWHILE = {
  code: 'onboarding.changed-meanwhile',
  message: 'Companies of the file were changed by somebody else, so nothing of it was saved; run it anew',
  details: {},
};

/**
 * Carries out what an onboarding waits for: the dry run of its file, or the rows of its commit. Read this first.
 *
 * Safe to repeat, to cut off anywhere, and to run twice at once: every step looks at the state that stands, under the
 * lock of the onboarding's row, and becomes true whole or not at all.
 */
export class OnboardingWork {
  /** `beforeCommit` is told when a batch is about to become true: the moment at which to be cut off. */
  constructor(
    private readonly database: Database,
    private readonly relay: { nudge(): void },
    private readonly beforeCommit: () => void = () => undefined,
  ) {}

  /** Until there is nothing left to do. Throws what went wrong; the same call again goes on where this one stopped. */
  async run(key: OnboardingKey): Promise<void> {
    await this.tryFile(key);
    while (await this.commitSome(key));
  }

  /** Reads a file that was received and plans each row; its bytes are forgotten, for its rows say it all. */
  private async tryFile(key: OnboardingKey): Promise<void> {
    const standing = await this.transaction(key, (sql) => takeOnboarding(sql, key));
    if (standing.state !== 'received') return;
    const read = await this.readRows(standing);
    await this.transaction(key, async (sql) => {
      const onboarding = await takeOnboarding(sql, key);
      if (onboarding.state !== 'received') return;
      await forgetFile(sql, key);
      if (read instanceof OnboardingFileRefused) return refuse(sql, onboarding, read);
      if (onboarding.template !== null) await stageFollowers(sql, key, onboarding.template);
      else await stageRows(sql, key, read);
      await noteMark(sql, key, await dryRun(sql, key));
    });
    this.relay.nudge();
  }

  private async readRows({ form, charset, ...key }: Onboarding): Promise<readonly ReadRow[] | OnboardingFileRefused> {
    if (form === 'template') return [];
    const bytes = await this.transaction(key, (sql) => fileBytes(sql, key));
    try {
      const rows: ReadRow[] = [];
      for await (const row of readFile({ bytes, form, charset })) rows.push(row);
      return rows;
    } catch (error) {
      if (error instanceof OnboardingFileRefused) return error;
      throw error;
    }
  }

  /** One batch of a commit; `false` when there is none. */
  private async commitSome(key: OnboardingKey): Promise<boolean> {
    try {
      const more = await this.transaction(key, async (sql) => {
        const onboarding = await takeOnboarding(sql, key);
        if (onboarding.state !== 'committing') return false;
        const outcome = await commitBatch(sql, onboarding);
        if (outcome === 'undo') throw new Undone();
        this.beforeCommit();
        return outcome === 'more';
      });
      this.relay.nudge();
      return more;
    } catch (error) {
      if (!(error instanceof Undone)) throw error;
      await this.transaction(key, async (sql) => fail(sql, await takeOnboarding(sql, key)));
      return false;
    }
  }

  private transaction<T>({ environmentId }: OnboardingKey, work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.database.transaction(work, {
      scope: { tenant: environmentId },
      statementTimeout: STATEMENT_TIMEOUT,
    });
  }
}

/** All or nothing, and something had changed: the transaction is undone with it. */
class Undone extends AppError {
  readonly kind = 'conflict';
  readonly code = 'onboarding.undone';

  constructor() {
    super('Nothing of the file was saved');
  }
}

export async function noteMark(sql: Sql, key: OnboardingKey, mark: string): Promise<void> {
  await sql.rows(
    `update auth.onboarding set state = 'ready', mark = $3 where environment_id = $1 and onboarding_id = $2`,
    [key.environmentId, key.onboardingId, mark],
  );
}

async function noteRefusal(sql: Sql, key: OnboardingKey, refusal: object): Promise<void> {
  await sql.rows('update auth.onboarding set refusal = $3 where environment_id = $1 and onboarding_id = $2', [
    key.environmentId,
    key.onboardingId,
    JSON.stringify(refusal),
  ]);
}

async function refuse(sql: Sql, onboarding: Onboarding, refused: OnboardingFileRefused): Promise<void> {
  const { code, message, details } = refused;
  await noteRefusal(sql, onboarding, { code, message, details });
  await setState(sql, onboarding, 'refused');
  await announce(sql, onboarding, 'onboarding.finished', { ...onboarding, outcome: 'failure', details: { code } });
}

async function fail(sql: Sql, onboarding: Onboarding): Promise<void> {
  if (onboarding.state !== 'committing') return;
  await noteRefusal(sql, onboarding, CHANGED_MEANWHILE);
  await setState(sql, onboarding, 'failed');
  const details = { code: CHANGED_MEANWHILE.code, counts: await countRows(sql, onboarding) };
  await announce(sql, onboarding, 'onboarding.finished', { ...onboarding, outcome: 'failure', details });
}
