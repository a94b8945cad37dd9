import { closedLoop, openLoop, wallNow } from './arrivals.ts';
import { Backlog } from './backlog.ts';
import { atLeast, atMost, type Figure } from './figure.ts';
import type { Ground } from './ground.ts';
import { type BenchCompany, onboardFirm } from './partner.ts';
import { factFigures, watchServices } from './process-facts.ts';
import { Sender } from './sender.ts';
import { SmallFloor } from './small-floor.ts';
import { type RunResult, type Sent, SmallRuns } from './small-run.ts';
import { percentile } from './statistics.ts';

/** Requests under way at once when it is about throughput. */
const AT_ONCE = 32;
/** Where latencies are measured, as a share of what was reached when it was about throughput. */
const LOAD = 0.7;

/** How often the others run without the backlog and beside it: what disturbs the machine for a while disturbs both. */
const TURNS = 8;

const FULL = { firms: 10, companiesOfFirm: 100, documents: 10_000, warmUp: 1_000, floor: 2_000, backlog: 20_000 };
const QUICK = { firms: 2, companiesOfFirm: 5, documents: 96, warmUp: 20, floor: 100, backlog: 200 };

/** What the runs came to, in the order in which they are made. */
interface Measured {
  readonly size: typeof FULL;
  readonly companies: number;
  readonly rate: number;
  readonly saturated: RunResult;
  readonly steady: RunResult;
  readonly without: RunResult;
  readonly beside: RunResult;
  /** The ratio of their p99, with each turn left out once: how much of it hangs on one. */
  readonly ratios: readonly number[];
  /** How many of the backlog were carried out beside the others. */
  readonly ofBacklog: number;
  readonly floorPerSecond: number;
  readonly floorLatency: RunResult['latency'];
}

/**
 * Many small documents for a thousand companies: how many a second, how long each takes at 70 % of that, how even the
 * companies fare, and whether one with 20,000 waiting is felt by the others.
 */
export async function measureSmall(ground: Ground): Promise<Figure[]> {
  const size = ground.quick ? QUICK : FULL;
  ground.say(`Onboarding ${size.firms * size.companiesOfFirm} companies`);
  const companies: BenchCompany[] = [];
  for (let firm = 0; firm < size.firms; firm += 1) {
    companies.push(...(await onboardFirm(ground.operator, size.companiesOfFirm)));
  }
  const [busy] = await onboardFirm(ground.operator, 1);
  const sender = new Sender(ground.installation.url);
  const runs = new SmallRuns(ground, companies, sender);
  try {
    ground.say('Warming up');
    await runs.run(size.warmUp, (count, send) => closedLoop(count, AT_ONCE, send));
    const facts = await watchServices(ground.installation.processes.values());
    const backlog = new Backlog(ground.operator, ground.pool, busy!);
    const measured = await runAll(ground, size, runs, { backlog, sender });
    return [
      ...figuresOf({ ...measured, size, companies: companies.length }),
      ...factFigures('small documents', await facts()),
    ];
  } finally {
    sender.close();
  }
}

async function runAll(
  { say, pool }: Ground,
  size: typeof FULL,
  runs: SmallRuns,
  { backlog, sender }: { backlog: Backlog; sender: Sender },
): Promise<Omit<Measured, 'size' | 'companies'>> {
  say(`${size.documents} documents as fast as they go`);
  const saturated = await runs.run(size.documents, (count, send) => closedLoop(count, AT_ONCE, send));
  const floor = await SmallFloor.prepare(pool);
  const floorPerSecond = await saturateFloor(floor, size.floor);

  const rate = saturated.perSecond * LOAD;
  say(`The same at ${rate.toFixed(0)} a second`);
  const steady = await runs.run(size.documents, (count, send) => openLoop(count, rate, send));
  const floorLatency = await steadyFloor(floor, size.floor, rate);

  say(`Filling one company's lane with ${size.backlog}`);
  await backlog.fill(size.backlog, sender);
  const turns = await takeTurns({ say, runs, backlog, documents: size.documents / TURNS, rate });
  const ofBacklog = size.backlog - (await backlog.waiting());
  return { rate, saturated, steady, ...(await compare(runs, turns)), ofBacklog, floorPerSecond, floorLatency };
}

/** The others' documents without the backlog and beside it, a few seconds each. */
interface Turn {
  readonly without: readonly Sent[];
  readonly beside: readonly Sent[];
}

