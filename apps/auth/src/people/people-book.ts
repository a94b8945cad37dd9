import { v7 as newPersonId } from 'uuid';
import type { z } from 'zod';

import type { Keeper, Person, removePerson, savePerson } from '#lib/contracts';
import type { RoleAssignment } from '#lib/policy';
import type { Database, Sql } from '#lib/store';

import { RuleOutdated } from '../errors.js';
import { requireText } from '../rules/rule-fault.js';
import { discardCredentials, reachesAnew } from './discard.js';
import { PersonAbsent, PersonConflict, PersonKeptByOperator, PresentPasswordNeeded, RolesUnfit } from './errors.js';
import { untie } from './known-identity.js';
import { keeperRoles, requireKeeper, takeTurn } from './keeper-roles.js';
import { personConflict } from './person-conflict.js';
import { tell } from './person-event.js';
import type { PresentPassword } from './present-password.js';
import { readMembers, readPerson } from './person-record.js';
import { changeRoles, environmentsOf, requireMainUsers } from './role-book.js';
import { roleFaults } from './role-change.js';
import { roleEvents } from './role-event.js';
import { endSessionsOf } from './session.js';

export type SavePersonAsk = z.output<typeof savePerson.ask>;
export type SavePersonAnswer = z.output<typeof savePerson.answer>;
export type RemovePersonAsk = z.output<typeof removePerson.ask>;
type Changes = SavePersonAsk['change'];
type Change<Of extends Changes['of']> = Extract<Changes, { of: Of }>;

/** Who makes a change, what they are while they make it, and in whose transaction. */
interface Doing {
  readonly sql: Sql;
  readonly by: Keeper;
  readonly address: string | null;
  readonly roles: readonly RoleAssignment[];
}

const SCOPE = { scope: { acrossTenants: 'a person may have roles in several environments' } } as const;

/**
 * Keeps the people: every change is one transaction of the person, their roles, the end of sessions that must end,
 * and the audit events. A main user or user administrator keeps what a person is in their environment; what a person
 * is altogether, the operator keeps.
 */
export class PeopleBook {
  constructor(
    private readonly database: Database,
    private readonly relay: { nudge(): void },
    private readonly present: Pick<PresentPassword, 'require'>,
  ) {}

  /** Refuses with the errors of `errors.ts`, and then nothing has changed. */
  async save({ by, address, change }: SavePersonAsk): Promise<SavePersonAnswer> {
    requireText(change.body);
    const password = change.of === 'person' && isOwnRecord(by, change.personId) ? change.currentPassword : undefined;
    if (password !== undefined) await this.present.require(by, address, password);
    return this.turn(by, address, (doing) => {
      switch (change.of) {
        case 'new-member':
          return addMember(doing, change);
        case 'member':
          return saveMember(doing, change);
        case 'new-person':
          return addPerson(doing, change);
        case 'person':
          return savePersonWhole(doing, change, password !== undefined);
      }
    });
  }

  async remove({ by, address, environmentId, ...named }: RemovePersonAsk): Promise<void> {
    const personId = named.personId.toLowerCase();
    await this.turn(by, address, (doing) =>
      environmentId === null
        ? removeEverywhere(doing, personId)
        : removeMember(doing, personId, environmentId.toLowerCase()),
    );
  }

  private async turn<T>(by: Keeper, address: string | null, work: (doing: Doing) => Promise<T>): Promise<T> {
    let done: T;
    try {
      done = await this.database.transaction(async (sql) => {
        await takeTurn(sql);
        return work({ sql, by, address, roles: await keeperRoles(sql, by) });
      }, SCOPE);
    } catch (error) {
      throw personConflict(error);
    }
    this.relay.nudge();
    return done;
  }
}

