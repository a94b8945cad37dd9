import { timingSafeEqual } from 'node:crypto';

import type { Principal } from '#lib/contracts';
import { normaliseAddress } from '#lib/policy';
import type { Database } from '#lib/store';

import {
  ACCOUNT_COLUMNS,
  ACCOUNT_ENVIRONMENT,
  accountFacts,
  type AccountInPlaceRow,
  decideAccount,
  environmentOf,
} from './account.js';
import { readSession, SESSION_SCOPE } from './people/session.js';
import { tokenHash } from './token.js';

/** Whose tokens are whose. */
export class Principals {
  /** `operatorTokenHash`: the SHA-256 of the operator's token; `null` when nobody may act as the operator. */
  constructor(
    private readonly database: Database,
    private readonly operatorTokenHash: Buffer | null,
  ) {}

  /**
   * Whose token this is, as things stand now.
   *
   *   token                                        | principal
   *   ---------------------------------------------+-------------------
   *   the operator's, by its configured SHA-256    | the operator
   *   known, unexpired, from the address it was    |
   *   given to, its partner user still active      | that partner user; `closed` while its restrictions
   *                                                | keep it out, now or from there
   *   of an open session, its person still active  | that person, with their
   *   and the session neither old nor idle         | roles of this moment
   *   of a session that waits for the second       | nobody
   *   factor or for a new password                 |
   *   any other                                    | nobody
   */
  async identify(token: string, address: string | null): Promise<Principal | null> {
    const hash = tokenHash(token);
    if (this.operatorTokenHash && timingSafeEqual(hash, this.operatorTokenHash))
      return { kind: 'operator', id: 'operator' };
    const [owner] = await this.database.rows<OwnerRow>(
      `select u.partner_user_id as id, clock_timestamp() as at, ${ACCOUNT_COLUMNS},
              e.active as environment_active, e.time_zone
         from auth.token t join auth.partner_user u using (partner_user_id) ${ACCOUNT_ENVIRONMENT}
        where t.token_hash = $1 and t.expires_at > clock_timestamp() and u.active
          and t.address is not distinct from $2`,
      [hash, address === null ? null : (normaliseAddress(address) ?? null)],
      { scope: { acrossTenants: 'a token names its partner user and no environment' } },
    );
    return owner ? partnerUserOf(owner, address) : this.identifyPerson(token);
  }

  private async identifyPerson(token: string): Promise<Principal | null> {
    const session = await this.database.transaction((sql) => readSession(sql, token), { scope: SESSION_SCOPE });
    if (session?.stage !== 'open') return null;
    return { kind: 'person', id: session.personId, roles: [...session.roles], language: session.language };
  }
}

interface OwnerRow extends AccountInPlaceRow {
  readonly id: string;
  readonly at: string;
}

function partnerUserOf(row: OwnerRow, address: string | null): Principal {
  const decision = decideAccount(accountFacts(row, null), environmentOf(row), new Date(row.at), address);
  if (decision.allowed) return { kind: 'partner-user', id: row.id };
  const closed = { reasons: [...decision.reasons], opensAt: decision.opensAt?.toISOString() ?? null };
  return { kind: 'partner-user', id: row.id, closed };
}