/** Every second turn begins with the backlog, so that neither has the later place. */
async function takeTurns(of: {
  readonly say: Ground['say'];
  readonly runs: SmallRuns;
  readonly backlog: Backlog;
  readonly documents: number;
  readonly rate: number;
}): Promise<Turn[]> {
  const { say, runs, backlog } = of;
  const companies = { without: runs.inTurn(), beside: runs.inTurn() };
  const steadily = (order: (typeof companies)['without']) =>
    runs.carry(of.documents, (count, send) => openLoop(count, of.rate, send), order);
  const withoutIt = () => steadily(companies.without);
  const besideIt = async () => {
    await backlog.open();
    const sent = await steadily(companies.beside);
    await backlog.shut();
    return sent;
  };

  const turns: Turn[] = [];
  for (let turn = 1; turn <= TURNS; turn += 1) {
    say(`The same without it and while it runs, turn ${turn} of ${TURNS}`);
    if (turn % 2 === 1) turns.push({ without: await withoutIt(), beside: await besideIt() });
    else turns.push({ beside: await besideIt(), without: await withoutIt() });
  }
  return turns;
}

async function compare(
  runs: SmallRuns,
  turns: readonly Turn[],
): Promise<Pick<Measured, 'without' | 'beside' | 'ratios'>> {
  const together = async (some: readonly Turn[]) => ({
    without: await runs.resultOf(some.map(({ without }) => without)),
    beside: await runs.resultOf(some.map(({ beside }) => beside)),
  });
  const ratios: number[] = [];
  for (const left of turns) {
    const { without, beside } = await together(turns.filter((turn) => turn !== left));
    ratios.push(beside.latency.p99 / without.latency.p99);
  }
  return { ...(await together(turns)), ratios };
}

function figuresOf({ size, companies, rate, saturated, steady, without, beside, ...rest }: Measured): Figure[] {
  return [
    {
      name: `${size.documents} documents of 10 records for ${companies} companies`,
      unit: 'documents/s',
      value: saturated.perSecond,
      floor: { what: 'two commits a document, no program around them', value: rest.floorPerSecond },
      target: atLeast(150),
      note: 'From the first acceptance to the last end; generator, database and broker on the same machine.',
    },
    fairnessFigure('fairness over the companies, as fast as they go', saturated),
    ...latencyFigures(`at ${rate.toFixed(0)} a second`, steady, rest.floorLatency),
    fairnessFigure(`fairness over the companies at ${rate.toFixed(0)} a second`, steady),
    {
      name: `the others' p99 while one company has ${size.backlog} waiting`,
      unit: 'ms',
      value: beside.latency.p99,
      floor: { what: 'p99 without, in turns', value: without.latency.p99 },
      target: atMost(1.1, 'ratio'),
      note:
        `${TURNS} turns of each: without ${ms(without)}, beside it ${ms(beside)} (p50/p95/p99). With any one turn left ` +
        `out the ratio is ${Math.min(...rest.ratios).toFixed(2)} to ${Math.max(...rest.ratios).toFixed(2)}. ` +
        `${rest.ofBacklog} of the waiting were carried out meanwhile.`,
    },
    fairnessFigure('fairness over the others meanwhile', beside),
  ];
}

/** Of x = a company's documents / (its last end − its first acceptance). */
function fairnessFigure(name: string, { fairness }: RunResult): Figure {
  return {
    name,
    unit: '(Jain)',
    value: fairness,
    floor: { what: "the index's ceiling", value: 1 },
    target: atLeast(0.99),
  };
}

function latencyFigures(load: string, { latency }: RunResult, floor: RunResult['latency']): Figure[] {
  return (['p50', 'p95', 'p99'] as const).map((name) => ({
    name: `from due to ended, ${load}, ${name}`,
    unit: 'ms',
    value: latency[name],
    floor: { what: 'two commits at the same rate', value: floor[name] },
  }));
}

const ms = ({ latency }: RunResult): string =>
  [latency.p50, latency.p95, latency.p99].map((value) => value.toFixed(0)).join('/') + ' ms';

async function saturateFloor(floor: SmallFloor, documents: number): Promise<number> {
  const begun = performance.now();
  await closedLoop(documents, 16, () => floor.carryOut());
  return (documents / (performance.now() - begun)) * 1000;
}

async function steadyFloor(floor: SmallFloor, documents: number, rate: number): Promise<RunResult['latency']> {
  const latencies = await openLoop(documents, rate, async (_, due) => {
    await floor.carryOut();
    return wallNow() - due;
  });
  return { p50: percentile(latencies, 0.5), p95: percentile(latencies, 0.95), p99: percentile(latencies, 0.99) };
}
