import { readFileSync, writeFileSync } from 'node:fs';
import type { ServiceProcess } from '../scripts/local/service-processes.ts';
import { atMost, type Figure } from './figure.ts';

const MB = 1_000_000;

/** What one service took while it was watched. */
export interface ServiceFacts {
  readonly service: string;
  /** Most bytes resident at any moment. */
  readonly peakRss: number;
  /** 99th percentile of the event loop's delay over the whole time, in milliseconds. */
  readonly delayP99: number;
}

/**
 * Watches services from now until the answer is called for.
 *
 * The peak is the kernel's own high-water mark, set back at the beginning, so that no sample can miss it. The delay
 * is each service's histogram, which every scrape empties: one at the beginning, one at the end.
 */
export async function watchServices(services: Iterable<ServiceProcess>): Promise<() => Promise<ServiceFacts[]>> {
  const watched = [...services];
  for (const { pid } of watched) writeFileSync(`/proc/${pid}/clear_refs`, '5');
  await Promise.all(watched.map(delayP99));
  return () =>
    Promise.all(
      watched.map(async (one) => ({
        service: one.service,
        peakRss: highWaterMark(one.pid),
        delayP99: await delayP99(one),
      })),
    );
}

/** The facts as figures, two for each service. */
export function factFigures(during: string, facts: readonly ServiceFacts[]): Figure[] {
  return facts.flatMap(({ service, peakRss, delayP99 }) => [
    {
      name: `${during}: ${service}, peak RSS`,
      unit: 'MB',
      value: peakRss / MB,
      target: atMost((256 * 1024 ** 2) / MB),
    },
    { name: `${during}: ${service}, event-loop delay p99`, unit: 'ms', value: delayP99, target: atMost(50) },
  ]);
}

function highWaterMark(pid: number): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kibibytes === undefined) throw new Error(`The kernel does not tell the peak of process ${pid}`);
  return Number(kibibytes) * 1024;
}

async function delayP99({ operationsUrl }: ServiceProcess): Promise<number> {
  const page = await (await fetch(`${operationsUrl}/metrics`)).text();
  const seconds = /^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(page)?.[1];
  if (seconds === undefined) throw new Error(`${operationsUrl} does not tell its event loop's delay`);
  return Number(seconds) * 1000;
}
