const WALL = new Intl.DateTimeFormat('fi-FI', {
  timeZone: 'Europe/Helsinki',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

const parts = (at: Date): Record<string, string> =>
  Object.fromEntries(WALL.formatToParts(at).map(({ type, value }) => [type, value]));

/** A moment on a clock in Finland, `dd.mm.yyyy hh:mm:ss`. */
export function wallTime(at: Date): string {
  const { day = '', month = '', year = '', hour = '', minute = '', second = '' } = parts(at);
  return `${day}.${month}.${year} ${hour}:${minute}:${second}`;
}

/** The day in Finland, `dd.mm.yyyy`. */
export const wallDay = (at: Date): string => wallTime(at).slice(0, 10);
