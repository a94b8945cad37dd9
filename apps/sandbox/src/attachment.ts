/** A file out of a multipart form. */
export interface Attachment {
  readonly fileName: string;
  readonly bytes: Buffer;
}

const LARGEST = 5 * 1024 * 1024;
const HEAD_END = Buffer.from('\r\n\r\n');

/** The first file of a form; null when there is none. */
export function attachmentIn(contentType: string, body: Buffer): Attachment | null {
  const boundary = /;\s*boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return null;
  const opening = Buffer.from(`--${boundary}\r\n`);
  const closing = Buffer.from(`\r\n--${boundary}`);
  let from = body.indexOf(opening);
  while (from >= 0) {
    const headEnd = body.indexOf(HEAD_END, from);
    const end = headEnd < 0 ? -1 : body.indexOf(closing, headEnd);
    if (end < 0) return null;
    const head = body.toString('utf8', from + opening.length, headEnd);
    const fileName = /^content-disposition:.*;\s*filename="([^"]*)"/im.exec(head)?.[1];
    if (fileName !== undefined) return { fileName, bytes: body.subarray(headEnd + HEAD_END.length, end) };
    from = body.indexOf(opening, end);
  }
  return null;
}

/** Why an attachment is not taken, as the answer with status 200 says it; null when it is. */
export function attachmentFault({ fileName, bytes }: Attachment): string | null {
  if (!/^[A-Za-z0-9]+\.[A-Za-z0-9]+$/.test(fileName)) return 'File name may have letters, digits and one dot';
  if (!/\.pdf$/i.test(fileName) || !bytes.subarray(0, 5).equals(Buffer.from('%PDF-'))) return 'Only PDF is allowed';
  return bytes.length > LARGEST ? 'File is larger than 5 MB' : null;
}
