import { v7 as newOnboardingId } from 'uuid';
import type { z } from 'zod';

import {
  ALL_OR_NOTHING_ROWS,
  type applyTemplate,
  type cancelOnboarding,
  type closeOnboarding,
  type commitOnboarding,
  type listOnboardingRows,
  type listOnboardings,
  type OnboardingRow,
  type OnboardingView,
  onboardingWork,
  type openOnboarding,
  type sendOnboardingPart,
} from '#lib/contracts';
import { type Database, outgoing, type Sql, writeOutbox } from '#lib/store';

import { RuleSubjectAbsent } from '../errors.js';
import { ruleConflict } from '../rule-conflict.js';
import { requireText } from '../rules/rule-fault.js';
import { dryRun, type OnboardingKey } from './dry-run.js';
import { OnboardingConflict, OnboardingFileRefused, OnboardingOutdated } from './errors.js';
import { forgetFile, keepPart, requireRoom, requireWhole, sweepBrokenOff } from './onboarding-file.js';
import { explainMistake } from './mistake-texts.js';
import {
  announce,
  countRows,
  listOnboardingsOf,
  listRows,
  type Onboarding,
  setState,
  takeOnboarding,
  viewOnboarding,
} from './onboarding-log.js';
import { noteMark } from './onboarding-work.js';
import type { Mistake } from './row-check.js';

type Ask<Contract extends { readonly ask: z.ZodType }> = z.output<Contract['ask']>;

/** Milliseconds that planning a whole file anew may take. */
const PLANNING = 60_000;

const OVER = ['done', 'failed', 'cancelled', 'refused'];

/** What people ask of onboardings. What they cause is done in the background, by `onboarding-work.ts`. */
export class Onboardings {
  constructor(
    private readonly database: Database,
    private readonly relay: { nudge(): void },
  ) {}

  async open({ by, environmentId, address, form, charset }: Ask<typeof openOnboarding>): Promise<string> {
    const onboardingId = newOnboardingId();
    await this.transaction({ environmentId }, async (sql) => {
      await sweepBrokenOff(sql, environmentId);
      await requireRoom(sql, environmentId);
      await sql.rows(
        `insert into auth.onboarding (environment_id, onboarding_id, state, form, charset, actor, address)
         values ($1, $2, 'open', $3, $4, $5, $6)`,
        [environmentId, onboardingId, form, charset, JSON.stringify(by), address],
      );
    });
    return onboardingId;
  }

  async part({ data, no, ...key }: Ask<typeof sendOnboardingPart>): Promise<void> {
    await this.transaction(key, async (sql) => {
      const { state } = await takeOnboarding(sql, key);
      if (state !== 'open') throw new OnboardingConflict('onboarding.not-open', 'The file has been closed');
      await keepPart(sql, key, no, Buffer.from(data, 'base64'));
    });
  }

  /** Closing twice is closing once: the answer to the first may have been lost. */
  async close({ by, address, parts, sha256, ...key }: Ask<typeof closeOnboarding>): Promise<void> {
    await this.transaction(key, async (sql) => {
      const { state } = await takeOnboarding(sql, key);
      if (state !== 'open') return;
      const bytes = await requireWhole(sql, key, parts, Buffer.from(sha256, 'base64'));
      await setState(sql, key, 'received');
      await announce(sql, key, 'onboarding.received', { by, address, details: { bytes, sha256 } });
      await askForWork(sql, key);
    });
  }

  /** A dry run over the companies that follow the template. */
  async apply({ by, environmentId, address, name }: Ask<typeof applyTemplate>): Promise<string> {
    requireText({ name });
    const key = { environmentId, onboardingId: newOnboardingId() };
    await this.transaction(key, async (sql) => {
      const [template] = await sql.rows('select from auth.template where environment_id = $1 and name = $2', [
        environmentId,
        name,
      ]);
      if (!template) throw new RuleSubjectAbsent('template.absent');
      await sweepBrokenOff(sql, environmentId);
      await requireRoom(sql, environmentId);
      await sql.rows(
        `insert into auth.onboarding (environment_id, onboarding_id, state, form, template, actor, address)
         values ($1, $2, 'received', 'template', $3, $4, $5)`,
        [environmentId, key.onboardingId, name, JSON.stringify(by), address],
      );
      await announce(sql, key, 'onboarding.received', { by, address, details: { template: name } });
      await askForWork(sql, key);
    });
    return key.onboardingId;
  }

  list(ask: Ask<typeof listOnboardings>): Promise<z.output<typeof listOnboardings.answer>> {
    return this.transaction(ask, (sql) => listOnboardingsOf(sql, ask));
  }

  read(key: OnboardingKey): Promise<OnboardingView> {
    return this.transaction(key, (sql) => viewOnboarding(sql, key));
  }

