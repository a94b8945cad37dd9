import { describe, expect, it } from '@jest/globals';
import { type Answer, knockUntilAnswered } from './knock.ts';
import { commandOf } from './process.ts';

const living = { pid: process.pid, sign: commandOf(process.pid) ?? '', within: 200 };

describe('knocking at a server', () => {
  it.each<[string, Answer[], string]>([
    ['that opens at once', ['in'], 'in'],
    ['that opens later', ['silent', 'silent', 'in'], 'in'],
    ['that refuses us', ['silent', 'refused', 'in'], 'refused'],
    ['that stays silent', [], 'silent'],
  ])('%s', async (_, answers, expected) => {
    const knock = (): Promise<Answer> => Promise.resolve(answers.shift() ?? 'silent');
    expect(await knockUntilAnswered({ ...living, knock })).toBe(expected);
  });

  it('ends at once when its process is gone', async () => {
    const knock = (): Promise<Answer> => Promise.resolve('silent');
    expect(await knockUntilAnswered({ ...living, sign: 'not this one', within: 60_000, knock })).toBe('gone');
  });
});
