import { rulesHeld, rulesStandAmong } from '#lib/store';

import { tellEach } from './history.js';

const TOLD = {
  environment: 'gate.environment',
  company: 'gate.company',
  flow: 'gate.flow',
  run: 'gate.run',
  by: 'gate.by',
  gate: 'gate.nth = h.nth',
};

/**
 * Writes the entries of some links, each as if it were alone. Its values are made by `entryValues`; it returns `Written`
 * and `nth` for each of them.
 *
 *   the turn is        | the rules, their minute | what has come to rest | what begins | told
 *   -------------------+-------------------------+-----------------------+-------------+---------
 *   held no more       | any                     | stays                 | stays       | nothing
 *   held, not the same | any                     | is written            | stays       | is told
 *   held               | do not stand            | is written            | stays       | is told
 *   held               | stand                   | is written            | is written  | is told
 *
 * They may be of several environments: what is written is of the link whose turn an entry holds, found by environment,
 * company and fence together, so that a mistaken one writes nothing anywhere.
 *
 * The links' rows and those of the rules stay locked until its commit, each kind in its order, so that two statements
 * that wait for each other there are none.
 */
export const WRITE_ENTRIES = `
  with entry as materialized (
    select e.* from jsonb_to_recordset($1::jsonb) as e
      (nth int, environment uuid, company uuid, partner uuid, fence bigint, mark bigint, state text, paused text,
       version text, decided timestamptz, flow text, source text, run uuid, by text)
  ), turn as materialized (
    select e.nth, l.mark = e.mark and l.state = e.state and l.paused is not distinct from e.paused as same
      from entry e cross join lateral (
        select * from severa.link
         where environment_id = e.environment and company_id = e.company and fence = e.fence for update) l
  ), subject as (
    select environment as id from entry union select company from entry union select partner from entry order by id
  ), ${rulesHeld('subject')}, gate as materialized (
    select e.*, turn.same, turn.same is not null as held,
           coalesce(turn.same, false) and ${rulesStandAmong('e.environment', 'e.company', 'e.partner', 'e.version')}
             and date_trunc('minute', clock_timestamp()) = date_trunc('minute', e.decided) as open
      from entry e left join turn on turn.nth = e.nth
  ), change as materialized (
    select c.*, gate.environment, gate.company, gate.flow, gate.source, gate.run
      from jsonb_to_recordset($2::jsonb) as c
           (nth int, key text, mark bigint, state text, known jsonb, forgets boolean, sending text, attempts int,
            delay float8, cause text, message text, details jsonb, begins boolean)
      join gate on gate.nth = c.nth and gate.held and (gate.open or not c.begins)
  ), written as (
    update severa.pair p
       set state = case when c.state in ('moved', 'rejected') and p.missing then 'gone'
                        when c.state in ('moved', 'rejected') and p.mark <> c.mark then 'due'
                        else c.state end,
           known = case when c.forgets then null else coalesce(c.known, p.known) end,
           severa_key = case when c.source = 'netvisor' then coalesce(c.known ->> 'key', p.severa_key)
                             else p.severa_key end,
           netvisor_key = case when c.source = 'severa' then coalesce(c.known ->> 'key', p.netvisor_key)
                               else p.netvisor_key end,
           sending = c.sending, attempts = c.attempts,
           next_try_at = clock_timestamp() + coalesce(c.delay, 0) * interval '1 millisecond',
           cause = case when c.state in ('moved', 'rejected') and p.missing then 'gone-in-source' else c.cause end,
           message = c.message, details = c.details, run_id = c.run,
           moved_at = case when c.state = 'moved' then clock_timestamp() else p.moved_at end,
           updated_at = clock_timestamp()
      from change c
     -- All of the key from one place, and none of it a constant: so each is looked up, whatever the statistics say.
     where p.environment_id = c.environment and p.company_id = c.company and p.flow = c.flow and p.key = c.key
  ), told as (${tellEach('$3::jsonb', TOLD)})
  select nth, same, open from gate`;
