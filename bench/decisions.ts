import { Logger } from '@nestjs/common';
import { QuestionClient } from '#lib/bus';
import { decideAccess as question } from '#lib/contracts';
import { type AccessSnapshot, decideAccess } from '#lib/policy';
import { openLoop, wallNow } from './arrivals.ts';
import { atLeast, atMost, type Figure } from './figure.ts';
import type { Ground } from './ground.ts';
import { onboardFirm } from './partner.ts';
import { startQuestionFloor } from './question-floor.ts';
import { percentile } from './statistics.ts';

const PER_SECOND = 100;
const DAY = 24 * 3_600_000;
const COMPANY = '0190a7c0-0000-7000-8000-000000000002';
const CLIENT = { kind: 'address', address: '192.0.2.77' } as const;

/** Everything that may restrict does, and allows. */
const SNAPSHOT: AccessSnapshot = {
  partnerUser: {
    active: true,
    lockedUntil: null,
    scopeCompanyId: COMPANY,
    addresses: ['198.51.100.0/24', '192.0.2.0/24'],
    weekdayRestriction: { from: 120, to: 180 },
    weekendRestricted: false,
  },
  company: { id: COMPANY, environmentActive: true, timeZone: 'Europe/Helsinki' },
  directionSupported: true,
  upperRight: true,
  grant: true,
  restrictionGroup: {
    times: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: 0, to: 1440 })),
    addresses: ['192.0.2.0-192.0.2.255'],
  },
  xmlSettingsComplete: true,
};

/** Decisions by themselves, and as questions to the auth service over the broker. */
export async function measureDecisions(ground: Ground): Promise<Figure[]> {
  const milliseconds = ground.quick ? 200 : 3_000;
  ground.say('Pure decisions');
  const begun = Date.now();
  const pure = perSecond(milliseconds, (index) => {
    // A minute later each time, once around the day: open and closed minutes, not one remembered answer.
    const at = new Date(begun + ((index * 60_000) % DAY));
    return decideAccess(SNAPSHOT, { at, client: CLIENT }).allowed;
  });
  const ready = readyAnswers();
  const lookUp = perSecond(milliseconds, (index) => ready.has(`${COMPANY}/tuoterekisteri/import/${index % 1440}`));
  return [
    {
      name: 'pure decisions',
      unit: '/s',
      value: pure,
      floor: { what: 'a ready answer looked up in a set', value: lookUp },
      target: atLeast(50_000),
      note: 'With addresses, a weekday window and a restriction group to check; one of 24 is a no with its opening.',
    },
    ...(await measureQuestions(ground)),
  ];
}

async function measureQuestions(ground: Ground): Promise<Figure[]> {
  const count = ground.quick ? 100 : 3_000;
  const [company] = await onboardFirm(ground.operator, 1);
  const body = {
    partnerUserId: company!.partner.id,
    companyId: company!.id,
    stream: 'tuoterekisteri',
    direction: 'import',
    moment: { at: 'acceptance', client: '127.0.0.1' },
  } as const;
  ground.say(`${count} questions at ${PER_SECOND} a second, and the floor`);
  const latencies = await askOften(ground, count, body);
  const floor = await startQuestionFloor(ground, body);
  await openLoop(Math.ceil(count / 10), PER_SECOND, floor.ask);
  const floorLatencies = await openLoop(count, PER_SECOND, floor.ask);
  await floor.end();
  return (['p50', 'p99'] as const).map((name) => {
    const share = name === 'p50' ? 0.5 : 0.99;
    return {
      name: `a decision asked and answered over RabbitMQ, ${PER_SECOND} a second, ${name}`,
      unit: 'ms',
      value: percentile(latencies, share),
      floor: { what: 'an echo with one commit over the same broker', value: percentile(floorLatencies, share) },
      ...(name === 'p99' && { target: atMost(10) }),
    };
  });
}

async function askOften(ground: Ground, count: number, body: Parameters<typeof ask>[1]): Promise<number[]> {
  // The transport's own chatter goes to stdout, where the table alone belongs.
  Logger.overrideLogger(false);
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const { rabbitmqUrl: url, namespace } = ground;
  const client = new QuestionClient({ url, asker: 'gateway', namespace, log: quiet });
  await client.connect(['auth']);
  try {
    await openLoop(Math.ceil(count / 10), PER_SECOND, () => ask(client, body, wallNow()));
    return await openLoop(count, PER_SECOND, (_, due) => ask(client, body, due));
  } finally {
    await client.close();
  }
}

async function ask(
  client: QuestionClient,
  body: Parameters<typeof client.ask<string, typeof question.ask, typeof question.answer>>[1],
  due: number,
): Promise<number> {
  const { allowed, reasons } = await client.ask(question, body);
  if (!allowed) throw new Error(`The question was answered with a no: ${reasons.join(', ')}`);
  return wallNow() - due;
}

/** How often a second, after as long a warm-up. */
function perSecond(milliseconds: number, work: (index: number) => boolean): number {
  let rate = 0;
  let yes = 0;
  for (let round = 0; round < 2; round += 1) {
    const begun = performance.now();
    let count = 0;
    while (performance.now() - begun < milliseconds) {
      for (let index = 0; index < 256; index += 1) yes += Number(work(count + index));
      count += 256;
    }
    rate = (count / (performance.now() - begun)) * 1000;
  }
  if (yes === 0) throw new Error('every answer was no: something else was measured');
  return rate;
}

const readyAnswers = (): Set<string> =>
  new Set(Array.from({ length: 1440 }, (_, minute) => `${COMPANY}/tuoterekisteri/import/${minute}`));
