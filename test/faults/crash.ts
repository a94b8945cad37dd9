import type { Service } from '../../scripts/local/service-processes.ts';
import { until } from '../../libs/testing/src/until.ts';
import type { Violation } from './checker.ts';
import { exportCrash } from './export-crash.ts';
import { products } from './parcel.ts';
import type { Stage } from './stage.ts';

/** Whose process reaches a crash point; every service relays, so the gateway stands for all. */
const OWNERS: Readonly<Record<string, Service>> = {
  gateway: 'gateway',
  relay: 'gateway',
  connector: 'fivaldi-connector',
  audit: 'audit',
  auth: 'auth',
};

/** How the service died, and what the checker found when all was quiet again. */
export interface Crash {
  readonly died: number | string;
  readonly violations: readonly Violation[];
}

/**
 * Kills the service that owns `label` when it gets there with a document in its hands, and revives it.
 *
 * The company has ten products. The document in hand leaves some, changes some and adds some; another waits behind
 * it in the same lane. Their sender repeats each request until it is answered. Where only an export gets to, one is in
 * hand instead. What one service writes another may relay: a relay gets more documents until it is there.
 */
export async function crashAt(stage: Stage, label: string, patience?: number): Promise<Crash> {
  if (label === 'connector.while-exporting') return exportCrash(stage, label, patience);
  const service = OWNERS[label.split('.')[0] ?? ''];
  if (service === undefined) throw new Error(`Nobody reaches ${label}`);
  const sender = await stage.sender();
  const before = await stage.send(sender.write(products(1, 10)));
  await stage.quiet([before]);

  await stage.stop(service);
  const doomed = await stage.revive(service, label);
  const revived = doomed.ended.then(async (how) => {
    await stage.revive(service);
    return how;
  });
  // Looked at only when both documents are sent.
  revived.catch(() => undefined);
  const inHand = await stage.send(sender.write([...products(1, 5), ...products(6, 15, '2.75')]));
  const behind = await stage.send(sender.write(products(14, 20, '3.15')));
  const parcels = [before, inHand, behind];
  const death = async () => {
    const how = await Promise.race([revived, pending]);
    if (how === undefined && label.startsWith('relay.')) parcels.push(await stage.send(sender.write(products(14, 20))));
    return how;
  };
  const died = await until(death, { within: 60_000, what: `a death at ${label}` });
  await stage.quiet(parcels, patience);
  return { died, violations: await stage.violations(parcels) };
}

/** Loses every race against what has happened. */
const pending = Promise.resolve(undefined);
