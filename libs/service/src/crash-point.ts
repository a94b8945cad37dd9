/**
 * The moments at which a crash is most instructive: just before and just after
 * a commit, a publish, a hand-over. Tests kill a service at each of them and
 * look whether every accepted document still ends exactly once.
 */
export const CRASH_POINTS = [
  'gateway.before-accept-commit',
  'gateway.after-accept-commit',
  'connector.after-claim',
  'connector.after-decision',
  'connector.while-reading',
  'connector.after-staging',
  'connector.after-plan',
  'connector.while-exporting',
  'connector.before-finish-commit',
  'connector.after-finish-commit',
  'relay.before-publish',
  'relay.after-confirm',
  'audit.before-commit',
  'audit.after-commit',
  'auth.before-decision-commit',
  'auth.after-decision-commit',
] as const;

/** The same for a request to a partner: before and after it, before and after its answer is written down. */
export const DELIVERY_CRASH_POINTS = [
  'delivery.before-send',
  'delivery.after-answer',
  'delivery.before-commit',
  'delivery.after-commit',
] as const;

/** The same for the calls of a link, and between the pages of what it reads. */
export const LINK_CRASH_POINTS = [
  'link.before-send',
  'link.after-answer',
  'link.before-commit',
  'link.after-commit',
  'link.page-stored',
] as const;

const EVERY_POINT = [...CRASH_POINTS, ...DELIVERY_CRASH_POINTS, ...LINK_CRASH_POINTS] as const;
export type CrashPoint = (typeof EVERY_POINT)[number];

/**
 * Which point to die at, and the how-manieth time it is reached, from the environment.
 *
 * `CRASH_AT=relay.after-confirm#2` is the second time. `undefined` outside
 * `NODE_ENV=test`, and without the variable. A point that does not exist throws:
 * a test that crashes nowhere would prove nothing.
 */
export function crashPlan(env: NodeJS.ProcessEnv): { readonly point: CrashPoint; readonly time: number } | undefined {
  const wanted = env['CRASH_AT'];
  if (env['NODE_ENV'] !== 'test' || !wanted) return undefined;
  const [label, time = '1'] = wanted.split('#');
  const point = EVERY_POINT.find((known) => known === label);
  if (!point || !/^[1-9]\d*$/.test(time)) throw new TypeError(`CRASH_AT names no crash point: ${wanted}`);
  return { point, time: Number(time) };
}

const plan = crashPlan(process.env);
let reached = 0;

/** Dies here, as if the power went, when a test has asked for it; otherwise nothing. */
export const crashPoint: (point: CrashPoint) => void = plan
  ? (point) => {
      if (point !== plan.point || ++reached < plan.time) return;
      process.kill(process.pid, 'SIGKILL');
    }
  : () => undefined;
