/**
 * `npm run bench`: each figure beside its floor, measured in the same run on the same machine.
 *
 *   npm run bench                       everything
 *   npm run bench -- large decisions    these parts
 *   npm run bench -- --quick            small sizes, to see that it works; the figures say nothing
 *   LINK_WORKERS=16 npm run bench -- links
 *
 * The table goes to the terminal, the same with the machine's facts to `.local/bench/<time>.json`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { type Figure, judge, markdownTable } from './figure.ts';
import { type Ground, prepareGround } from './ground.ts';

const PARTS = ['large', 'orders', 'small', 'decisions', 'onboarding', 'audit', 'delivery', 'links'] as const;
type Part = (typeof PARTS)[number];

const checkout = join(import.meta.dirname, '..');
const began = Date.now();

/** On stderr: the table alone goes to stdout. */
const say = (sentence: string): void =>
  console.error(`${((Date.now() - began) / 1000).toFixed(1).padStart(7)} s  ${sentence}`);

/** Loaded only now: they use the build. */
async function measure(part: Part, ground: Ground): Promise<Figure[]> {
  switch (part) {
    case 'large':
      return (await import('./large.ts')).measureLarge(ground);
    case 'orders':
      return (await import('./orders.ts')).measureOrders(ground);
    case 'small':
      return (await import('./small.ts')).measureSmall(ground);
    case 'onboarding':
      return (await import('./onboarding.ts')).measureOnboarding(ground);
    case 'audit':
      return (await import('./audit.ts')).measureAudit(ground);
    case 'delivery':
      return (await import('./delivery.ts')).measureDelivery(ground);
    case 'links':
      return (await import('./links.ts')).measureLinks(ground);
    case 'decisions':
      return (await import('./decisions.ts')).measureDecisions(ground);
  }
}

function readArguments(given: readonly string[]): { parts: readonly Part[]; quick: boolean } {
  const parts = PARTS.filter((part) => given.includes(part));
  const unknown = given.find((word) => word !== '--quick' && !parts.includes(word as Part));
  if (unknown !== undefined) throw new Error(`There is no part ${unknown}; there are ${PARTS.join(', ')} and --quick`);
  return { parts: parts.length > 0 ? parts : PARTS, quick: given.includes('--quick') };
}

function build(): void {
  say('Building …');
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'build'], {
    cwd: checkout,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The build failed:\n${stdout}${stderr}`);
}

const machine = () => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGB: Math.round(totalmem() / 1e9),
  node: process.version,
});

async function main(): Promise<void> {
  const { parts, quick } = readArguments(process.argv.slice(2));
  build();
  const figures: Figure[] = [];
  const loads = [loadavg()];
  // Each part on services and a database that have done nothing yet.
  for (const part of parts) {
    const { ground, stop } = await prepareGround({ checkout, quick, say, withLinkedSystems: part === 'links' });
    const onSignal = () => void stop().finally(() => process.exit(1));
    process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
    try {
      figures.push(...(await measure(part, ground)));
    } finally {
      await stop();
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    }
    loads.push(loadavg());
  }
  report(figures.map(judge), { at: new Date(began).toISOString(), quick, parts, machine: machine(), loads });
}

function report(figures: readonly ReturnType<typeof judge>[], facts: { readonly at: string; [fact: string]: unknown }) {
  const directory = join(checkout, '.local', 'bench');
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${facts.at.replaceAll(':', '-')}.json`);
  writeFileSync(file, `${JSON.stringify({ ...facts, figures }, null, 2)}\n`);
  console.log(markdownTable(figures));
  say(`Written to ${file}`);
}

await main();
