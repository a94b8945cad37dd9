import { setTimeout as pause } from 'node:timers/promises';

import { until } from '../libs/testing/src/until.ts';
import { nextMinute } from '../scripts/demo/opening.ts';
import { closedLoop } from './arrivals.ts';
import { atLeast, atMost, type Figure } from './figure.ts';
import { type Ground, LINK_WORKERS } from './ground.ts';
import { changeCustomers, linkCompanies, type LinkedBenchCompany } from './linked-companies.ts';
import { bareCalls } from './netvisor-floor.ts';
import { factFigures, watchServices } from './process-facts.ts';
import { childrenOf, parentOf, watchProcessors } from './processor-time.ts';
import { jainIndex, percentile } from './statistics.ts';

/** What Netvisor takes for an answer, in milliseconds. */
const LATENCY = 50;

/** Between two looks at what has ended, in milliseconds: they cost the machine that is measured. */
const LOOK = 250;

const FULL = { firms: 10, companiesOfFirm: 100, records: 100, bare: 20_000 };
const QUICK = { firms: 2, companiesOfFirm: 10, records: 10, bare: 400 };
type Size = typeof FULL;

/** One call that changed something in Netvisor, as its stand-in has written it down. */
interface JournalEntry {
  readonly at: string;
  readonly organisation: string;
  readonly applied: boolean;
  readonly overlap: boolean;
}

/** What became of some companies' changed records, counted from `from` on. */
interface Moved {
  readonly companies: number;
  readonly calls: number;
  readonly overlaps: number;
  /** Of companies, where not every changed record was applied by one call. */
  readonly odd: number;
  /** From the first call, or from the opening, to the last answer. */
  readonly seconds: number;
  /** Of x = a company's calls / (its last answer − `from`). */
  readonly jain: number;
  /** From one call of a company to its next one, mostly: within a turn. In milliseconds. */
  readonly pace: number;
  /** Between the first company's end and the last one's. */
  readonly spread: number;
}

/**
 * A thousand links with a hundred changed customers each, Netvisor answering in 50 ms, through the connector as it runs:
 * once all of them due together, once nine of ten waiting for the same opening.
 */
export async function measureLinks(ground: Ground): Promise<Figure[]> {
  const size = ground.quick ? QUICK : FULL;
  const { say } = ground;
  say(`Linking ${size.firms * size.companiesOfFirm} companies with ${size.records} customers each`);
  const companies = await linkCompanies(ground, size);
  const { netvisor } = ground.installation.linked!;
  say('They meet for the first time');
  await carriedOut(ground, companies, () => due(ground));
  const written = await journal(ground);
  if (written.length > 0) throw new Error(`The first contact changed ${written.length} customers in Netvisor`);

  await netvisor.tell('PUT', 'latency', { ms: LATENCY });
  const facts = await watchServices(ground.installation.processes.values());
  const together = await allTogether(ground, companies, size);
  const opening = await atOneOpening(ground, companies, size);
  const watched = await facts();
  say('The stand-in of Netvisor by itself');
  const bare = await bareCalls(ground, companies, size.bare);
  return [
    ...figuresOf('links, all due together', together.moved, bare),
    ...costs(together),
    ...figuresOf('links, nine of ten waiting for one opening', opening, bare),
    ...factFigures('links', watched),
  ];
}

interface Together {
  readonly moved: Moved;
  readonly processors: Readonly<Record<string, number>>;
}

async function allTogether(ground: Ground, companies: readonly LinkedBenchCompany[], size: Size): Promise<Together> {
  ground.say('Every customer is changed');
  await changeCustomers(ground, companies, 'https://www.example.com/yksi');
  const processors = await watchGround(ground);
  ground.say('The links are due');
  await carriedOut(ground, companies, () => due(ground));
  const taken = processors();
  const entries = await journal(ground);
  const from = Math.min(...entries.map(({ at }) => Date.parse(at)));
  return { moved: movedOf(entries, companies, size, from), processors: taken };
}

async function atOneOpening(ground: Ground, companies: readonly LinkedBenchCompany[], size: Size): Promise<Moved> {
  const waiting = companies.slice(companies.length / 10);
  await changeCustomers(ground, companies, 'https://www.example.com/kaksi');
  const { opensAt, times } = openingAfter(ground.quick ? 5_000 : 60_000);
  await closedLoop(waiting.length, 8, (index) => {
    const { id, partner } = waiting[index]!;
    const body = { companyId: id, times, partnerUserIds: [partner.id] };
    return ground.operator.saveRule('restriction-group', 'aukioloajat', body);
  });
  await carriedOut(ground, companies, async () => {
    await due(ground);
    await until(async () => (await runsWaiting(ground)) === waiting.length, {
      within: Math.max(1, opensAt - Date.now()),
      what: `${waiting.length} links to wait for their opening`,
    });
    ground.say(`${waiting.length} links wait for ${new Date(opensAt).toISOString()}`);
  });
  return movedOf(await journal(ground), waiting, size, opensAt);
}

/** A whole minute at least ten seconds later than so, and the weekly times that open then. */
function openingAfter(milliseconds: number) {
  const now = Date.now() + milliseconds;
  return { opensAt: Math.floor((now + 70_000) / 60_000) * 60_000, times: nextMinute(new Date(now)) };
}

