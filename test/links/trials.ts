import { until } from '../../libs/testing/src/index.ts';
import { CHECKOUT, type Company, killed, type LinkGround } from './ground.ts';
import { changes, faultsOf, importer, type LinkFault } from './scene.ts';

/** More than are sent while somebody looks. */
const CUSTOMERS = 120;

/** Long enough that what is sent at the same time is seen to be. */
const SLOW = { ms: 25 };

export interface Trial {
  readonly checkout?: string;
  readonly patience?: number;
}

/**
 * A process is frozen in the middle of a link's turn, and the turn runs out; another process takes the link on, and then
 * the first wakes up and knows nothing of it.
 */
export async function wakesUpLate(
  ground: LinkGround,
  { checkout = CHECKOUT, patience }: Trial = {},
): Promise<readonly LinkFault[]> {
  await ground.clear();
  await ground.netvisor.tell('PUT', 'latency', SLOW);
  const company = await importer(ground, { customers: CUSTOMERS });
  const sleeper = ground.process({ checkout });
  await addedOf(ground, company, 1);
  const successor = await ground.working({ checkout });
  sleeper.kill('SIGSTOP');
  await ground.endLeases();
  const { length } = await added(ground, company);
  await addedOf(ground, company, length + 3);
  sleeper.kill('SIGCONT');
  await ground.quiet(patience);
  await killed(sleeper);
  await killed(successor);
  return faultsOf(ground, company);
}

export type RevocationFault = 'begun.after-revocation' | 'record.stranded' | 'record.missing' | 'record.twice';

/**
 * The right is taken away while a process is sending. At the commit that takes it, what has begun by then may come to
 * its end; nothing else may be sent. When the right is given back, the rest moves.
 */
export async function losesItsRight(
  ground: LinkGround,
  { checkout = CHECKOUT, patience }: Trial = {},
): Promise<readonly (LinkFault | RevocationFault)[]> {
  await ground.clear();
  await ground.netvisor.tell('PUT', 'latency', SLOW);
  const company = await importer(ground, { customers: CUSTOMERS });
  const worker = ground.process({ checkout });
  try {
    await addedOf(ground, company, 5);
    ground.permission = (answer) => ({ ...answer, allowed: false, reasons: ['COMPANY_GRANT_MISSING'] });
    const begun = await changeRules(ground, company);
    await ground.quiet(patience);
    const sent = new Set(await added(ground, company));
    const late = [...sent].filter((number) => !begun.has(number));

    ground.permission = (answer) => answer;
    await changeRules(ground, company);
    await ground.again();
    await ground.quiet(patience);
    const faults = await faultsOf(ground, company);
    return late.length > 0 ? ['begun.after-revocation', ...faults] : faults;
  } finally {
    await killed(worker);
  }
}

/** Changes a rule of the company, and answers with the records whose sending had begun by then. */
async function changeRules({ owner }: LinkGround, { companyId }: Company): Promise<ReadonlySet<string>> {
  await owner.query('begin');
  await owner.query('update tietovirta.rules_version set version = version + 1 where subject = $1', [companyId]);
  // Whoever begins holds the row of the rules: now that it is ours, nobody does until the commit.
  const { rows } = await owner.query<{ number: string }>(
    `select number from severa.pair where company_id = $1 and flow = 'customers-to-netvisor' and state not in ('due', 'denied')`,
    [companyId],
  );
  await owner.query('commit');
  return new Set(rows.map(({ number }) => number));
}

async function added(ground: LinkGround, company: Company): Promise<readonly string[]> {
  const { netvisor } = await changes(ground, company);
  return netvisor.filter(({ resource }) => resource === 'customer.nv').map(({ reference }) => reference ?? '');
}

const addedOf = (ground: LinkGround, company: Company, least: number): Promise<true> =>
  until(async () => (await added(ground, company)).length >= least, { what: `${least} customers in Netvisor` });
