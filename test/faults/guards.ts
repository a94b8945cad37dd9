import { type Guard, killed, outage, PATIENCE, staged } from './guard.ts';
import type { Cut, Mutation } from './mutant.ts';
import { deadlyDocument, ticketManyTimes, ticketTwiceBeforeOpening, ticketWithoutQueue } from './scenarios.ts';

/** Ends the transaction here and goes on in another. */
const COMMIT = `await sql.rows('commit'); await sql.rows('begin'); await sql.rows("set local tietovirta.tenant = 'every'");`;

const STAGED_ROWS_STAY: readonly Cut[] = [
  { file: 'apps/fivaldi-connector/src/register-sql.js', guard: ') on commit delete rows', without: ')' },
  {
    file: 'apps/fivaldi-connector/src/register-import.js',
    guard: 'for (const table of tablesWritten(',
    without: `await sql.rows('delete from pg_temp.staged_product'); for (const table of tablesWritten(`,
  },
];

const committedBefore = (file: string, guard: string): Cut => ({ file, guard, without: `${COMMIT} ${guard}` });

/** The log appends an event as often as it comes, together or later. */
const APPENDED_AGAIN: Pick<Mutation, 'cuts'> & Pick<Guard, 'sql'> = {
  cuts: [
    { file: 'apps/audit/src/append.js', guard: '!known.has(keyOf(entry))', without: 'true' },
    { file: 'apps/audit/src/append.js', guard: 'first.set(keyOf(entry), entry)', without: 'first.set(entry, entry)' },
  ],
  sql: ['alter table audit.entry drop constraint entry_environment_id_event_id_key'],
};

