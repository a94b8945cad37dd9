import { Migration, tenantTable } from '#lib/store';

/** Templates, what companies have from them, and onboardings with their files and rows. */
export class Auth0005Onboarding extends Migration {
  override up(): void {
    this.createTemplates();
    this.createOnboardings();
    const tables = ['template', 'company_template', 'onboarding', 'onboarding_file', 'onboarding_row'];
    for (const table of tables) for (const text of tenantTable(`auth.${table}`)) this.addSql(text);
  }

  private createTemplates(): void {
    this.addSql(`
      create table auth.template (
        environment_id uuid not null constraint template_environment references auth.environment,
        name text not null check (char_length(name) between 1 and 64),
        is_default boolean not null,
        body jsonb not null,
        primary key (environment_id, name)
      )`);
    this.addSql(`
      create unique index template_default_once on auth.template (environment_id) where is_default`);
    // `applied` is what the template said when the company took it over; what differs from it is the company's own.
    this.addSql(`
      create table auth.company_template (
        environment_id uuid not null,
        company_id uuid not null,
        name text not null,
        applied jsonb not null,
        primary key (environment_id, company_id),
        constraint company_template_company foreign key (environment_id, company_id) references auth.company,
        constraint company_template_template
          foreign key (environment_id, name) references auth.template on delete cascade
      )`);
    this.addSql('create index company_template_by_name on auth.company_template (environment_id, name)');
  }

  private createOnboardings(): void {
    this.addSql(`
      create table auth.onboarding (
        environment_id uuid not null constraint onboarding_environment references auth.environment,
        onboarding_id uuid not null,
        state text not null check (state in
          ('open', 'received', 'refused', 'ready', 'committing', 'done', 'failed', 'cancelled')),
        form text not null check (form in ('csv', 'xlsx', 'template')),
        charset text check (char_length(charset) <= 40),
        template text,
        sha256 bytea check (octet_length(sha256) = 32),
        refusal jsonb,
        mark text,
        all_or_nothing boolean not null default false,
        actor jsonb not null,
        address text check (char_length(address) <= 64),
        received_at timestamptz not null default clock_timestamp(),
        finished_at timestamptz,
        primary key (environment_id, onboarding_id)
      )`);
    this.addSql(`
      create table auth.onboarding_file (
        environment_id uuid not null,
        onboarding_id uuid not null,
        no smallint not null,
        data bytea not null,
        primary key (environment_id, onboarding_id, no),
        constraint onboarding_file_onboarding
          foreign key (environment_id, onboarding_id) references auth.onboarding on delete cascade
      )`);
    // `file_mistakes` are the file's alone; `mistakes` are all of them, found anew by every dry run.
    this.addSql(`
      create table auth.onboarding_row (
        environment_id uuid not null,
        onboarding_id uuid not null,
        no integer not null,
        line integer not null,
        given jsonb not null,
        file_mistakes jsonb not null,
        mistakes jsonb not null default '[]',
        outcome text check (outcome in ('created', 'changed', 'skipped', 'blocked', 'outdated')),
        changes jsonb not null default '[]',
        company_id uuid,
        saved boolean not null default false,
        primary key (environment_id, onboarding_id, no),
        constraint onboarding_row_onboarding
          foreign key (environment_id, onboarding_id) references auth.onboarding on delete cascade
      )`);
    this.addSql(`
      create index onboarding_row_to_save on auth.onboarding_row (environment_id, onboarding_id, no)
        where not saved and outcome in ('created', 'changed')`);
  }
}
