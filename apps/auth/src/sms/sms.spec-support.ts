import { randomUUID } from 'node:crypto';

import { createPartnerUser, type PartnerUserForm, partnerUserForm } from '#lib/contracts';

import { type AuthUnderTest, OPERATOR } from '../auth.spec-support.js';
import { PartnerUsers } from '../partner-users.js';
import type { PasswordHasher } from '../password.js';
import { PasswordSender } from './password-sender.js';
import type { Sms, SmsGateway, SmsOutcome } from './sms-gateway.js';

type Hasher = Pick<PasswordHasher, 'hash'>;

export const MOBILE = '040 123 4567';

/** A partner user as the operator may enter it. */
export const form = (body: Partial<PartnerUserForm> = {}): PartnerUserForm =>
  partnerUserForm.parse({
    userName: randomUUID().slice(0, 18),
    company: 'Kumppani Oy',
    businessId: '0737546-2',
    email: 'it@kumppani.example',
    mobile: MOBILE,
    language: 'FIN',
    scopeCompanyId: null,
    ...body,
  });

/** A telephone: what came to it, in order. What becomes of a message is told by `answer`. */
export class Telephone implements SmsGateway {
  readonly received: Sms[] = [];
  answer: (sms: Sms) => Promise<SmsOutcome> = () => Promise.resolve({ outcome: 'sent' });

  send(sms: Sms): Promise<SmsOutcome> {
    return this.answer(sms).then((result) => {
      if (result.outcome === 'sent') this.received.push(sms);
      return result;
    });
  }

  /** The one-time passwords that came, in order. */
  passwords(): string[] {
    return this.received.map(({ text }) => passwordIn(text));
  }
}

export const passwordIn = (text: string): string => /(?:[a-z2-9]{4}-){6}[a-z2-9]{4}/.exec(text)![0];

/** Partner users, a telephone, and a sender that sends when it is told to. */
export class Post {
  readonly telephone = new Telephone();
  readonly partnerUsers: PartnerUsers;
  readonly warnings: object[] = [];
  readonly sender: PasswordSender;

  constructor(readonly auth: AuthUnderTest) {
    this.partnerUsers = new PartnerUsers(auth.database, auth.book, { nudge: () => undefined });
    this.sender = this.anotherSender();
  }

  /** As in another instance of the service. */
  anotherSender(gateway: SmsGateway = this.telephone, hasher: Hasher = this.auth.hasher): PasswordSender {
    const { database } = this.auth;
    const log = { warn: (fields: object) => void this.warnings.push(fields), error: () => undefined };
    return new PasswordSender({ database, gateway, hasher, relay: { nudge: () => undefined }, log });
  }

  async create(
    body: Partial<PartnerUserForm> = {},
    id: string = randomUUID(),
  ): Promise<{ id: string; userName: string }> {
    const partnerUser = form(body);
    await this.partnerUsers.create(
      createPartnerUser.ask.parse({ by: BY, address: '192.0.2.1', partnerUserId: id, partnerUser }),
    );
    return { id, userName: partnerUser.userName };
  }

  order(partnerUserId: string): Promise<void> {
    return this.partnerUsers.orderPassword({ partnerUserId, by: BY, address: null });
  }

  /** Sends whatever is due, until nothing is. */
  async sendAll(): Promise<void> {
    while (await this.sender.sendNext());
  }

  /** The times of waiting and of leases are over. */
  async later(): Promise<void> {
    await this.auth.database.rows(
      `update auth.sms_outgoing set next_at = clock_timestamp() where state in ('waiting', 'sending')`,
    );
  }

  signIn(userName: string, password: string, address = '192.0.2.7') {
    return this.auth.signIns.signIn({ userName, password, address });
  }
}

export const BY = { kind: 'operator', id: OPERATOR } as const;