async function addMember(doing: Doing, change: Change<'new-member'>): Promise<SavePersonAnswer> {
  const { sql } = doing;
  const { body } = change;
  const environmentId = change.environmentId.toLowerCase();
  requireKeeper(doing.roles, environmentId);
  const after = rolesIn(environmentId, body.roles);
  const [known] = await sql.rows<{ person_id: string }>('select person_id from auth.person where email = $1', [
    body.email,
  ]);
  const personId = known?.person_id ?? (await insert(sql, { ...body, active: true }));
  const standing = await memberOf(sql, environmentId, personId);
  if (standing) throw new PersonConflict('person.email-taken', 'Somebody with this e-mail is in the environment');
  // Somebody elsewhere already: one firm cannot vouch for the other's person, nor trust the password they got there.
  if ((await rolesOf(sql, personId)).length > 0) throw new PersonKeptByOperator();
  await roleTurn(doing, { personId, name: body.name, home: environmentId, before: [], after, changed: ['email'] });
  return { personId, mark: (await memberOf(sql, environmentId, personId))!.mark };
}

async function saveMember(doing: Doing, change: Change<'member'>): Promise<SavePersonAnswer> {
  const { sql } = doing;
  const { ifMark, body } = change;
  const personId = change.personId.toLowerCase();
  const environmentId = change.environmentId.toLowerCase();
  requireKeeper(doing.roles, environmentId);
  const standing = await memberOf(sql, environmentId, personId);
  if (!standing) throw new PersonAbsent();
  if (standing.mark !== ifMark) throw new RuleOutdated();
  await sql.rows('update auth.person_membership set name = $3 where environment_id = $1 and person_id = $2', [
    environmentId,
    personId,
    body.name,
  ]);
  await roleTurn(doing, {
    personId,
    name: body.name,
    home: environmentId,
    before: rolesIn(environmentId, standing.roles),
    after: rolesIn(environmentId, body.roles),
    changed: standing.name === body.name ? [] : ['name'],
  });
  return { personId, mark: (await memberOf(sql, environmentId, personId))!.mark };
}

async function addPerson(doing: Doing, { body }: Change<'new-person'>): Promise<SavePersonAnswer> {
  requireKeeper(doing.roles, null);
  const personId = await insert(doing.sql, body);
  const changed = ['email', 'name', 'language', 'active'];
  await roleTurn(doing, {
    personId,
    name: body.name,
    home: null,
    before: [],
    after: body.roles.map(normalRole),
    changed,
  });
  return { personId, mark: (await readPerson(doing.sql, personId))!.mark };
}

async function savePersonWhole(doing: Doing, change: Change<'person'>, isProven: boolean): Promise<SavePersonAnswer> {
  const { sql } = doing;
  const { ifMark, body } = change;
  const personId = change.personId.toLowerCase();
  requireKeeper(doing.roles, null);
  const standing = await presentPerson(sql, personId);
  if (standing.mark !== ifMark) throw new RuleOutdated();
  const fields = ['email', 'name', 'language', 'active'] as const;
  const changed = fields.filter((field) => standing[field] !== body[field]);
  // Whoever finds somebody's session open must not make its account their own.
  if (isOwnRecord(doing.by, personId) && changed.includes('email') && !isProven) throw new PresentPasswordNeeded();
  if (doing.by.id === personId && !body.active)
    throw new PersonConflict('person.own', 'Nobody switches themselves off; another operator does it');
  await sql.rows('update auth.person set email = $2, name = $3, language = $4, active = $5 where person_id = $1', [
    personId,
    body.email,
    body.name,
    body.language,
    body.active,
  ]);
  const after = body.roles.map(normalRole);
  await roleTurn(doing, { personId, name: body.name, home: null, before: standing.roles, after, changed });
  if (changed.includes('active') && !body.active) await requireMainUsers(sql, mainUserOf(after));
  if (changed.includes('email') || !body.active) await endSessionsOf(sql, personId);
  // By the old e-mail somebody else may have been taken for this person, and the tie would let them in for ever.
  if (changed.includes('email')) await untie(sql, personId);
  return { personId, mark: (await readPerson(sql, personId))!.mark };
}

