import type { z } from 'zod';

import type { listMembers, listPeople } from '#lib/contracts';
import type { Database } from '#lib/store';

import { type Page, readMembers, readPeople } from './person-record.js';

export type ListMembersAsk = z.output<typeof listMembers.ask>;
export type ListMembersAnswer = z.output<typeof listMembers.answer>;
export type ListPeopleAnswer = z.output<typeof listPeople.answer>;

/** People as they are read: by an environment, which sees its own; by the operator, who sees all. */
export class PeopleRegister {
  constructor(private readonly database: Database) {}

  async members({ environmentId, ...page }: ListMembersAsk): Promise<ListMembersAnswer> {
    const found = await this.database.transaction((sql) => readMembers(sql, environmentId, page), {
      scope: { tenant: environmentId },
    });
    return pageOf(found, page.limit);
  }

  async people(page: Page): Promise<ListPeopleAnswer> {
    const found = await this.database.transaction((sql) => readPeople(sql, page), {
      scope: { acrossTenants: 'the operator keeps the people of every environment' },
    });
    return pageOf(found, page.limit);
  }
}

/** Of one more than the limit, the last says only that there are more. */
function pageOf<Of extends { readonly personId: string }>(found: readonly Of[], limit: number) {
  const people = found.slice(0, limit);
  return { people, next: found.length > limit ? people.at(-1)!.personId : null };
}
