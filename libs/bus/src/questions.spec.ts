import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { defineQuestion } from '#lib/contracts';
import { AppError, RemoteError } from '#lib/errors';

import { eventually } from './broker.spec-support.js';
import type { CuttableProxy } from './cuttable-proxy.spec-support.js';
import type { QuestionClient } from './question-client.js';
import { desk, double, QuestionGround } from './question-ground.spec-support.js';

const nobodyKnows = defineQuestion({ ...double, pattern: 'test.nobody.v1' });

class Refused extends AppError {
  readonly kind = 'conflict';
  readonly code = 'number.taken';
}

let ground: QuestionGround;
let proxy: CuttableProxy;
let client: QuestionClient;

beforeAll(async () => {
  ground = await QuestionGround.open();
  proxy = ground.proxy;
});
beforeEach(() => void (client = ground.client()));
afterEach(() => client.close());
afterAll(() => ground.close());

describe('a question', () => {
  it('has an answer', async () => {
    expect(await client.ask(double, { number: 21 })).toEqual({ doubled: 42 });
  });

  it('is answered a hundred at a time, at most as many at once as the prefetch allows', async () => {
    desk.answer = async ({ number }) => {
      await sleep(5);
      return { doubled: number * 2 };
    };
    const answers = await Promise.all(Array.from({ length: 100 }, (_, number) => client.ask(double, { number })));
    expect(answers.map(({ doubled }) => doubled)).toEqual(Array.from({ length: 100 }, (_, number) => number * 2));
    expect(desk.most).toBe(4);
  });

  it('comes back as the very error that was thrown', async () => {
    desk.answer = () => {
      throw new Refused('the number is taken', { number: 7 });
    };
    const failure = await client.ask(double, { number: 7 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RemoteError);
    expect(failure).toMatchObject({
      kind: 'conflict',
      code: 'number.taken',
      message: 'the number is taken',
      details: { number: 7 },
    });
  });

  it('learns nothing of a fault that was not raised on purpose', async () => {
    desk.answer = () => {
      throw new RangeError('password=hunter2');
    };
    const failure = (await client.ask(double, { number: 1 }).catch((error: unknown) => error)) as RemoteError;
    expect(failure).toMatchObject({ kind: 'broken', code: 'answer.broken' });
    expect(failure.message).not.toContain('hunter2');
  });

  it('that breaks its contract is refused, and says where', async () => {
    const failure = await client.ask(double, { number: 1.5 }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'invalid', code: 'question.contract-broken', details: { at: ['number'] } });
    expect(desk.asked).toEqual([]);
  });

  it('is not answered with what the contract does not say', async () => {
    desk.answer = () => ({ doubled: 'four' });
    await expect(client.ask(double, { number: 2 })).rejects.toMatchObject({ code: 'answer.contract-broken' });
  });

  it('gets an error for an answer that is no JSON, not silence', async () => {
    desk.answer = () => ({ doubled: 4n });
    await expect(client.ask(double, { number: 2 })).rejects.toMatchObject({ kind: 'broken', code: 'answer.broken' });
    desk.answer = ({ number }) => ({ doubled: number * 2 });
    await Promise.all(Array.from({ length: 10 }, () => client.ask(double, { number: 1 })));
  });

  it('that nobody knows has no answer, and holds no place', async () => {
    for (let time = 0; time < 6; time += 1) {
      await expect(client.ask(nobodyKnows, { number: 1 })).rejects.toMatchObject({ code: 'bus.no-answer' });
    }
    expect(await client.ask(double, { number: 1 })).toEqual({ doubled: 2 });
  });

  it('waits no longer than it said', async () => {
    const held = Promise.withResolvers<unknown>();
    desk.answer = () => held.promise;
    const started = performance.now();
    const asking = client.ask(double, { number: 1 }, { timeoutMs: 200 });
    await expect(asking).rejects.toMatchObject({ kind: 'unavailable', code: 'bus.no-answer' });
    // Well below the 5 s that it would wait without being told.
    expect(performance.now() - started).toBeLessThan(4_000);
    held.resolve({ doubled: 2 });
  });

  it('is forgotten by the broker when nobody waits any more', async () => {
    const held = Promise.withResolvers<unknown>();
    desk.answer = () => held.promise;
    const asking = Array.from({ length: 8 }, (_, number) => client.ask(double, { number }, { timeoutMs: 300 }));
    expect((await Promise.allSettled(asking)).every(({ status }) => status === 'rejected')).toBe(true);
    await eventually(
      async () => (await ground.hand.checkQueue(ground.queue)).messageCount,
      (waiting) => waiting === 0,
    );
    held.resolve({ doubled: 0 });
    desk.answer = ({ number }) => ({ doubled: number * 2 });
    expect(await client.ask(double, { number: 100 })).toEqual({ doubled: 200 });
    expect(desk.asked.filter((number) => number !== 100)).toHaveLength(4);
  });

  it('fails at once while the line is down, and works again when it is back', async () => {
    await client.ask(double, { number: 1 });
    proxy.takeDown();
    await expect(client.ask(double, { number: 1 })).rejects.toMatchObject({ code: 'bus.no-answer' });
    proxy.mend();
    const answer = await eventually(
      () => client.ask(double, { number: 4 }, { timeoutMs: 500 }).catch(() => undefined),
      (got) => got !== undefined,
    );
    expect(answer).toEqual({ doubled: 8 });
  });

  it('can be asked by a client that started while the broker was away', async () => {
    proxy.takeDown();
    const late = ground.client();
    await late.connect(['audit']);
    proxy.mend();
    const answer = await eventually(
      () => late.ask(double, { number: 5 }, { timeoutMs: 500 }).catch(() => undefined),
      (got) => got !== undefined,
    );
    expect(answer).toEqual({ doubled: 10 });
    await late.close();
  });

  it.each([480, 520, 560, 600, 640, 680, 720, 760, 800, 840, 880, 920])(
    'survives a line that is cut while it is being opened, after %i bytes',
    async (bytes) => {
      proxy.cutAfter(bytes);
      await client.connect(['audit']);
      const answer = await eventually(
        () => client.ask(double, { number: 7 }, { timeoutMs: 500 }).catch(() => undefined),
        (got) => got !== undefined,
      );
      expect(answer).toEqual({ doubled: 14 });
    },
  );

  it('is not answered a second time by whoever is given it after the first was cut off', async () => {
    const held = Promise.withResolvers<unknown>();
    desk.answer = () => held.promise;
    const asking = client.ask(double, { number: 1 }).catch(() => undefined);
    await eventually(
      () => desk.asked.length,
      (length) => length === 1,
    );
    proxy.cut();
    await asking;
    desk.answer = ({ number }) => ({ doubled: number * 2 });
    await eventually(
      () => client.ask(double, { number: 2 }, { timeoutMs: 500 }).catch(() => undefined),
      (got) => got !== undefined,
    );
    expect(desk.asked.filter((number) => number === 1)).toHaveLength(1);
    held.resolve({ doubled: 2 });
  });

  it('finds the service again after somebody deleted its queue', async () => {
    await client.ask(double, { number: 1 });
    await ground.hand.deleteQueue(ground.queue);
    const answer = await eventually(
      () => client.ask(double, { number: 6 }, { timeoutMs: 500 }).catch(() => undefined),
      (got) => got !== undefined,
    );
    expect(answer).toEqual({ doubled: 12 });
  });

  it('is still answered by a service that is told to stop', async () => {
    const held = Promise.withResolvers<unknown>();
    desk.answer = () => held.promise;
    const asking = client.ask(double, { number: 3 });
    await eventually(
      () => desk.asked.length,
      (length) => length === 1,
    );
    const closing = ground.service!.close();
    held.resolve({ doubled: 6 });
    expect(await asking).toEqual({ doubled: 6 });
    await closing;
    ground.service = undefined;
    await ground.serve();
  });
});
