import type { Member, Person } from '#lib/contracts';
import type { RoleAssignment } from '#lib/policy';
import type { Sql } from '#lib/store';

import { ruleMark } from '../rule-mark.js';

interface PersonRow {
  readonly person_id: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly language: 'fi' | 'sv' | 'en';
  readonly active: boolean;
  readonly has_password: boolean;
  readonly has_second_factor: boolean;
  readonly erased_at: string | null;
  readonly roles: RoleAssignment[];
}

export interface Page {
  /** One person alone. */
  readonly personId?: string | undefined;
  /** The id to go on after; `null` for the first. */
  readonly cursor: string | null;
  readonly limit: number;
}

const ROLES_OF = `(select coalesce(json_agg(json_build_object('role', r.role, 'environmentId', r.environment_id,
    'companyId', r.company_id) order by r.environment_id, r.role, r.company_id), '[]')
  from auth.person_role r where r.person_id = p.person_id)`;

/** People as the operator sees them, one more than the limit when there are more. Needs a scope across tenants. */
export async function readPeople(sql: Sql, { personId, cursor, limit }: Page): Promise<Person[]> {
  const rows = await sql.rows<PersonRow>(
    `select p.person_id, p.email, p.name, p.language, p.active, p.password_hash is not null as has_password,
            p.totp_secret is not null as has_second_factor, p.erased_at, ${ROLES_OF} as roles
       from auth.person p
      where ($1::uuid is null or p.person_id = $1) and ($2::uuid is null or p.person_id > $2)
      order by p.person_id limit $3`,
    [personId ?? null, cursor, limit + 1],
  );
  return rows.map(personOf);
}

/** One person as the operator sees them, held until the transaction ends; `null` when there is none. */
export async function readPerson(sql: Sql, personId: string): Promise<Person | null> {
  await sql.rows('select from auth.person where person_id = $1 for update', [personId]);
  const [person] = await readPeople(sql, { personId, cursor: null, limit: 1 });
  return person ?? null;
}

function personOf(row: PersonRow): Person {
  const { email, name, language, active, roles } = row;
  return {
    personId: row.person_id,
    email,
    name,
    language,
    active,
    hasPassword: row.has_password,
    hasSecondFactor: row.has_second_factor,
    erasedAt: row.erased_at === null ? null : new Date(row.erased_at).toISOString(),
    roles,
    mark: ruleMark({ email, name, language, active, roles }),
  };
}

interface MemberRow extends Pick<Member, 'email' | 'name' | 'roles'> {
  readonly person_id: string;
}

/** The people of one environment as it sees them, one more than the limit when there are more. */
export async function readMembers(sql: Sql, environmentId: string, page: Page): Promise<Member[]> {
  const rows = await sql.rows<MemberRow>(
    `select p.person_id, p.email, m.name,
            (select coalesce(json_agg(json_build_object('role', r.role, 'companyId', r.company_id)
                                      order by r.role, r.company_id), '[]')
               from auth.person_role r
              where r.environment_id = m.environment_id and r.person_id = m.person_id) as roles
       from auth.person_membership m join auth.person p using (person_id)
      where m.environment_id = $1 and p.erased_at is null
        and ($2::uuid is null or p.person_id = $2) and ($3::uuid is null or p.person_id > $3)
      order by p.person_id limit $4`,
    [environmentId, page.personId ?? null, page.cursor, page.limit + 1],
  );
  return rows.map(({ person_id: personId, email, name, roles }) => ({
    personId,
    email,
    name,
    roles,
    mark: ruleMark({ name, roles }),
  }));
}
