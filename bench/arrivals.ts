import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds of the wall clock, in fractions. */
export const wallNow = (): number => performance.timeOrigin + performance.now();

/** What is sent at a moment that was fixed before the run began. `due` is in milliseconds of the wall clock. */
export type Send<Sent> = (index: number, due: number) => Promise<Sent>;

/**
 * An open loop: arrival `index` is due `index / perSecond` after the start and is sent then, however many answers are
 * still missing. Whoever measures counts from `due`, so that a system which stalls does not hide it by slowing its
 * sender down (coordinated omission). Resolves with all results in the order of arrival.
 */
export async function openLoop<Sent>(count: number, perSecond: number, send: Send<Sent>): Promise<Sent[]> {
  const start = wallNow() + 100;
  const sent: Promise<Sent>[] = [];
  for (let index = 0; index < count; index += 1) {
    const due = start + (index * 1000) / perSecond;
    // A timer counts whole milliseconds and may ring a little early.
    for (let early = due - wallNow(); early > 0; early = due - wallNow()) await pause(Math.ceil(early));
    const one = send(index, due);
    // Seen by `Promise.all` below; until then it must not count as unhandled.
    one.catch(() => undefined);
    sent.push(one);
  }
  return Promise.all(sent);
}

/** A closed loop: at most `atOnce` under way, the next one sent when one is answered. For saturation, not for latency. */
export async function closedLoop<Sent>(count: number, atOnce: number, send: Send<Sent>): Promise<Sent[]> {
  const sent: Sent[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      sent[index] = await send(index, wallNow());
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
  return sent;
}
