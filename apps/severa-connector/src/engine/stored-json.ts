/** What PostgreSQL does not store: the character NUL, and halves of a character. */
const UNSTORABLE = /\\u(0000|d[89a-f])/i;

/**
 * The JSON of values that come from outside, as a statement's parameter. What cannot be stored is left out of its texts,
 * so that one record with such a text stops nothing.
 */
export function storedJson(value: unknown): string {
  const text = JSON.stringify(value);
  if (!UNSTORABLE.test(text)) return text;
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'string' ? part.replaceAll('\0', '').toWellFormed() : part,
  );
}
