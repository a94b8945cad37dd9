import { until } from '../../libs/testing/src/until.ts';
import { tomorrow } from '../../scripts/demo/opening.ts';
import type { Ticket } from './broker-hand.ts';
import type { Violation } from './checker.ts';
import { type Parcel, products, type SentParcel, type Standing } from './parcel.ts';
import type { Stage } from './stage.ts';

/** Tries after which a document that kills its carrier must have been given up, with one to spare. */
const DEATHS = 6;

/**
 * The same ticket `times` over and above the first, all of them in hand at once: nobody may decide before two have
 * claimed the lane.
 */
async function repeatTicket(
  stage: Stage,
  parcel: Parcel,
  times: number,
  stands: Standing = 'succeeded',
): Promise<SentParcel> {
  const [connector, auth] = [stage.process('fivaldi-connector'), stage.process('auth')];
  connector.kill('SIGSTOP');
  const sent = await stage.send(parcel, stands, { whenClosed: 'wait' });
  const ticket = await ticketOf(stage, sent);
  await stage.ground.withBroker((hand) => hand.repeat(ticket, times));
  auth.kill('SIGSTOP');
  connector.kill('SIGCONT');
  await until(async () => (await fenceOf(stage, ticket)) >= 2, { what: 'two claims at once' });
  auth.kill('SIGCONT');
  return sent;
}

/** A burst of duplicates over a sound document, more of them than it has attempts. */
export async function ticketManyTimes(stage: Stage, patience?: number): Promise<readonly Violation[]> {
  const sender = await stage.sender();
  const sent = await repeatTicket(stage, sender.write(products(1, 5)), 20);
  await stage.quiet([sent], patience);
  return stage.violations([sent]);
}

/** A document outside its window, whose ticket comes twice: it must be put off once. */
export async function ticketTwiceBeforeOpening(stage: Stage, patience?: number): Promise<readonly Violation[]> {
  const sender = await stage.sender();
  await stage.operator.saveRule('restriction-group', 'huomenna', {
    companyId: sender.company.id,
    times: tomorrow(new Date()),
    partnerUserIds: [stage.partner.id],
  });
  // A change that is heard of too late would have the document decided anew, and rightly put off again.
  await stage.rulesKnown();
  const sent = await repeatTicket(stage, sender.write(products(1, 3)), 1, 'deferred');
  await stage.quiet([sent], patience);
  return stage.violations([sent]);
}

/** A ticket that has no queue to go to when it is published. */
export async function ticketWithoutQueue(stage: Stage, patience?: number): Promise<readonly Violation[]> {
  const sender = await stage.sender();
  await stage.quiet([]);
  await stage.ground.withBroker((hand) => hand.unbindTickets());
  const sent = await stage.send(sender.write(products(1, 3)));
  await stage.quiet([sent], patience);
  return stage.violations([sent]);
}

/** A document for which nobody is there to decide until it has been tried twice; answers what that cost it. */
export async function nobodyDecides(
  stage: Stage,
): Promise<{ readonly attempts: number; readonly violations: readonly Violation[] }> {
  const sender = await stage.sender();
  await stage.quiet([]);
  const [connector, auth] = [stage.process('fivaldi-connector'), stage.process('auth')];
  connector.kill('SIGSTOP');
  const sent = await stage.send(sender.write(products(1, 3)));
  const ticket = await ticketOf(stage, sent);
  auth.kill('SIGKILL');
  await auth.ended;
  connector.kill('SIGCONT');
  await until(async () => (await fenceOf(stage, ticket)) >= 2, { within: 30_000, what: 'a second try' });
  await stage.revive('auth');
  await stage.quiet([sent]);
  const { rows } = await stage.database.query<{ attempts: number }>(
    'select attempts from transfers.transfer where id = $1',
    [sent.transferId],
  );
  return { attempts: rows[0]?.attempts ?? 0, violations: await stage.violations([sent]) };
}

/** A document that kills whoever carries it out, every time: it must be given up in the end. */
export async function deadlyDocument(
  stage: Stage,
  patience?: number,
): Promise<{ readonly deaths: number; readonly violations: readonly Violation[] }> {
  const sender = await stage.sender();
  await stage.quiet([]);
  await stage.stop('fivaldi-connector');
  const sent = await stage.send(sender.write(products(1, 3)), 'failed');
  let deaths = 0;
  while (deaths < DEATHS && (await diesOf(stage, sent))) deaths += 1;
  await stage.revive('fivaldi-connector');
  await stage.quiet([sent], patience);
  return { deaths, violations: await stage.violations([sent]) };
}

/** Whether a connector with a crash in it dies of the document before the document has ended. */
async function diesOf(stage: Stage, { transferId }: SentParcel): Promise<boolean> {
  let died = false;
  const armed = await stage.revive('fivaldi-connector', 'connector.after-decision').catch((error: unknown) => {
    // The ticket was waiting for it: it may die before it says that it is ready.
    if (!String(error).includes('SIGKILL')) throw error;
    died = true;
  });
  void armed?.ended.then((how) => (died = how === 'SIGKILL'));
  const ended = async (): Promise<boolean> => {
    const { rows } = await stage.database.query(
      'select from transfers.transfer where id = $1 and finished_at is not null',
      [transferId],
    );
    return rows.length === 1;
  };
  await until(async () => died || (await ended()), { within: 30_000, what: 'an end' });
  if (!died) await stage.stop('fivaldi-connector');
  return died;
}

async function ticketOf(stage: Stage, { company }: Parcel): Promise<Ticket> {
  const { rows } = await stage.database.query<Ticket>(
    `select id as "laneId", ticket from transfers.lane where company_id = $1 and ticket is not null`,
    [company.id],
  );
  const [ticket] = rows;
  if (ticket === undefined) throw new Error('The lane of an accepted document has no ticket');
  return ticket;
}

async function fenceOf(stage: Stage, { laneId }: Ticket): Promise<number> {
  const { rows } = await stage.database.query<{ fence: number }>(
    'select fence::int as fence from transfers.lane where id = $1',
    [laneId],
  );
  return rows[0]?.fence ?? 0;
}
