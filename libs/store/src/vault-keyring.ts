import { z } from 'zod';

/** Keys that wrap other keys, held outside the database. `current` names the one that wraps from now on. */
export interface Keyring {
  readonly keys: ReadonlyMap<string, Buffer>;
  readonly current: string;
}

export const KEY_BYTES = 32;

const ID = /^[a-z0-9][a-z0-9.-]{0,31}$/;

/**
 * `SECRET_KEYS` as text: `id:key,id2:key2`, each key 32 random bytes in base64, the first one current.
 *
 * A fault names the place in the list and nothing that stands there: whoever has mixed up id and key would otherwise
 * read the key in a log.
 */
export const secretKeys = z.string().transform((text, context): Keyring => {
  const entries = text.split(',').map((entry) => entry.trim());
  const keys = new Map<string, Buffer>();
  for (const [index, entry] of entries.entries()) {
    const fault = addTo(keys, entry);
    if (fault !== null) context.addIssue({ code: 'custom', message: `key ${index + 1} of ${entries.length} ${fault}` });
  }
  const [current = ''] = keys.keys();
  return { keys, current };
});

function addTo(keys: Map<string, Buffer>, entry: string): string | null {
  const [id = '', encoded = '', ...surplus] = entry.split(':');
  if (!ID.test(id) || surplus.length > 0) {
    return 'must be written id:key, the id in at most 32 lower case letters, digits, full stops and hyphens';
  }
  const key = Buffer.from(encoded, 'base64');
  // Buffer.from passes over what is not base64; a key with a slip of the pen must not become another key.
  if (key.length !== KEY_BYTES || key.toString('base64') !== encoded) return `must be ${KEY_BYTES} bytes in base64`;
  if (keys.has(id)) return 'has the id of another';
  if ([...keys.values()].some((other) => other.equals(key))) return 'is the same key as another';
  keys.set(id, key);
  return null;
}
