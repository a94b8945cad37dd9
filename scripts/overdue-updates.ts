/**
 * Says which components are past the deadlines of docs/reference/updates.md: `node scripts/overdue-updates.ts`, or with the
 * outputs of npm that were kept, `node scripts/overdue-updates.ts <audit.json> <outdated.json>`.
 *
 * Ends with 1 when there is any. Asks the registry, through npm, for known weaknesses, for newer versions and for the days
 * on which they came out.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** As much of `npm audit --json` as is read. */
export interface AuditReport {
  readonly vulnerabilities: Readonly<Record<string, Weakness>>;
}
interface Weakness {
  readonly severity: string;
  /** Advisories; a text is the name of a package below, which has a weakness of its own. */
  readonly via: readonly (string | Advisory)[];
  /** Packages that bring this one. */
  readonly effects: readonly string[];
}
interface Advisory {
  readonly title: string;
  readonly severity: string;
  readonly range: string;
  readonly cvss?: { readonly score: number };
}
/** As much of `npm outdated --json` as is read. */
export type Outdated = Readonly<Record<string, { readonly current?: string; readonly latest: string }>>;
/** When each version of a package came out, as `npm view <name> time --json` says. */
export type TimesOf = (name: string) => Readonly<Record<string, string>>;

export interface Overdue {
  readonly name: string;
  readonly why: string;
  /** Days past the deadline. */
  readonly days: number;
}

const DAY = 86_400_000;
const QUARTER = 92;
const OUTSIDE = /^(fastify|@fastify\/.+|@nestjs\/.+|openid-client|saxes|csv-parse|read-excel-file)$/;

/**
 * Days from the fix to its running here.
 *
 *   CVSS    | from outside | anything else
 *   --------+--------------+---------------
 *   9 – 10  | 2            | 7
 *   7 – 8.9 | 7            | 30
 *   4 – 6.9 | 30           | 90
 *   below   | 90           | 92, a quarter
 */
export function deadlineOf(score: number, isOutside: boolean): number {
  if (score >= 9) return isOutside ? 2 : 7;
  if (score >= 7) return isOutside ? 7 : 30;
  if (score >= 4) return isOutside ? 30 : 90;
  return isOutside ? 90 : QUARTER;
}

/** Where an advisory has no score, the lowest of its word; an unknown word is the worst. */
const LOWEST: Readonly<Record<string, number>> = { critical: 9, high: 7, moderate: 4, low: 0.1, info: 0.1 };

/** What is past its deadline on the day `now`, weaknesses first. A weakness without a fix has no deadline yet. */
export function overdue(audit: AuditReport, outdated: Outdated, timesOf: TimesOf, now: Date): readonly Overdue[] {
  const weak = Object.entries(audit.vulnerabilities).flatMap(([name, { via, effects }]) =>
    via.flatMap((advisory) => {
      if (typeof advisory === 'string') return [];
      const fixed = firstOutside(advisory.range, timesOf(name));
      if (fixed === undefined) return [];
      const score = advisory.cvss?.score || (LOWEST[advisory.severity] ?? 10);
      const isOutside = [name, ...broughtBy(effects, audit)].some((one) => OUTSIDE.test(one));
      const days = daysSince(fixed, now) - deadlineOf(score, isOutside);
      return days > 0 ? [{ name, why: advisory.title, days }] : [];
    }),
  );
  const old = Object.entries(outdated).flatMap(([name, { current, latest }]) => {
    const released = timesOf(name)[latest];
    if (current === undefined || released === undefined || majorOf(current) !== majorOf(latest)) return [];
    const days = daysSince(released, now) - QUARTER;
    return days > 0 ? [{ name, why: `${latest} is out`, days }] : [];
  });
  return [...weak, ...old];
}

const daysSince = (instant: string, now: Date): number => Math.floor((now.getTime() - Date.parse(instant)) / DAY);
const majorOf = (version: string): string => version.split('.', 1)[0] ?? '';

function broughtBy(effects: readonly string[], audit: AuditReport, seen = new Set<string>()): readonly string[] {
  for (const name of effects) {
    if (seen.has(name)) continue;
    seen.add(name);
    broughtBy(audit.vulnerabilities[name]?.effects ?? [], audit, seen);
  }
  return [...seen];
}

/** When the first version came out that follows a weak one and is none: the day from which the deadline runs. */
function firstOutside(range: string, times: Readonly<Record<string, string>>): string | undefined {
  const versions = Object.keys(times).filter((version) => /^\d+\.\d+\.\d+$/.test(version));
  const weak = versions.filter((version) => isIn(version, range));
  const sound = versions.filter((one) => !weak.includes(one) && weak.some((other) => compare(other, one) < 0));
  return sound.map((version) => times[version]!).sort()[0];
}

/** The ranges of advisories: comparators with spaces between, alternatives with `||`. */
export function isIn(version: string, range: string): boolean {
  return range.split('||').some((part) => {
    const comparators = part
      .replaceAll(/([<>=]+)\s+/g, '$1')
      .trim()
      .split(/\s+/);
    return comparators.every((comparator) => {
      const [, sign = '', bound = ''] = /^([<>=]*)(.+)$/.exec(comparator) ?? [];
      if (bound === '*') return true;
      const order = compare(version, bound);
      if (sign === '<') return order < 0;
      if (sign === '<=') return order <= 0;
      if (sign === '>') return order > 0;
      return sign === '>=' ? order >= 0 : order === 0;
    });
  });
}

/** Numbers alone: a pre-release counts as the release that it precedes. */
function compare(one: string, other: string): number {
  const numbers = (version: string) => version.split('-', 1)[0]!.split('.').map(Number);
  const [left, right] = [numbers(one), numbers(other)];
  const at = [0, 1, 2].find((n) => (left[n] ?? 0) !== (right[n] ?? 0));
  return at === undefined ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}

/** npm ends with 1 when there is something to tell, and tells it all the same. */
function npm(...args: readonly string[]): string {
  try {
    return execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  } catch (error) {
    const { stdout } = error as { stdout?: string };
    if (!stdout) throw error;
    return stdout;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [auditFile, outdatedFile] = process.argv.slice(2);
  const audit = auditFile ? readFileSync(auditFile, 'utf8') : npm('audit', '--omit', 'dev', '--json');
  const outdated = outdatedFile ? readFileSync(outdatedFile, 'utf8') : npm('outdated', '--json');
  const report = JSON.parse(audit) as AuditReport;
  // npm answers an error in JSON as well; that must not read as good news.
  if (!report.vulnerabilities) throw new Error('npm audit told nothing.');
  const times: TimesOf = (name) => JSON.parse(npm('view', name, 'time', '--json')) as Record<string, string>;
  const found = overdue(report, JSON.parse(outdated || '{}') as Outdated, times, new Date());
  for (const { name, why, days } of found) console.log(`${name}: ${why}; ${days} days past its deadline`);
  if (found.length === 0) console.log('Nothing is past its deadline.');
  process.exitCode = found.length === 0 ? 0 : 1;
}
