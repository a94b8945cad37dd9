import { decide, type Decision } from './decision.js';

/**
 * The phases [vaiheet] of taking a Severa–Netvisor link into use [käyttöönotto], in their order.
 *
 * Source: the seed's onboarding assistant [käyttöönottoapuri]; contract netvisor §5.3.
 */
export const LINK_PHASES = [
  'prepare-in-severa',
  'netvisor-credentials',
  'customers',
  'products',
  'dimensions',
  'transfer-history',
] as const;
export type LinkPhase = (typeof LINK_PHASES)[number];

/** What is known of a link that is taken into use. */
export interface LinkFacts {
  readonly state: 'preparing' | 'active' | 'stopped';
  readonly acknowledged: readonly LinkPhase[];
  /** Of the last test of each system's credentials; `none`: there was none since they, or what they are for, changed. */
  readonly credentials: Readonly<Record<'severa' | 'netvisor', 'green' | 'yellow' | 'none'>>;
  /** Whether a stand is taken on each register that moves by itself. */
  readonly registers: Readonly<Record<'customers' | 'products' | 'dimensions', 'undecided' | 'moves' | 'stays'>>;
  /** Whether the record TEMP stands in Netvisor; it has to when the register stays. */
  readonly temporary: Readonly<Record<'customers' | 'products', 'there' | 'missing' | 'unknown'>>;
  /** Registers that move, and have not been compared yet. */
  readonly uncompared: number;
}

/** `done`: as it should be. `trouble`: it is not, and somebody has to act. `waits`: nothing can be said yet. */
export type PhaseLight = 'done' | 'trouble' | 'waits';

/**
 * The live check of each phase.
 *
 *   phase                | done                        | trouble                    | waits
 *   ---------------------+-----------------------------+----------------------------+----------------------
 *   prepare-in-severa    | Severa's credentials green  | yellow                     | untested
 *   netvisor-credentials | Netvisor's green            | yellow                     | untested
 *   customers, products  | moves, or stays and TEMP is | stays and TEMP is missing  | undecided, or nobody
 *                        | there                       |                            | has looked for TEMP
 *   dimensions           | moves, or stays             |                            | undecided
 *   transfer-history     | all that moves is compared  |                            | something is not
 *
 * The last one is the seed's "watch the transfer log": before the first run the comparison reports stand for it.
 */
export function phaseLight(phase: LinkPhase, facts: LinkFacts): PhaseLight {
  switch (phase) {
    case 'prepare-in-severa':
      return CREDENTIAL_LIGHTS[facts.credentials.severa];
    case 'netvisor-credentials':
      return CREDENTIAL_LIGHTS[facts.credentials.netvisor];
    case 'customers':
    case 'products':
      return registerLight(facts.registers[phase], facts.temporary[phase]);
    case 'dimensions':
      return facts.registers.dimensions === 'undecided' ? 'waits' : 'done';
    case 'transfer-history':
      return facts.uncompared === 0 ? 'done' : 'waits';
  }
}

const CREDENTIAL_LIGHTS = { green: 'done', yellow: 'trouble', none: 'waits' } as const;

function registerLight(
  stand: LinkFacts['registers']['customers'],
  temporary: LinkFacts['temporary']['customers'],
): PhaseLight {
  if (stand === 'moves') return 'done';
  if (stand === 'undecided') return 'waits';
  return ({ there: 'done', missing: 'trouble', unknown: 'waits' } as const)[temporary];
}

export const START_OBJECTIONS = [
  'already-active',
  'phase-open',
  'severa-not-green',
  'netvisor-not-green',
  'customers-undecided',
  'products-undecided',
  'dimensions-undecided',
  'temporary-customer-missing',
  'temporary-product-missing',
] as const;
export type StartObjection = (typeof START_OBJECTIONS)[number];

/**
 * Whether *Aloita käyttö* [start use] is there. It is when nothing of this holds; all that does is told:
 *
 *   objection                  | holds when
 *   ---------------------------+-----------------------------------------------------------------
 *   already-active             | the link is in use
 *   phase-open                 | a phase is not acknowledged as done [kuitattu tehdyksi]
 *   severa-not-green           | the last test of Severa's credentials was not good, or there was none
 *   netvisor-not-green         | the same of Netvisor's
 *   …-undecided                | no stand is taken on the register
 *   temporary-…-missing        | the register stays, and TEMP has been looked for and is not there
 *
 * A register that stays while nobody could look for TEMP holds nothing up: green credentials come with the look.
 */
export function startObjections(facts: LinkFacts): Decision<StartObjection> {
  const { credentials, registers, temporary } = facts;
  const lacks = (register: 'customers' | 'products') =>
    registers[register] === 'stays' && temporary[register] === 'missing';
  return decide([
    facts.state === 'active' && 'already-active',
    LINK_PHASES.some((phase) => !facts.acknowledged.includes(phase)) && 'phase-open',
    credentials.severa !== 'green' && 'severa-not-green',
    credentials.netvisor !== 'green' && 'netvisor-not-green',
    registers.customers === 'undecided' && 'customers-undecided',
    registers.products === 'undecided' && 'products-undecided',
    registers.dimensions === 'undecided' && 'dimensions-undecided',
    lacks('customers') && 'temporary-customer-missing',
    lacks('products') && 'temporary-product-missing',
  ]);
}
