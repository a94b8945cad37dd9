import type { Direction } from '#lib/contracts';
import { flowOf, type ServiceMetrics } from '#lib/service';
import type { Database } from '#lib/store';
import type { Claim } from '#lib/transfers';

import type { Ended, Surroundings } from './journey.js';

/** Whose fault an end is: a document's problem is the sender's, giving up is ours, a no is the rules'. */
function faultOf({ state, problem }: Ended): 'none' | 'data' | 'platform' | 'policy' {
  if (state === 'denied') return 'policy';
  if (state === 'partial') return 'data';
  if (state === 'failed') return problem === 'transfer.gave-up' ? 'platform' : 'data';
  return 'none';
}

/** Counts the connector's transfers as `docs/reference/metrics.md` says. */
export function connectorMetrics(metrics: ServiceMetrics, now: () => Date): Surroundings['observe'] {
  const finished = metrics.metric('tietovirta_transfers_finished_total');
  const duration = metrics.metric('tietovirta_transfer_duration_seconds');
  const wait = metrics.metric('tietovirta_transfer_wait_seconds');
  const running = metrics.metric('tietovirta_transfers_in_progress');
  const records = metrics.metric('tietovirta_records_total');
  const rejections = metrics.metric('tietovirta_record_rejections_total');
  const dryRuns = metrics.metric('tietovirta_dry_runs_total');
  const flow = ({ transfer }: Claim) => flowOf(transfer.stream, transfer.direction);
  const seconds = (from: Date): number => Math.max(0, (now().getTime() - from.getTime()) / 1000);

  return {
    began: (claim) => {
      running.add({ flow: flow(claim) }, 1);
      const cause = claim.transfer.releasedEffect ? 'release' : claim.transfer.reasons.length > 0 ? 'window' : 'queue';
      if (claim.transfer.attempts === 1) wait.observe({ cause }, seconds(claim.transfer.acceptedAt));
    },
    left: (claim) => running.add({ flow: flow(claim) }, -1),
    ended: (claim, end) => {
      const labels = { flow: flow(claim) };
      if (end.effect && end.state !== 'held') {
        const { effect } = end;
        if (claim.transfer.dryRun) {
          const destroys = effect.deleted + effect.emptied > 0;
          const changes = effect.created + effect.updated > 0;
          dryRuns.add({ ...labels, result: destroys ? 'destructive' : changes ? 'changes' : 'clean' });
        } else {
          for (const result of ['created', 'updated', 'unchanged', 'rejected'] as const) {
            records.add({ ...labels, result }, effect[result]);
          }
          records.add({ ...labels, result: 'skipped' }, effect.left);
          records.add({ ...labels, result: 'exported' }, effect.exported?.records ?? 0);
        }
        rejections.add({ ...labels, reason: 'schema_invalid' }, effect.rejected);
      }
      if (end.state === 'deferred' || end.state === 'held') return;
      finished.add({ ...labels, outcome: end.state, fault: faultOf(end) });
      duration.observe(labels, seconds(claim.claimedAt));
    },
  };
}

/** The gauges that are read from the database when they are scraped. */
export function readGauges(metrics: ServiceMetrics, database: Database): void {
  const unfinished = () =>
    database.rows<{ stream: Claim['transfer']['stream']; direction: Direction; deferred: number; oldest: string }>(
      `select stream, direction, (count(*) filter (where state = 'deferred'))::int as deferred,
              extract(epoch from min(accepted_at)) as oldest
         from transfers.transfer where finished_at is null group by stream, direction`,
      [],
      { scope: { acrossTenants: 'a gauge counts the transfers of every environment' } },
    );
  metrics.metric('tietovirta_transfer_oldest_pending_timestamp_seconds').readBy(async () =>
    (await unfinished()).map(({ stream, direction, oldest }) => ({
      labels: { flow: flowOf(stream, direction) },
      value: Number(oldest),
    })),
  );
  metrics.metric('tietovirta_login_window_deferred_transfers').readBy(async () =>
    (await unfinished()).map(({ stream, direction, deferred }) => ({
      labels: { flow: flowOf(stream, direction) },
      value: deferred,
    })),
  );
}
