import type { SecureContext } from 'node:tls';

import { credentials } from 'amqplib';

/** How a service reaches the broker. */
export interface BrokerAccess {
  /**
   * `amqp://` or `amqps://`, with its virtual host and, where passwords open the broker, credentials. An `amqps://` without
   * a user means that the certificate in {@link tls} says who it is.
   */
  readonly url: string;
  /**
   * For `amqps://`: who may vouch for the broker, and what is shown to it; asked for each connection. The authorities of
   * the system, and nothing, when absent.
   */
  readonly tls?: (() => SecureContext) | undefined;
  /**
   * Whether it makes its queues, which is the default. `false` where the broker was given all of them when it was
   * installed: then its user needs no right to make, change or remove any.
   */
  readonly declares?: boolean | undefined;
}

/**
 * What the socket is told beside the url; that the certificate names the host of the url is checked in any case. What is
 * shown is looked up whenever somebody copies these options: whoever keeps a copy shows what was valid then.
 */
export function socketOptions({ url, tls }: BrokerAccess) {
  const { protocol, username } = new URL(url);
  const options = {
    // Without it Nagle's algorithm and delayed acknowledgements add 40 ms to each small frame.
    noDelay: true,
    ...(protocol === 'amqps:' && username === '' && { credentials: credentials.external() }),
  };
  return tls ? Object.defineProperty(options, 'secureContext', { enumerable: true, get: tls }) : options;
}
