const DECLARED = /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([\w-]+)["']/;

/**
 * The text of a request's body: in the encoding that its declaration or its content type names; where nothing does, in
 * UTF-8 if it is that, else in ISO-8859-15, which is what Netvisor documents. Null when it is not what it says.
 */
export function bodyText(bytes: Buffer, contentType: string | undefined): string | null {
  const label = DECLARED.exec(bytes.subarray(0, 200).toString('latin1'))?.[1] ?? charsetOf(contentType);
  if (label !== undefined) return decoded(bytes, label);
  return decoded(bytes, 'utf-8') ?? decoded(bytes, 'iso-8859-15');
}

const charsetOf = (contentType = ''): string | undefined => /;\s*charset\s*=\s*"?([\w-]+)/i.exec(contentType)?.[1];

function decoded(bytes: Buffer, label: string): string | null {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
