/** Weekly times that open when the demonstration wants them to, in Helsinki's calendar. */

interface AllowedTime {
  readonly weekday: number;
  readonly from: number;
  readonly to: number;
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

function helsinki(at: Date): { weekday: number; minute: number } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/Helsinki',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
  return { weekday: DAYS.indexOf(part('weekday')) + 1, minute: Number(part('hour')) * 60 + Number(part('minute')) };
}

/** Open for ten minutes from a whole minute that is at least ten seconds away. */
export function nextMinute(now: Date): readonly AllowedTime[] {
  const opens = helsinki(new Date(now.getTime() + 70_000));
  const { weekday, minute } = opens;
  return minute + 10 <= 1440
    ? [{ weekday, from: minute, to: minute + 10 }]
    : [
        { weekday, from: minute, to: 1440 },
        { weekday: (weekday % 7) + 1, from: 0, to: minute + 10 - 1440 },
      ];
}

/** Open tomorrow from 8:00 to 16:00, and so closed now. */
export function tomorrow(now: Date): readonly AllowedTime[] {
  return [{ weekday: (helsinki(now).weekday % 7) + 1, from: 480, to: 960 }];
}