/** The first is part of every run of the tests. */
export const GUARDS: readonly Guard[] = [
  staged(
    {
      name: 'delete-before-confirm',
      cuts: [
        { file: 'libs/store/src/outbox.js', guard: 'waiting.filter((_, index)=>sent[index])', without: 'waiting' },
      ],
      trips: 'transfer.stands-otherwise',
    },
    (stage) => ticketWithoutQueue(stage, PATIENCE),
  ),
  killed({
    name: 'ticket-in-a-commit-of-its-own',
    cuts: [committedBefore('libs/transfers/src/acceptance.js', 'const accepted = {')],
    trial: 'gateway.before-accept-commit',
    trips: 'transfer.stands-otherwise',
  }),
  killed({
    name: 'key-that-never-conflicts',
    cuts: [
      {
        file: 'libs/transfers/src/acceptance.js',
        guard: '$3, $4, $5)\n    on conflict do nothing',
        without: '$3 || gen_random_uuid(), $4, $5)',
      },
    ],
    trial: 'gateway.after-accept-commit',
    trips: 'transfer.twice',
  }),
  killed({
    name: 'running-is-not-taken-up-again',
    cuts: [
      {
        file: 'libs/transfers/src/lane.js',
        guard: `select t.id from transfers.transfer t\n     where t.lane_id = $1 and t.state in ('queued', 'running',`,
        without: `select t.id from transfers.transfer t\n     where t.lane_id = $1 and t.state in ('queued',`,
      },
    ],
    trial: 'connector.after-claim',
    trips: 'transfer.stands-otherwise',
  }),
  killed({
    name: 'first-try-is-the-last',
    cuts: [{ file: 'apps/fivaldi-connector/src/journey.js', guard: 'MAX_ATTEMPTS = 4', without: 'MAX_ATTEMPTS = 1' }],
    trial: 'connector.after-decision',
    trips: 'transfer.stands-otherwise',
  }),
  killed({
    name: 'ack-before-commit',
    cuts: [
      {
        file: 'libs/bus/src/single-consumer.js',
        guard: 'handled = await this.options.handle(opened.delivery);',
        without: 'handled = void this.options.handle(opened.delivery).catch(() => undefined);',
      },
    ],
    trial: 'connector.while-reading',
    trips: 'transfer.stands-otherwise',
  }),
  killed({
    name: 'new-records-committed-ahead',
    cuts: [
      ...STAGED_ROWS_STAY,
      committedBefore('apps/fivaldi-connector/src/register-import.js', `crashPoint('connector.after-staging');`),
    ],
    trial: 'connector.after-staging',
    trips: 'register.differs',
  }),
  killed({
    name: 'plan-committed-ahead',
    cuts: [
      ...STAGED_ROWS_STAY,
      committedBefore('apps/fivaldi-connector/src/register-import.js', `crashPoint('connector.after-plan');`),
    ],
    trial: 'connector.after-plan',
    trips: 'transfer.stands-otherwise',
  }),
  killed({
    name: 'half-an-export-stays',
    cuts: [
      { file: 'apps/fivaldi-connector/src/export.js', guard: 'await forgetAttempts(database, transfer);', without: '' },
    ],
    trial: 'connector.while-exporting',
    trips: 'upload.left',
  }),
  killed({
    name: 'register-committed-before-the-end',
    cuts: [
      committedBefore('apps/fivaldi-connector/src/import-turn.js', 'const end = await conclude(sql, claim, result);'),
    ],
    trial: 'connector.before-finish-commit',
    trips: 'transfer.stands-otherwise',
  }),
  killed({
    name: 'next-ticket-kept-in-memory',
    cuts: [
      {
        file: 'libs/transfers/src/lane.js',
        guard: 'if (lane?.goes_on) await writeOutbox(sql, [',
        without: 'if (lane?.goes_on) globalThis.later = () => writeOutbox(globalThis.ground, [',
      },
      {
        file: 'apps/fivaldi-connector/src/journey.js',
        guard: 'around.nudge();\n    around.observe.ended(claim, turn.end);',
        without:
          'globalThis.ground = around.database; await globalThis.later?.(); globalThis.later = undefined; around.nudge();',
      },
    ],
    trial: 'connector.after-finish-commit',
    trips: 'lane.busy',
  }),
  killed({
    name: 'forgotten-before-it-is-sent',
    cuts: [
      {
        file: 'libs/store/src/outbox.js',
        guard: `at('relay.before-publish');`,
        without: `await sql.rows('delete from bus.outbox where id = any($1::bigint[])', [waiting.map((row) => row.id)]);
          await sql.rows('commit'); await sql.rows('begin'); at('relay.before-publish');`,
      },
    ],
    trial: 'relay.before-publish',
    trips: 'audit.differs',
  }),
  killed({
    name: 'event-published-twice-is-two',
    ...APPENDED_AGAIN,
    trial: 'relay.after-confirm',
    trips: 'event.twice',
  }),
  killed({
    name: 'batch-acked-before-commit',
    cuts: [
      {
        file: 'libs/bus/src/batch-consumer.js',
        guard: 'await this.options.handle(readable.map(({ delivery })=>delivery));',
        without: 'void this.options.handle(readable.map(({ delivery })=>delivery)).catch(() => undefined);',
      },
    ],
    trial: 'audit.before-commit',
    trips: 'decision.unlogged',
  }),
  killed({ name: 'event-redelivered-is-two', ...APPENDED_AGAIN, trial: 'audit.after-commit', trips: 'event.twice' }),
  killed({
    name: 'decision-given-before-its-commit',
    cuts: [
      {
        file: 'apps/auth/src/access-decider.js',
        guard: 'await this.database.transaction(async (sql)=>{',
        without: 'await new Promise((tell, fail) => void this.database.transaction(async (sql)=>{',
      },
      {
        file: 'apps/auth/src/access-decider.js',
        guard: `crashPoint('auth.before-decision-commit');`,
        without: `tell({ facts, decision }); await new Promise((go) => setTimeout(go, 300)); crashPoint('auth.before-decision-commit');`,
      },
      {
        file: 'apps/auth/src/access-decider.js',
        guard: `});\n        crashPoint('auth.after-decision-commit');`,
        without: `}).catch(fail));\n        crashPoint('auth.after-decision-commit');`,
      },
    ],
    trial: 'auth.before-decision-commit',
    trips: 'decision.unlogged',
  }),
  killed({
    name: 'unanswered-question-is-not-asked-again',
    cuts: [{ file: 'libs/bus/src/settlement.js', guard: 'unavailable: Infinity', without: 'unavailable: 1' }],
    trial: 'auth.after-decision-commit#2',
    trips: 'message.parked',
  }),
  outage(
    {
      name: 'sent-is-confirmed',
      cuts: [
        { file: 'libs/bus/src/outbox-relay.js', guard: `if (outcome !== 'confirmed') return false;`, without: '' },
      ],
      trial: 'rabbitmq.killed',
      trips: 'transfer.stands-otherwise',
    },
    (servers) => servers.crashBroker(),
  ),
  outage(
    {
      name: 'failed-work-is-acked',
      cuts: [
        {
          file: 'libs/bus/src/single-consumer.js',
          guard: 'return await settler.refuse(held, error);',
          without: 'return settler.ack(held, undefined);',
        },
      ],
      trial: 'postgresql.killed',
      trips: 'transfer.stands-otherwise',
    },
    (servers) => servers.crashDatabase(),
  ),
  staged(
    {
      name: 'no-fence',
      cuts: [
        {
          file: 'libs/transfers/src/lane.js',
          guard: 'where id = $1 and ticket = $2 and fence = $3 for update',
          without: 'where id = $1 and $2::uuid is not null and $3::bigint is not null for update',
        },
      ],
      trips: 'audit.differs',
    },
    (stage) => ticketTwiceBeforeOpening(stage, PATIENCE),
  ),
  staged(
    {
      name: 'every-claim-is-an-attempt',
      cuts: [{ file: 'libs/transfers/src/lane.js', guard: 'then 0 else 1 end', without: 'then 1 else 1 end' }],
      trips: 'transfer.stands-otherwise',
    },
    (stage) => ticketManyTimes(stage, PATIENCE),
  ),
  staged(
    {
      name: 'attempts-uncounted',
      cuts: [{ file: 'libs/transfers/src/lane.js', guard: 'then 0 else 1 end', without: 'then 0 else 0 end' }],
      trips: 'transfer.stands-otherwise',
    },
    async (stage) => (await deadlyDocument(stage, PATIENCE)).violations,
  ),
];
