const INTERNATIONAL = /^\+[1-9][0-9]{6,14}$/;

/**
 * A mobile number as the world dials it (E.164: `+` and 7 to 15 digits), or `undefined` when it cannot be.
 *
 *   written            | dialled
 *   -------------------+--------------------------------------
 *   `+358 40 123 4567` | as written, without its spaces
 *   `00 358 40 …`      | `+358 40 …`
 *   `040 123 4567`     | `+358 40 …`: a number at home is Finnish
 *   anything else      | not at all
 *
 * Digits, spaces and one leading `+` are all that may stand in it.
 */
export function dialledNumber(mobile: string): string | undefined {
  if (!/^\+?[0-9 ]+$/.test(mobile)) return undefined;
  const written = mobile.replaceAll(' ', '');
  const dialled = written.startsWith('00')
    ? `+${written.slice(2)}`
    : written.startsWith('0')
      ? `+358${written.slice(1)}`
      : written;
  return INTERNATIONAL.test(dialled) ? dialled : undefined;
}
