import { createSecureContext, type SecureContext } from 'node:tls';

import { pemIn } from './encryption.js';

/** The files, in PEM, by which a connection is opened. */
export interface TlsFiles {
  /** The authorities that alone may vouch for the server; those of the system when absent. */
  readonly ca?: string | undefined;
  /** What is shown to the server, and the key that proves it: both, or neither. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

type Texts = readonly (string | undefined)[];

/**
 * What a connection is opened with; asked for each connection, since the files are replaced while the service runs: a
 * short-lived certificate is renewed without a restart.
 *
 *   the files now                      | the connection has
 *   -----------------------------------+--------------------------------
 *   are those of the last time         | what it had
 *   are others, and go together        | the new ones
 *   cannot be read, or do not fit yet  | what it had; `warn` is told
 *
 * `undefined` without any file. Throws where they are unusable from the start.
 */
export function clientTls(files: TlsFiles, warn: (message: string) => void): (() => SecureContext) | undefined {
  const { ca, cert, key } = files;
  const read = (): Texts => [ca, cert, key].map((file) => (file === undefined ? undefined : textOf(file)));
  if (ca === undefined && cert === undefined) return undefined;
  let texts = read();
  let context = contextOf(texts);
  return () => {
    try {
      const now = read();
      if (now.some((text, n) => text !== texts[n])) {
        context = contextOf(now);
        texts = now;
      }
    } catch {
      warn('The certificate, its key or the authorities on disk are not whole: those of before are used');
    }
    return context;
  };
}

function textOf(file: string): string {
  const text = pemIn(file);
  if (text === undefined) throw new Error('A file of TLS cannot be read');
  return text;
}

/** Throws where the key is not that of the certificate. */
function contextOf([ca, cert, key]: Texts): SecureContext {
  return createSecureContext({ ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert, key }) });
}
