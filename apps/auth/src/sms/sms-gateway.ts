/** One text message. */
export interface Sms {
  /** E.164, as `+358401234567`. */
  readonly to: string;
  readonly text: string;
  /** Names this very message for ever: sent twice under it, it is delivered once. At most 64 characters. */
  readonly reference: string;
}

/**
 * What became of a message.
 *
 *   outcome   | it was delivered | sending again
 *   ----------+------------------+-----------------------------------
 *   sent      | yes, or will be  | is not needed
 *   refused   | no               | does not help: `why` says what to mend
 *   unreached | no, or unknown   | may help
 */
export type SmsOutcome =
  { readonly outcome: 'sent' } | { readonly outcome: 'refused' | 'unreached'; readonly why: string };

/** The way out to telephones. Nothing that goes wrong on it is thrown. */
export interface SmsGateway {
  send(sms: Sms): Promise<SmsOutcome>;
}
