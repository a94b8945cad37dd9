import type { CrashPoint } from '../../libs/service/src/crash-point.ts';
import type { Fault, Violation } from './checker.ts';
import { crashAt } from './crash.ts';
import { serverDies } from './load.ts';
import type { Mutation } from './mutant.ts';
import type { PrivateServers } from './private-servers.ts';
import type { Stage } from './stage.ts';

/** What never comes is waited for this long. */
export const PATIENCE = 8_000;

/** What is done to the services: they are killed at a crash point, a server dies, or a scene of its own. */
export type Trial = CrashPoint | `${CrashPoint}#2` | 'rabbitmq.killed' | 'postgresql.killed' | 'scene';

/** A guard, what is done while it is away, and what the checker must then find. */
export interface Guard extends Mutation {
  readonly trial: Trial;
  readonly trips: Fault;
  /** Statements for the database, where a constraint guards as well. */
  readonly sql?: readonly string[];
  readonly scene: (stage: Stage, servers: PrivateServers | null) => Promise<readonly Violation[]>;
}

type Case = Omit<Guard, 'scene'>;

/** The service that owns the crash point is killed there. */
export const killed = (guard: Case & { readonly trial: CrashPoint | `${CrashPoint}#2` }): Guard => ({
  ...guard,
  scene: async (stage) => (await crashAt(stage, guard.trial, PATIENCE)).violations,
});

export const staged = (guard: Omit<Case, 'trial'>, scene: Guard['scene']): Guard => ({
  ...guard,
  trial: 'scene',
  scene,
});

/** A server dies under load. */
export const outage = (
  guard: Case & { readonly trial: 'rabbitmq.killed' | 'postgresql.killed' },
  kill: (servers: PrivateServers) => Promise<void>,
): Guard => ({
  ...guard,
  scene: async (stage, servers) => {
    if (servers === null) throw new Error('A server that all specs share is not killed');
    const load = { companies: 8, documents: 10, underWay: 20 };
    return (await serverDies(stage, load, () => kill(servers))).violations;
  },
});
