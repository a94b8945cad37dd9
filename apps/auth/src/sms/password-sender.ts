import { v7 as newEventId } from 'uuid';

import { auditEvent, type Keeper, type PartnerUserForm } from '#lib/contracts';
import { dialledNumber } from '#lib/policy';
import type { Log } from '#lib/service';
import { type Database, outgoing, type Sql, writeOutbox } from '#lib/store';

import type { PasswordHasher } from '../password.js';
import { oneTimePassword } from '../people/new-password.js';
import { ONE_TIME_HOURS, passwordText } from './password-text.js';
import type { Sms, SmsGateway, SmsOutcome } from './sms-gateway.js';

export interface PasswordSenderParts {
  readonly database: Database;
  readonly gateway: SmsGateway;
  readonly hasher: Pick<PasswordHasher, 'hash'>;
  readonly relay: { nudge(): void };
  readonly log: Pick<Log, 'warn' | 'error'>;
}

/** One order in the hands of one sender. */
interface Claim {
  readonly partner_user_id: string;
  readonly order_id: string;
  readonly ordered_by: Keeper;
  readonly address: string | null;
  readonly attempts: number;
}

interface Recipient {
  readonly user_name: string;
  readonly language: PartnerUserForm['language'];
  readonly mobile: string | null;
}

/** Tries of one order before it is given up: they take about twenty minutes. */
const MOST_TRIES = 8;
/** How long one sender has an order to itself, in seconds; longer than the slowest gateway takes. */
const LEASE_SECONDS = 90;
const UNREACHABLE: SmsOutcome = { outcome: 'refused', why: 'no mobile number' };

/**
 * Sends what was ordered. The order is a row, the password is not: it is made here, its hash is committed, and only
 * then does the text leave.
 *
 *   it fails here                       | what follows
 *   ------------------------------------+----------------------------------------------------------------
 *   before the hash is committed        | the order is taken for lost after its lease, and carried out anew
 *   after it, before the text has left  | the same: another password is made, and this one works nowhere
 *   after it has left                   | the same: a second text comes, and the password of the newest works
 *   the gateway cannot be reached       | again after 10 s, 20 s, 40 s …; given up after eight tries, with an event
 *   the gateway refuses                 | given up at once, with an event
 *
 * So one text or more comes, never none without an event, and no password lies in a table that is not a telephone.
 */
export class PasswordSender {
  constructor(private readonly parts: PasswordSenderParts) {}

  /** Takes one order that is due, unless somebody else has it. `false`: there was none. */
  async sendNext(): Promise<boolean> {
    const claim = await this.claim();
    if (!claim) return false;
    const sms = await this.prepare(claim);
    if (sms === undefined) return true;
    await this.finish(claim, sms === 'unreachable' ? UNREACHABLE : await this.parts.gateway.send(sms));
    return true;
  }

  private async claim(): Promise<Claim | undefined> {
    const [claim] = await this.parts.database.rows<Claim>(
      `update auth.sms_outgoing o
          set state = 'sending', attempts = attempts + 1,
              next_at = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS})
        where partner_user_id = (select partner_user_id from auth.sms_outgoing
                                  where state in ('waiting', 'sending') and next_at <= clock_timestamp()
                                  order by next_at limit 1 for update skip locked)
      returning partner_user_id, order_id, ordered_by, address, attempts`,
    );
    return claim;
  }

  /** The new password takes the place of the old one, and its sessions end. `undefined`: somebody else has the order. */
  private async prepare(claim: Claim): Promise<Sms | 'unreachable' | undefined> {
    const password = oneTimePassword();
    const hash = await this.parts.hasher.hash(password);
    return this.parts.database.transaction(async (sql) => {
      if (!(await stillHeld(sql, claim))) {
        await giveBack(sql, claim);
        return undefined;
      }
      const [recipient] = await sql.rows<Recipient>(
        'select user_name, language, mobile from auth.partner_user where partner_user_id = $1 for update',
        [claim.partner_user_id],
      );
      const to = dialledNumber(recipient?.mobile ?? '');
      if (recipient === undefined || to === undefined) return 'unreachable';
      await sql.rows(
        `update auth.partner_user
            set password_hash = $2, password_expires_at = clock_timestamp() + make_interval(hours => ${ONE_TIME_HOURS})
          where partner_user_id = $1`,
        [claim.partner_user_id, hash],
      );
      await sql.rows('delete from auth.token where partner_user_id = $1', [claim.partner_user_id]);
      const text = passwordText(recipient.language, { userName: recipient.user_name, password });
      // Each try has a text of its own, so each has a name of its own: under an old one it would not be delivered.
      return { to, text, reference: `${claim.order_id}.${claim.attempts}` };
    });
  }

  private async finish(claim: Claim, result: SmsOutcome): Promise<void> {
    const { log, database, relay } = this.parts;
    const ends = result.outcome !== 'unreached' || claim.attempts >= MOST_TRIES;
    const { attempts, partner_user_id: partnerUserId } = claim;
    if ('why' in result) log.warn({ partnerUserId, attempts, reason: result.why }, 'a password could not be sent');
    await database.transaction(async (sql) => {
      if (!(await stillHeld(sql, claim))) return giveBack(sql, claim);
      const state = !ends ? 'waiting' : result.outcome === 'sent' ? 'sent' : 'gave-up';
      const [row] = await sql.rows<{ at: string }>(
        `update auth.sms_outgoing
            set state = $2, next_at = clock_timestamp() + make_interval(secs => $3)
          where partner_user_id = $1 returning clock_timestamp() as at`,
        [partnerUserId, state, ends ? 0 : 10 * 2 ** (attempts - 1)],
      );
      if (ends) await announce(sql, claim, result, new Date(row!.at));
    });
    relay.nudge();
  }
}

/** Whether the order is this one, in this try; it is held so until the transaction ends. */
async function stillHeld(sql: Sql, { partner_user_id, order_id, attempts }: Claim): Promise<boolean> {
  const held = await sql.rows(
    `select from auth.sms_outgoing
      where partner_user_id = $1 and order_id = $2 and attempts = $3 and state = 'sending' for update`,
    [partner_user_id, order_id, attempts],
  );
  return held.length > 0;
}

/** A newer order has waited for this one to end. */
async function giveBack(sql: Sql, { partner_user_id, order_id }: Claim): Promise<void> {
  await sql.rows(
    `update auth.sms_outgoing set state = 'waiting', next_at = clock_timestamp()
      where partner_user_id = $1 and order_id <> $2 and state = 'sending' and attempts = 0`,
    [partner_user_id, order_id],
  );
}

async function announce(sql: Sql, claim: Claim, result: SmsOutcome, at: Date): Promise<void> {
  const isSent = result.outcome === 'sent';
  await writeOutbox(sql, [
    outgoing(auditEvent, {
      eventId: newEventId(),
      environmentId: null,
      occurredAt: at.toISOString(),
      action: 'partner-user.password-sent',
      outcome: isSent ? 'success' : 'failure',
      actor: claim.ordered_by,
      address: claim.address,
      partnerUserId: claim.partner_user_id,
      reasons: isSent ? [] : [result.outcome === 'refused' ? 'SMS_REFUSED' : 'SMS_UNREACHED'],
      details: {
        state: isSent ? 'sent' : 'gave-up',
        attempts: claim.attempts,
        ...('why' in result && { why: result.why }),
      },
    }),
  ]);
}
