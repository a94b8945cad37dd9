import type { Database } from '#lib/store';

import { HttpSmsGateway } from './http-sms-gateway.js';
import { SandboxInbox } from './sandbox-inbox.js';
import type { SmsGateway } from './sms-gateway.js';

export interface SmsEnvironment {
  readonly NODE_ENV: 'development' | 'test' | 'production';
  readonly SMS_URL?: string | undefined;
  readonly SMS_TOKEN?: string | undefined;
}

/** How passwords reach telephones, and where the sandbox's telephone can be read. */
export interface SmsWay {
  /** `null`: not at all. */
  readonly gateway: SmsGateway | null;
  /** `null`: nowhere. */
  readonly inbox: SandboxInbox | null;
}

/**
 * The way that this installation has.
 *
 *   a provider is configured | production | messages go to    | the sandbox's telephone
 *   -------------------------+------------+-------------------+-------------------------
 *   yes                      | no         | the provider      | can be read
 *   yes                      | yes        | the provider      | is not there
 *   no                       | no         | that telephone    | can be read
 *   no                       | yes        | nobody            | is not there
 */
export function smsWay(database: Database, { NODE_ENV, SMS_URL: url, SMS_TOKEN: token }: SmsEnvironment): SmsWay {
  const inbox = NODE_ENV === 'production' ? null : new SandboxInbox(database);
  const gateway = url !== undefined && token !== undefined ? new HttpSmsGateway({ url, token }) : inbox;
  return { gateway, inbox };
}
