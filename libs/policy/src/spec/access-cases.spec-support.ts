import fc from 'fast-check';

import type { AccessQuestion, AccessSnapshot } from '../access.js';

/**
 * Random facts and questions, thick where rules are hard: both days of 2026 and 2027 on which Europe's clocks change,
 * 24:00, windows over midnight and of no length, mapped addresses, ranges, and facts that cannot be read.
 */
const COMPANY = 'b1f0c7de-0000-4000-8000-000000000001';
const OTHER = 'b1f0c7de-0000-4000-8000-000000000002';
const HOUR = 3_600_000;

/** When Helsinki and Stockholm change their clocks. */
const CHANGES = ['2026-03-29T01:00Z', '2026-10-25T01:00Z', '2027-03-28T01:00Z', '2027-10-31T01:00Z'];

const near = (hours: number) =>
  fc
    .tuple(fc.constantFrom(...CHANGES), fc.integer({ min: -hours * HOUR, max: hours * HOUR }))
    .map(([change, off]) => new Date(Date.parse(change) + off));

const instant = fc.oneof(
  near(3),
  near(72),
  near(10 * 24).map((at) => new Date(Math.floor(at.getTime() / (HOUR / 2)) * (HOUR / 2))),
  fc.date({ min: new Date('2026-01-01'), max: new Date('2028-01-01'), noInvalidDate: true }),
);

const minute = fc.oneof(
  fc.constantFrom(0, 1, 60, 180, 210, 240, 1_439, 1_440),
  fc.integer({ min: 0, max: 48 }).map((halfHours) => halfHours * 30),
  fc.integer({ min: 0, max: 1_440 }),
);
const pair = fc.oneof(
  fc.record({ from: minute, to: minute }),
  minute.map((same) => ({ from: same, to: same })),
  fc.constantFrom({ from: 0, to: 1_440 }, { from: 1_440, to: 0 }, { from: 1_440, to: 360 }, { from: 1_320, to: 1_440 }),
);
const time = fc.tuple(fc.integer({ min: 1, max: 7 }), pair).map(([weekday, { from, to }]) => ({ weekday, from, to }));
const unreadableTime = fc.constantFrom(
  { weekday: 3, from: 0, to: Number.NaN },
  { weekday: 3, from: -1, to: 1_440 },
  { weekday: 3, from: 0.5, to: 600 },
);

const rule = fc.constantFrom(
  '192.0.2.1',
  '192.0.2.0/24',
  '192.0.2.128/25',
  '192.0.2.1-192.0.2.9',
  '198.51.100.250-198.51.101.5',
  '10.0.0.0/8',
  '::ffff:192.0.2.0/120',
  '::ffff:c000:201',
  '2001:db8::/32',
  '2001:db8::1-2001:db8::ff',
  '::/96',
  '64:ff9b::/96',
  '128.0.0.0/1',
);
const address = fc.oneof(
  fc.constantFrom(
    '192.0.2.1',
    '192.0.2.9',
    '192.0.2.10',
    '192.0.2.255',
    '::ffff:192.0.2.1',
    '::FFFF:c000:0201',
    '0:0:0:0:0:ffff:192.0.2.9',
    '::192.0.2.1',
    '64:ff9b::192.0.2.1',
    '2002:c000:201::',
    '2001:db8::1',
    '2001:0DB8:0::0100',
    '192.0.02.1',
    '0xc0.0.2.1',
    '192.0.513',
    '192.0.2.1%eth0',
    'fe80::1%eth0',
    ' 192.0.2.1',
    '1::2::3',
    '1:2:3:4:5:6:7::',
    'localhost',
    '',
  ),
  fc.ipV4(),
  fc.ipV6(),
);
const addresses = fc.oneof(fc.constant(null), fc.array(rule, { maxLength: 4 }));

/** A fact that mostly does not object; otherwise hardly any case would be a yes. */
const mostly = fc.integer({ min: 0, max: 7 }).map((roll) => roll > 0);
const zone = fc.oneof(
  { weight: 6, arbitrary: fc.constant('Europe/Helsinki') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('Europe/Stockholm', 'UTC', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/St_Johns'),
  },
);

const partnerUser = fc.record({
  active: mostly,
  lockedUntil: fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: instant }),
  scopeCompanyId: fc.oneof(
    { weight: 4, arbitrary: fc.constant(null) },
    { weight: 4, arbitrary: fc.constant(COMPANY) },
    { weight: 1, arbitrary: fc.constant(OTHER) },
  ),
  addresses,
  weekdayRestriction: fc.option(pair, { freq: 2 }),
  weekendRestricted: fc.boolean(),
});
const times = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  { weight: 6, arbitrary: fc.array(time, { maxLength: 8 }) },
  {
    weight: 6,
    arbitrary: fc.tuple(pair).map(([day]) => [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, ...day }))),
  },
);

export const snapshots: fc.Arbitrary<AccessSnapshot> = fc.record({
  partnerUser: fc.oneof(
    { weight: 15, arbitrary: partnerUser },
    { weight: 1, arbitrary: fc.constant<AccessSnapshot['partnerUser']>(null) },
  ),
  company: fc.oneof(
    {
      weight: 15,
      arbitrary: fc.record({ id: fc.constant(COMPANY), environmentActive: mostly, timeZone: zone }),
    },
    { weight: 1, arbitrary: fc.constant<AccessSnapshot['company']>(null) },
  ),
  directionSupported: mostly,
  upperRight: mostly,
  grant: mostly,
  restrictionGroup: fc.option(fc.record({ times, addresses }), { freq: 2 }),
  xmlSettingsComplete: mostly,
});

export const questions: fc.Arbitrary<AccessQuestion> = fc.record({
  at: instant,
  client: fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('address' as const), address }) },
    { weight: 2, arbitrary: fc.constant({ kind: 'none' as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'unreadable' as const }) },
  ),
});

/** Facts that no contract lets in, but a row may hold. */
export const unreadable = {
  times: fc.tuple(fc.array(time, { maxLength: 3 }), unreadableTime).map(([good, bad]) => [...good, bad]),
  restriction: fc.constantFrom({ from: -1, to: 60 }, { from: 0, to: 1_441 }, { from: Number.NaN, to: 60 }),
  rule: fc.constantFrom(
    '192.0.2.1/24',
    '192.0.2.0/255.255.255.0',
    'example.test',
    '0.0.0.0/0',
    '9.9.9.9-1.1.1.1',
    '::/0',
  ),
};
