import { linkSettingsBody, type LinkSettings } from '#lib/contracts';
import type { NetvisorElement, NetvisorRequest, SeveraRequest } from '#lib/upstream';

import type { Calls, Flow, FlowName, PairKeys, Reading, SourceRecord } from '../engine/flow.js';

/** Both systems as plain functions, and what our own pairs are. */
export interface World {
  readonly settings?: unknown;
  readonly since?: Date | null;
  readonly now?: Date;
  /** Everything at a path, whole: `workhours`, `users/u-1`. */
  readonly severa?: (path: string, request: SeveraRequest) => unknown;
  readonly netvisor?: (request: NetvisorRequest) => NetvisorElement;
  /** Our pairs: by flow, then by the source's key, the target's. */
  readonly pairs?: Partial<Record<FlowName, Readonly<Record<string, string>>>>;
}

export const settingsOf = (given: unknown): LinkSettings => linkSettingsBody.parse(given);

/** Lists come in pages of two, so that nothing is right by being short. */
export function callsOf({ severa, netvisor }: World, asked: string[] = []): Calls {
  const answer = (request: SeveraRequest): unknown => {
    const path = request.path.join('/');
    asked.push([path, ...(request.query ?? []).map((pair) => pair.join('='))].join(' '));
    return severa?.(path, request);
  };
  return {
    netvisor: (request) => {
      asked.push([request.resource, ...(request.query ?? []).map((pair) => pair.join('='))].join(' '));
      if (!netvisor) throw new Error(`nobody answers for ${request.resource}`);
      return Promise.resolve(netvisor(request));
    },
    severa: (request) => Promise.resolve(answer(request)),
    // eslint-disable-next-line @typescript-eslint/require-await
    async *severaPages(request) {
      const all = (answer(request) ?? []) as readonly unknown[];
      for (let at = 0; at < all.length; at += 2) yield all.slice(at, at + 2);
    },
  };
}

export function readingOf(world: World, asked: string[] = []): Reading {
  const pairsOf = (flow: FlowName): readonly (readonly [string, string])[] => Object.entries(world.pairs?.[flow] ?? {});
  const keys = ([severaKey, netvisorKey]: readonly [string, string]): PairKeys => ({
    severaKey,
    netvisorKey,
    number: null,
  });
  return {
    settings: settingsOf(world.settings ?? {}),
    calls: callsOf(world, asked),
    since: world.since ?? null,
    now: world.now ?? new Date('2026-11-20T10:00:00Z'),
    pairs: (flow, wanted) =>
      Promise.resolve(
        new Map(pairsOf(flow).flatMap((pair) => (wanted.includes(pair[0]) ? [[pair[0], keys(pair)]] : []))),
      ),
    pairsInNetvisor: (flow, wanted) =>
      Promise.resolve(
        new Map(
          wanted
            .map(
              (key) =>
                [
                  key,
                  pairsOf(flow)
                    .filter(([, there]) => there === key)
                    .map(keys),
                ] as const,
            )
            .filter(([, found]) => found.length > 0),
        ),
      ),
  };
}

/** What one reading finds. */
export async function readAll(
  flow: Flow,
  world: World,
): Promise<{ readonly records: readonly SourceRecord[]; readonly gone: readonly string[]; readonly asked: string[] }> {
  const asked: string[] = [];
  const [records, gone]: [SourceRecord[], string[]] = [[], []];
  for await (const page of flow.read(readingOf(world, asked))) {
    records.push(...page.records);
    gone.push(...(page.gone ?? []));
  }
  return { records, gone, asked };
}