async function removeMember(doing: Doing, personId: string, environmentId: string): Promise<void> {
  requireKeeper(doing.roles, environmentId);
  const standing = await memberOf(doing.sql, environmentId, personId);
  if (!standing) throw new PersonAbsent();
  const before = rolesIn(environmentId, standing.roles);
  const { name } = standing;
  await roleTurn(doing, { personId, name, home: environmentId, before, after: [], changed: [] }, 'person.removed');
}

async function removeEverywhere(doing: Doing, personId: string): Promise<void> {
  requireKeeper(doing.roles, null);
  const { roles: before, name } = await presentPerson(doing.sql, personId);
  if (doing.by.id === personId)
    throw new PersonConflict('person.own', 'Nobody removes themselves; another operator does it');
  await doing.sql.rows('update auth.person set active = false where person_id = $1', [personId]);
  const change = { personId, name: name ?? '', home: null, before, after: [], changed: ['active'] };
  await roleTurn(doing, change, 'person.removed');
}

interface RoleTurn {
  readonly personId: string;
  readonly name: string;
  readonly home: string | null;
  /** Roles that the change is about; a person may have others, which stay. */
  readonly before: readonly RoleAssignment[];
  readonly after: readonly RoleAssignment[];
  readonly changed: readonly string[];
}

async function roleTurn(
  { sql, by, address, roles }: Doing,
  turn: RoleTurn,
  action: 'person.saved' | 'person.removed' = 'person.saved',
): Promise<void> {
  const { personId, name, before, after } = turn;
  const faults = roleFaults(after);
  if (faults.length > 0) throw new RolesUnfit(faults);
  const isOwn = by.kind === 'person' && by.id === personId;
  const isDiscarded = reachesAnew(await rolesOf(sql, personId), after) && (await discardCredentials(sql, personId));
  await changeRoles(sql, personId, name, { before, after, by: roles, isOwn });
  await tell(sql, roleEvents({ action, by, address, ...turn }));
  if (!isDiscarded) return;
  const details = { personId, discarded: true };
  await tell(sql, [{ action: 'password.changed', environmentId: null, actor: by, address, details }]);
}

async function rolesOf(sql: Sql, personId: string): Promise<readonly Pick<RoleAssignment, 'environmentId'>[]> {
  const rows = await sql.rows<{ environment_id: string | null }>(
    'select environment_id from auth.person_role where person_id = $1',
    [personId],
  );
  return rows.map(({ environment_id: environmentId }) => ({ environmentId }));
}

async function memberOf(sql: Sql, environmentId: string, personId: string) {
  const [member] = await readMembers(sql, environmentId, { personId, cursor: null, limit: 1 });
  return member;
}

async function presentPerson(sql: Sql, personId: string): Promise<Person> {
  const person = await readPerson(sql, personId);
  if (!person || person.erasedAt !== null) throw new PersonAbsent();
  return person;
}

async function insert(sql: Sql, body: { email: string; name: string; language: string; active: boolean }) {
  const personId = newPersonId();
  await sql.rows('insert into auth.person (person_id, email, name, language, active) values ($1, $2, $3, $4, $5)', [
    personId,
    body.email,
    body.name,
    body.language,
    body.active,
  ]);
  return personId;
}

const rolesIn = (environmentId: string, roles: readonly Omit<RoleAssignment, 'environmentId'>[]): RoleAssignment[] =>
  roles.map(({ role, companyId }) => normalRole({ role, environmentId, companyId }));

/** Ids in the one spelling that PostgreSQL gives back, so that the same role is the same. */
const normalRole = ({ role, environmentId, companyId }: RoleAssignment): RoleAssignment => ({
  role,
  environmentId: environmentId?.toLowerCase() ?? null,
  companyId: companyId?.toLowerCase() ?? null,
});

const isOwnRecord = (by: Keeper, personId: string): boolean => by.kind === 'person' && by.id === personId.toLowerCase();

const mainUserOf = (roles: readonly RoleAssignment[]): readonly string[] =>
  environmentsOf(roles.filter(({ role }) => role === 'main-user'));
