const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** Whether this is an address of the machine itself, where nobody listens in between. */
export const isLoopback = ({ hostname }: URL): boolean => LOOPBACK.includes(hostname);

/** Where browsers find the service: its one origin, and what follows from it for cookies. */
export class Site {
  readonly origin: string;
  readonly isSecure: boolean;

  /** Refuses plain HTTP anywhere but on the machine itself. */
  constructor(url: URL) {
    if (url.protocol !== 'https:' && !isLoopback(url)) throw new TypeError('PUBLIC_URL must begin with https://');
    this.origin = url.origin;
    this.isSecure = url.protocol === 'https:';
  }

  /** A page of the service as browsers reach it. `path` begins with a slash. */
  url(path: string): URL {
    return new URL(path, this.origin);
  }

  /** `__Host-` has browsers refuse the cookie from another host, path or plain HTTP; they refuse it on plain HTTP too. */
  cookieName(name: string): string {
    return this.isSecure ? `__Host-${name}` : name;
  }
}
