import type { Mutation } from '../faults/mutant.ts';
import { type Death, killEngine } from './crash.ts';
import type { LinkGround } from './ground.ts';
import type { LinkFault } from './scene.ts';
import { losesItsRight, type RevocationFault, type Trial, wakesUpLate } from './trials.ts';

const CONNECTOR = 'apps/severa-connector/src';

type Fault = LinkFault | RevocationFault;

/** A guard of the links, what is done while it is away, and what must then be wrong. */
export interface LinkGuard extends Mutation {
  /** Where an engine is killed; `null`: something else is done. */
  readonly death: Death | null;
  readonly trial: (ground: LinkGround, how: Trial) => Promise<readonly Fault[]>;
  readonly trips: Fault;
}

type Case = Mutation & { readonly trips: Fault };

const killedAt = (point: Death['point'], time: number, guard: Case): LinkGuard => ({
  ...guard,
  death: { point, time },
  trial: async (ground, how) => {
    const { by, faults } = await killEngine(ground, { point, time }, how);
    if (by !== 'SIGKILL') throw new Error(`Nothing gets to ${point} ${time} times`);
    return faults;
  },
});

const staged = (trial: LinkGuard['trial'], guard: Case): LinkGuard => ({ ...guard, death: null, trial });

/** The sixth request makes a customer in Severa. The first guard is part of every run of the tests. */
export const LINK_GUARDS: readonly LinkGuard[] = [
  killedAt('link.after-answer', 6, {
    name: 'link-sends-before-it-is-written-down',
    cuts: [
      {
        file: `${CONNECTOR}/engine/sending.js`,
        guard: 'await ledger.pass(record.begun(step.operation, step.known));',
        without: 'await ledger.pass(null);',
      },
    ],
    trips: 'record.twice',
  }),
  killedAt('link.after-answer', 6, {
    name: 'link-adds-again-without-a-look',
    cuts: [
      {
        file: `${CONNECTOR}/flows/customers-to-severa.js`,
        guard: `known === null || known['look'] === true || unsure === 'create'`,
        without: `known === null || known['look'] === true`,
      },
    ],
    trips: 'record.twice',
  }),
  killedAt('link.before-send', 6, {
    name: 'link-leaves-what-was-sending',
    cuts: [
      {
        file: `${CONNECTOR}/engine/pairs.js`,
        guard: `and state in ('due', 'sending', 'unknown', 'waits') and next_try_at <= clock_timestamp()`,
        without: `and state in ('due', 'unknown', 'waits') and next_try_at <= clock_timestamp()`,
      },
    ],
    trips: 'record.stranded',
  }),
  killedAt('link.before-commit', 7, {
    name: 'link-forgets-what-was-sending',
    cuts: [
      {
        file: `${CONNECTOR}/engine/record.js`,
        guard: 'this.unsure = pair.sending;',
        without: 'this.unsure = null;',
      },
    ],
    trips: 'record.twice',
  }),
  killedAt('link.after-commit', 7, {
    name: 'link-turn-that-never-ends',
    cuts: [
      {
        file: `${CONNECTOR}/engine/turns.js`,
        guard: '(leased_until is null or leased_until <= now())',
        without: 'leased_until is null',
      },
    ],
    trips: 'record.stranded',
  }),
  killedAt('link.page-stored', 4, {
    name: 'link-reads-no-further',
    cuts: [
      {
        file: `${CONNECTOR}/engine/run-stages.js`,
        guard: 'goOn(sql, held.turn, run, stage)',
        without: `goOn(sql, held.turn, run, 'sending')`,
      },
    ],
    trips: 'record.missing',
  }),
  staged(wakesUpLate, {
    name: 'link-without-fence',
    cuts: [
      {
        file: `${CONNECTOR}/engine/ledger-statement.js`,
        guard: 'and company_id = e.company and fence = e.fence for update',
        without: 'and company_id = e.company for update',
      },
      { file: `${CONNECTOR}/engine/turns.js`, guard: 'else this.#lost = true;', without: '' },
    ],
    trips: 'call.overlaps',
  }),
  staged(losesItsRight, {
    name: 'link-asks-the-rules-once',
    cuts: [
      {
        file: `${CONNECTOR}/engine/ledger-statement.js`,
        guard: `coalesce(turn.same, false) and \${rulesStandAmong('e.environment', 'e.company', 'e.partner', 'e.version')}`,
        without: 'coalesce(turn.same, false)',
      },
    ],
    trips: 'begun.after-revocation',
  }),
];