  async rows({ after, limit, outcome, language, ...key }: Ask<typeof listOnboardingRows>): Promise<{
    readonly rows: OnboardingRow[];
    readonly next: number | null;
  }> {
    const found = await this.transaction(key, async (sql) => {
      await viewOnboarding(sql, key);
      return listRows(sql, key, { after, limit: limit + 1, outcome: outcome ?? null });
    });
    const shown = found.slice(0, limit).map((row) => ({
      ...row,
      mistakes: (row.mistakes as readonly Mistake[]).map((mistake) => {
        const { field, code, value } = mistake;
        return { field, code, value, message: explainMistake(mistake, language) };
      }),
    }));
    return { rows: shown, next: found.length > limit ? (shown.at(-1)?.no ?? null) : null };
  }

  /**
   * Lets the dry run come true in the background. The whole file is planned once more: when the effect is another one
   * by now, the new one takes the old one's place and nothing is committed. The same commit again is a push to one
   * that stands still.
   */
  async commit({ by, address, ifMark, allOrNothing, ...key }: Ask<typeof commitOnboarding>): Promise<OnboardingView> {
    const outdated = await this.transaction(key, async (sql) => {
      const onboarding = await takeOnboarding(sql, key);
      requireCommittable(onboarding);
      if (onboarding.mark !== ifMark) return true;
      if (onboarding.state === 'ready') {
        const mark = await dryRun(sql, key);
        if (mark !== ifMark) {
          await noteMark(sql, key, mark);
          return true;
        }
        await requireWholeEffect(sql, key, allOrNothing);
        await noteCommit(sql, { ...onboarding, by, address, allOrNothing });
      }
      await askForWork(sql, key);
      return false;
    });
    if (outdated) throw new OnboardingOutdated();
    return this.read(key);
  }

  /** Waits for the batch that is under way; what it and those before it have saved stays. */
  async cancel({ by, address, ...key }: Ask<typeof cancelOnboarding>): Promise<OnboardingView> {
    await this.transaction(key, async (sql) => {
      const { state } = await takeOnboarding(sql, key);
      if (state === 'cancelled') return;
      if (OVER.includes(state)) throw new OnboardingConflict('onboarding.over', 'The onboarding has ended');
      await forgetFile(sql, key);
      await setState(sql, key, 'cancelled');
      const details = { cancelled: true, counts: await countRows(sql, key) };
      await announce(sql, key, 'onboarding.finished', { by, address, details });
    });
    return this.read(key);
  }

  private async transaction<T>(
    { environmentId }: Pick<OnboardingKey, 'environmentId'>,
    work: (sql: Sql) => Promise<T>,
  ): Promise<T> {
    const options = { scope: { tenant: environmentId }, statementTimeout: PLANNING };
    try {
      return await this.database.transaction(work, options);
    } catch (error) {
      throw ruleConflict(error);
    } finally {
      this.relay.nudge();
    }
  }
}

function requireCommittable({ state }: Onboarding): void {
  if (OVER.includes(state)) throw new OnboardingConflict('onboarding.over', 'The onboarding has ended');
  if (state === 'ready' || state === 'committing') return;
  throw new OnboardingConflict('onboarding.not-ready', 'The dry run has not ended yet');
}

async function requireWholeEffect(sql: Sql, key: OnboardingKey, allOrNothing: boolean): Promise<void> {
  if (!allOrNothing) return;
  const { rows, blocked } = await countRows(sql, key);
  if (blocked > 0) {
    throw new OnboardingConflict('onboarding.has-blocked', 'Rows are blocked, and it is to be all or nothing', {
      blocked,
    });
  }
  if (rows > ALL_OR_NOTHING_ROWS) {
    throw new OnboardingFileRefused(
      'too-many-rows',
      `All or nothing goes for at most ${ALL_OR_NOTHING_ROWS} rows: split the file`,
      { limit: ALL_OR_NOTHING_ROWS },
    );
  }
}

async function noteCommit(sql: Sql, { by, address, allOrNothing, ...key }: Onboarding): Promise<void> {
  await sql.rows(
    `update auth.onboarding set state = 'committing', all_or_nothing = $3, actor = $4, address = $5
      where environment_id = $1 and onboarding_id = $2`,
    [key.environmentId, key.onboardingId, allOrNothing, JSON.stringify(by), address],
  );
  const details = { allOrNothing, mark: key.mark, counts: await countRows(sql, key) };
  await announce(sql, key, 'onboarding.committed', { by, address, details });
}

async function askForWork(sql: Sql, { environmentId, onboardingId }: OnboardingKey): Promise<void> {
  await writeOutbox(sql, [outgoing(onboardingWork, { environmentId, onboardingId })]);
}
