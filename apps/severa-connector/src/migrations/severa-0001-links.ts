import { Migration, tenantTable } from '#lib/store';

const TABLES = [
  'link',
  'phase',
  'credential',
  'flow_state',
  'run',
  'run_request',
  'pair',
  'history',
  'comparison',
] as const;

/**
 * Links between Severa and Netvisor: how a company is linked, what moves, what has moved.
 *
 * `link.fence` grows with every turn of the link: what was written under an older one is refused. `link.due_at` is since
 * when the link waits for its turn. `pair.mark` grows with every change in the source, so that a write which ends says
 * only what it has seen; `pair.sending` is what was sent and is not known to have been done or not.
 */
export class Severa0001Links extends Migration {
  override up(): void {
    this.addSql(`
      create table severa.link (
        environment_id uuid not null,
        company_id uuid not null,
        partner_user_id uuid not null,
        organisation_id text not null check (length(organisation_id) between 1 and 20),
        netvisor_host text not null check (netvisor_host in ('production', 'training')),
        language text not null check (language in ('FI', 'SE', 'EN')),
        state text not null default 'preparing' check (state in ('preparing', 'active', 'stopped')),
        settings jsonb not null,
        mark bigint not null default 1,
        changed_by text not null,
        changed_at timestamptz not null default clock_timestamp(),
        severa_check jsonb,
        netvisor_check jsonb,
        paused text,
        paused_at timestamptz,
        check_at timestamptz,
        fence bigint not null default 0,
        leased_until timestamptz,
        failures int not null default 0,
        due_at timestamptz,
        primary key (environment_id, company_id)
      )`);
    // Netvisor takes one call at a time for a company: two links of ours must never speak for the same one. Only of those
    // in use, whose credentials were seen to open it: whoever merely names a company must not keep others from it.
    this.addSql(`
      create unique index link_organisation_once on severa.link (netvisor_host, organisation_id)
        where state = 'active'`);
    this.addSql(`create index link_due on severa.link (due_at) where due_at is not null`);
    this.addSql(`
      create table severa.phase (
        environment_id uuid not null,
        company_id uuid not null,
        phase text not null,
        acknowledged_by text not null,
        acknowledged_at timestamptz not null default clock_timestamp(),
        primary key (environment_id, company_id, phase)
      )`);
    this.addSql(`
      create table severa.credential (
        environment_id uuid not null,
        company_id uuid not null,
        system text not null check (system in ('severa', 'severa-key', 'netvisor')),
        identity text,
        scopes text,
        sealed bytea not null,
        saved_by text not null,
        saved_at timestamptz not null default clock_timestamp(),
        primary key (environment_id, company_id, system)
      )`);
    this.addSql(`
      create table severa.flow_state (
        environment_id uuid not null,
        company_id uuid not null,
        flow text not null,
        cursor jsonb,
        due_at timestamptz,
        last_success_at timestamptz,
        primary key (environment_id, company_id, flow)
      )`);
    this.addSql(`
      create table severa.run (
        environment_id uuid not null,
        run_id uuid not null,
        company_id uuid not null,
        flow text not null,
        trigger text not null check (trigger in ('schedule', 'person', 'retry')),
        requested_by text,
        scope jsonb,
        again boolean not null default false,
        state text not null default 'waiting' check (state in
          ('waiting', 'reading', 'sending', 'succeeded', 'partial', 'failed', 'stopped')),
        progress jsonb,
        counts jsonb not null default '{}',
        cause text,
        reasons text[] not null default '{}',
        opens_at timestamptz,
        next_at timestamptz not null default clock_timestamp(),
        created_at timestamptz not null default clock_timestamp(),
        started_at timestamptz,
        ended_at timestamptz,
        primary key (environment_id, run_id)
      )`);
    this.addSql(`create index run_of_company on severa.run (environment_id, company_id, created_at desc)`);
    this.addSql(`create index run_of_flow on severa.run (environment_id, company_id, flow, created_at desc)`);
    // What `run-sweep.ts` takes away.
    this.addSql(`
      create index run_empty on severa.run (ended_at)
        where trigger = 'schedule' and state = 'succeeded' and counts - 'read' = '{}'`);
    // A flow has at most one run that is not over: what else is asked meanwhile joins it.
    this.addSql(`
      create unique index run_open_once on severa.run (environment_id, company_id, flow) where ended_at is null`);
    // A request for a run by its key: the same one again is answered with the run that it has led to.
    this.addSql(`
      create table severa.run_request (
        environment_id uuid not null,
        company_id uuid not null,
        request_key text not null,
        asked jsonb not null,
        run_id uuid not null,
        requested_at timestamptz not null default clock_timestamp(),
        primary key (environment_id, company_id, request_key)
      )`);
    this.addSql(`create index run_request_age on severa.run_request (requested_at)`);
    this.addSql(`
      create table severa.pair (
        environment_id uuid not null,
        company_id uuid not null,
        flow text not null,
        key text not null,
        number text,
        name text,
        state text not null check (state in
          ('candidate', 'due', 'sending', 'unknown', 'moved', 'rejected', 'waits', 'denied', 'gone')),
        mark bigint not null default 1,
        missing boolean not null default false,
        source jsonb,
        source_hash text,
        known jsonb,
        severa_key text,
        netvisor_key text,
        sending text,
        attempts int not null default 0,
        next_try_at timestamptz not null default clock_timestamp(),
        cause text,
        message text,
        details jsonb,
        run_id uuid,
        moved_at timestamptz,
        updated_at timestamptz not null default clock_timestamp(),
        primary key (environment_id, company_id, flow, key)
      )`);
    this.addSql(`
      create index pair_due on severa.pair (environment_id, company_id, flow, next_try_at)
        where state in ('due', 'sending', 'unknown', 'waits')`);
    this.addSql(`create index pair_of_state on severa.pair (environment_id, company_id, flow, state, key)`);
    this.addSql(`
      create index pair_of_netvisor on severa.pair (environment_id, company_id, flow, netvisor_key)
        where netvisor_key is not null`);
    this.addSql(`
      create index pair_number on severa.pair (environment_id, company_id, flow, number) where number is not null`);
    this.addSql(`
      create index pair_trouble on severa.pair (environment_id, cause) where state in ('rejected', 'denied', 'waits')`);
    this.addSql(`
      create table severa.history (
        environment_id uuid not null,
        history_id uuid not null,
        company_id uuid not null,
        at timestamptz not null default clock_timestamp(),
        run_id uuid,
        flow text not null,
        key text not null,
        number text,
        name text,
        operation text not null,
        result text not null check (result in ('moved', 'rejected', 'unknown', 'waits', 'gone', 'denied')),
        cause text,
        message text,
        severa_key text,
        netvisor_key text,
        attempt int not null,
        by text not null,
        primary key (environment_id, history_id)
      )`);
    this.addSql(`create index history_of_company on severa.history (environment_id, company_id, history_id desc)`);
    // Most rows have moved; whoever looks for the others must not read through all of them.
    this.addSql(`
      create index history_trouble on severa.history (environment_id, result, history_id desc)
        where result <> 'moved'`);
    this.addSql(`
      create index history_cause on severa.history (environment_id, cause, history_id desc) where cause is not null`);
    this.addSql(`create index history_of_run on severa.history (environment_id, run_id, key, history_id desc)`);
    this.addSql(`
      create table severa.comparison (
        environment_id uuid not null,
        company_id uuid not null,
        flow text not null,
        state text not null check (state in ('due', 'done', 'failed')),
        report jsonb,
        cause text,
        asked_by text not null,
        asked_at timestamptz not null default clock_timestamp(),
        done_at timestamptz,
        primary key (environment_id, company_id, flow)
      )`);
    for (const table of TABLES) {
      for (const statement of tenantTable(`severa.${table}`)) this.addSql(statement);
    }
    // By a hash of the credential: companies of one firm may share one, and its limit with it.
    this.addSql(`
      create table severa.request_budget (
        credential text primary key,
        next_at timestamptz not null
      )`);
  }
}
