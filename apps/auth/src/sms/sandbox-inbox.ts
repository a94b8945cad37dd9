import type { z } from 'zod';

import type { readSandboxSms } from '#lib/contracts';
import type { Database } from '#lib/store';

import type { Sms, SmsGateway, SmsOutcome } from './sms-gateway.js';

type Messages = z.output<typeof readSandboxSms.answer>['messages'];

/**
 * The telephone of the sandbox, in the place of a provider: what is sent can be read here, for a day.
 *
 * It keeps passwords in the clear, as a telephone does. Never in production.
 */
export class SandboxInbox implements SmsGateway {
  constructor(private readonly database: Database) {}

  async send({ to, text, reference }: Sms): Promise<SmsOutcome> {
    await this.database.rows(`delete from auth.sms_inbox where received_at < clock_timestamp() - interval '1 day'`);
    await this.database.rows(
      `insert into auth.sms_inbox (reference, recipient, message, received_at) values ($1, $2, $3, clock_timestamp())
       on conflict (reference) do nothing`,
      [reference, to, text],
    );
    return { outcome: 'sent' };
  }

  /** Newest first; `to` is one telephone's. */
  async messages(limit: number, to?: string): Promise<Messages> {
    const rows = await this.database.rows<{ reference: string; to: string; text: string; at: string }>(
      `select reference, recipient as "to", message as text, received_at as at from auth.sms_inbox
        where $2::text is null or recipient = $2 order by received_at desc, reference desc limit $1`,
      [limit, to ?? null],
    );
    return rows.map(({ at, ...message }) => ({ ...message, receivedAt: new Date(at).toISOString() }));
  }
}
