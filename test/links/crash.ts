import { once } from 'node:events';

import type { CrashPoint } from '../../libs/service/src/index.ts';
import { CHECKOUT, killed, type LinkGround } from './ground.ts';
import { exporter, faultsOf, importer, type LinkFault } from './scene.ts';

/** Where an engine dies, and the how-manieth time it gets there. */
export interface Death {
  readonly point: CrashPoint;
  readonly time: number;
}

export interface Crash {
  /** The signal that it died of; `null`: it did not get there so often. */
  readonly by: string | null;
  readonly faults: readonly LinkFault[];
}

/**
 * Kills an engine of the build below `checkout` when it gets there while it moves customers in both directions and
 * invoices, lets another of the same build take over, and looks into both systems. Five invoices are a page.
 */
export async function killEngine(
  ground: LinkGround,
  { point, time }: Death,
  { checkout = CHECKOUT, patience }: { readonly checkout?: string; readonly patience?: number } = {},
): Promise<Crash> {
  await ground.clear();
  const invoices = point === 'link.page-stored' ? 6 : 2;
  const companies = [await exporter(ground, 4), await importer(ground, { customers: 4, invoices })];
  const victim = ground.process({ checkout, env: { CRASH_AT: `${point}#${time}` } });
  const words: string[] = [];
  victim.stderr?.on('data', (part) => words.push(String(part)));
  const dead = once(victim, 'exit').then(([, signal]: (string | null)[]) => {
    if (signal != null) return signal;
    throw new Error(`The engine ended by itself: ${words.join('')}`);
  });
  const by = await Promise.race([dead, ground.quiet().then(() => null)]);
  await killed(victim);
  if (by === null) return { by, faults: [] };

  await ground.endLeases();
  const successor = ground.process({ checkout });
  try {
    await ground.quiet(patience);
  } finally {
    await killed(successor);
  }
  const faults = await Promise.all(companies.map((company) => faultsOf(ground, company)));
  return { by, faults: [...new Set(faults.flat())] };
}