/** Has each company's flow run once, and waits until all of them have. */
async function carriedOut(
  ground: Ground,
  companies: readonly LinkedBenchCompany[],
  begin: () => Promise<void>,
): Promise<void> {
  const { pool } = ground;
  const { rows } = await pool.query<{ now: string }>('select clock_timestamp()::text as now');
  await begin();
  for (let runs = 0; runs < companies.length; await pause(LOOK)) {
    const ended = await pool.query<{ state: string; cause: string | null; runs: number }>(
      'select state, cause, count(*)::int as runs from severa.run where ended_at > $1::timestamptz group by 1, 2',
      [rows[0]!.now],
    );
    const bad = ended.rows.find(({ state }) => state !== 'succeeded');
    if (bad) throw new Error(`A link’s run came to ${bad.state} (${bad.cause})`);
    runs = ended.rows[0]?.runs ?? 0;
  }
}

/** The time of every link's customers has come. */
async function due({ pool, installation }: Ground): Promise<void> {
  await installation.linked!.netvisor.tell('DELETE', 'journal');
  await pool.query(`update severa.flow_state set due_at = clock_timestamp() where flow = 'customers-to-netvisor'`);
  await pool.query('update severa.link set due_at = clock_timestamp()');
}

async function runsWaiting({ pool }: Ground): Promise<number> {
  const { rows } = await pool.query<{ waiting: number }>(
    'select count(*)::int as waiting from severa.run where ended_at is null and opens_at is not null',
  );
  return rows[0]!.waiting;
}

const journal = ({ installation }: Ground): Promise<readonly JournalEntry[]> =>
  installation.linked!.netvisor.tell('GET', 'journal');

function movedOf(
  entries: readonly JournalEntry[],
  companies: readonly LinkedBenchCompany[],
  { records }: Size,
  from: number,
): Moved {
  const ends = new Map(companies.map(({ organisationId }) => [organisationId, { calls: 0, end: 0 }]));
  const theirs = entries.filter(({ organisation }) => ends.has(organisation));
  const apart: number[] = [];
  for (const { at, organisation, applied } of theirs) {
    const one = ends.get(organisation)!;
    const end = Date.parse(at) + LATENCY;
    if (applied) one.calls += 1;
    if (one.end > 0) apart.push(end - one.end);
    one.end = Math.max(one.end, end);
  }
  const all = [...ends.values()];
  const last = Math.max(...all.map(({ end }) => end));
  return {
    companies: companies.length,
    calls: theirs.length,
    overlaps: theirs.filter(({ overlap }) => overlap).length,
    odd: all.filter(({ calls }) => calls !== records).length,
    seconds: (last - from) / 1000,
    jain: jainIndex(all.map(({ calls, end }) => calls / (end - from))),
    pace: percentile(apart, 0.5),
    spread: (last - Math.min(...all.map(({ end }) => end))) / 1000,
  };
}

function figuresOf(what: string, moved: Moved, bare: number): Figure[] {
  const { companies, calls, seconds, overlaps, odd, jain, pace, spread } = moved;
  const against = (name: string, floor: string, bound: number): Figure => ({
    name: `${what}: against ${name}`,
    unit: 'calls/s',
    value: calls / seconds,
    floor: { what: floor, value: bound },
  });
  const atOnce = Math.min(LINK_WORKERS, companies);
  return [
    { name: `${what}: ${companies} companies, ${calls} calls`, unit: 's', value: seconds },
    against('all companies at once', `one call at a time each, ${LATENCY} ms`, (companies * 1000) / LATENCY),
    {
      ...against('the places for links', `${atOnce} of them, ${LATENCY} ms a call`, (atOnce * 1000) / LATENCY),
      target: atLeast(0.9, 'ratio'),
    },
    {
      name: `${what}: from one call of a link to its next, p50`,
      unit: 'ms',
      value: pace,
      floor: { what: 'as Netvisor answers', value: LATENCY },
    },
    against('the stand-in by itself', 'bare calls over loopback, all companies at once', bare),
    { name: `${what}: calls beside another of the company`, unit: 'calls', value: overlaps, target: atMost(0) },
    { name: `${what}: companies where a record was not applied, or twice`, unit: '', value: odd, target: atMost(0) },
    { name: `${what}: Jain’s index`, unit: '', value: jain, target: atLeast(0.99) },
    { name: `${what}: from the first company’s end to the last one’s`, unit: 's', value: spread },
  ];
}

/** Processor time of one call, by whose it is. */
function costs({ moved, processors }: Together): Figure[] {
  return Object.entries(processors).map(([name, seconds]) => ({
    name: `links: processor time of a call, ${name}`,
    unit: 'ms',
    value: (seconds * 1000) / moved.calls,
  }));
}

async function watchGround({ pool, installation }: Ground): Promise<() => Record<string, number>> {
  const connector = installation.processes.get('severa-connector')!.pid;
  const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
  const postmaster = parentOf(rows[0]!.pid);
  const [sandbox] = childrenOf(process.pid, 'apps/sandbox');
  return watchProcessors({
    connector: () => [connector],
    PostgreSQL: () => [postmaster, ...childrenOf(postmaster)],
    'the stand-ins': () => (sandbox === undefined ? [] : [sandbox]),
  });
}
