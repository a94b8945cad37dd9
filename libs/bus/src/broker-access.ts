/** How a service reaches the broker. */
export interface BrokerAccess {
  /** `amqp://` or `amqps://`, with credentials and virtual host. */
  readonly url: string;
  /** For `amqps://`: authorities in PEM that alone may vouch for the broker; those of the system when absent. */
  readonly ca?: string | undefined;
  /**
   * Whether it makes its queues, which is the default. `false` where the broker was given all of them when it was
   * installed: then its user needs no right to make, change or remove any.
   */
  readonly declares?: boolean | undefined;
}

/** What the socket is told beside the url; that the certificate names the host of the url is checked in any case. */
export const socketOptions = ({ ca }: BrokerAccess) => ({
  // Without it Nagle's algorithm and delayed acknowledgements add 40 ms to each small frame.
  noDelay: true,
  ...(ca === undefined ? {} : { ca: [Buffer.from(ca)] }),
});
