import { describe, expect, it } from '@jest/globals';

import type { AccessAnswer } from '#lib/contracts';

import type { Work } from './delivery-queue.js';
import { permitDelivery } from './permit-delivery.js';
import type { Turn } from './turns.js';

const turn: Turn = {
  environmentId: 'e',
  companyId: 'c',
  cuid: 'u',
  target: 'myynninhallinta',
  fence: '1',
  at: new Date(0),
  lists: null,
  meets: false,
};
const work = (more: Partial<Work>) => ({ register: 'product', transferId: 't', partnerUserId: 'p', ...more }) as Work;
const answer = (more: Partial<AccessAnswer>): AccessAnswer => ({
  decidedAt: '2026-01-01T10:00:00Z',
  allowed: false,
  reasons: [],
  waits: false,
  opensAt: null,
  rulesVersion: null,
  company: null,
  ...more,
});

describe('permission to deliver', () => {
  it.each([
    ['product', 'tuoterekisteri'],
    ['company', 'yritysrekisteri'],
    ['order', 'tilaukset'],
    ['payroll_batch', 'palkat'],
    ['dimension', 'perustiedot'],
  ] as const)('of %s is asked as the import of %s, by whoever brought it', async (register, stream) => {
    const asked: unknown[] = [];
    const decide = (question: unknown) => {
      asked.push(question);
      return Promise.resolve(answer({ allowed: true }));
    };
    expect(await permitDelivery(decide, turn, work({ register }))).toMatchObject({ as: 'allowed' });
    expect(asked).toEqual([
      { partnerUserId: 'p', companyId: 'c', stream, direction: 'import', moment: { at: 'execution', transferId: 't' } },
    ]);
  });

  it('is not asked again for what a person wrote', async () => {
    const nobody = () => Promise.reject(new Error('nobody was to be asked'));
    const written = work({ transferId: null, partnerUserId: null });
    expect(await permitDelivery(nobody, turn, written)).toMatchObject({ as: 'allowed' });
  });

  it.each([
    [
      'waits for its window',
      { waits: true, opensAt: '2026-01-01T10:30:00Z' },
      { as: 'waits', forMilliseconds: 1_800_000 },
    ],
    ['waits a day where no opening is known', { waits: true }, { as: 'waits', forMilliseconds: 86_400_000 }],
    ['is denied with every reason', { reasons: ['A', 'B'] }, { as: 'denied', reasons: ['A', 'B'] }],
  ])('%s', async (_, more, permission) => {
    expect(await permitDelivery(() => Promise.resolve(answer(more)), turn, work({}))).toEqual(permission);
  });

  it('is no permission when nobody can be asked', async () => {
    const away = () => Promise.reject(new Error('away'));
    await expect(permitDelivery(away, turn, work({}))).rejects.toThrow('away');
  });
});
