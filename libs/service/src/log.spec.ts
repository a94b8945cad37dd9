import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { RemoteError } from '#lib/errors';

import { createLog, type LogLevel } from './log.js';
import { NestLog } from './nest-log.js';

const CANARY = 'hunter2-canary';

function linesOf(level: LogLevel = 'debug') {
  const lines: string[] = [];
  const log = createLog('audit', level, { write: (line) => lines.push(line) });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? 'null') as Record<string, unknown> };
}

describe('a log line', () => {
  it('names the service, the level, the moment and the message', () => {
    const { log, last } = linesOf();
    log.info({ transferId: 't-1', records: 3, dryRun: false }, 'finished');
    expect(last()).toMatchObject({
      level: 'info',
      service: 'audit',
      pid: process.pid,
      msg: 'finished',
      transferId: 't-1',
      records: 3,
      dryRun: false,
    });
    expect(last()['time']).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it('is one line of JSON whatever the fields hold', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'binary' }), fc.anything()),
        fc.string({ unit: 'binary' }),
        (fields, message) => {
          const { log, lines } = linesOf();
          log.warn(fields, message);
          expect(lines).toHaveLength(1);
          // eslint-disable-next-line no-control-regex -- control characters are the subject
          expect(lines[0]).toMatch(/^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*\n$/);
          expect(JSON.parse(lines[0] ?? '')).toMatchObject({ service: 'audit', level: 'warn' });
        },
      ),
    );
  });

  it('refuses objects, since one may hold a credential', () => {
    const { log, lines, last } = linesOf();
    log.info(
      { config: { password: CANARY }, list: ['a', { token: CANARY }], map: new Map([['k', CANARY]]) },
      'started',
    );
    expect(lines.join('')).not.toContain(CANARY);
    expect(last()).toMatchObject({ config: '[not logged]', list: ['a', '[not logged]'], map: '[not logged]' });
  });

  it('hides the user part of a URL wherever it stands', () => {
    const { log, lines } = linesOf();
    log.error(
      { url: `amqp://app:${CANARY}@broker`, error: new Error(`no route to postgres://app:${CANARY}@db/x`) },
      'x',
    );
    expect(lines.join('')).not.toContain(CANARY);
    expect(lines.join('')).toContain('amqp://[hidden]@broker');
  });

  it('does not let a field pass for the service, the level or the message', () => {
    const { log, last } = linesOf();
    log.info({ service: 'gateway', level: 'error', msg: 'forged', time: 'then' }, 'true');
    expect(last()).toMatchObject({ service: 'audit', level: 'info', msg: 'true', field_service: 'gateway' });
  });

  it('is not longer than its values allow', () => {
    const { log, lines } = linesOf();
    log.info({ text: 'x'.repeat(1_000_000), list: Array.from({ length: 10_000 }, () => 1) }, 'long');
    expect(lines[0]?.length).toBeLessThan(5_000);
  });

  it('carries the fields of its parent', () => {
    const { log, last } = linesOf();
    log.with({ transferId: 't-1' }).info({ attempt: 2 }, 'again');
    expect(last()).toMatchObject({ transferId: 't-1', attempt: 2 });
  });

  it('is not written below the level', () => {
    const { log, lines } = linesOf('warn');
    log.info({}, 'routine');
    expect(lines).toEqual([]);
  });
});

describe('an error in a line', () => {
  it('tells kind, code, message, details and frames of our own', () => {
    const { log, last } = linesOf();
    log.error({ error: new RemoteError('limited', 'lane.full', 'The lane is full', { waiting: 3 }) }, 'failed');
    expect(last()['error']).toMatchObject({
      type: 'RemoteError',
      kind: 'limited',
      code: 'lane.full',
      message: 'The lane is full',
      details: { waiting: 3 },
    });
    expect((last()['error'] as { stack: string }).stack).toMatch(/^ +at /);
  });

  it('tells of a cause only its type and code, and of no error its properties', () => {
    const driver = Object.assign(new Error(`password ${CANARY} is wrong`), { code: '28P01', config: { auth: CANARY } });
    const failure = Object.assign(new Error('no connection', { cause: driver }), { request: { headers: CANARY } });
    const { log, lines, last } = linesOf();
    log.error({ error: failure }, 'failed');
    expect(lines.join('')).not.toContain(CANARY);
    expect(last()['error']).toMatchObject({ message: 'no connection', cause: { type: 'Error', code: '28P01' } });
  });

  it('ends, even when it is its own cause', () => {
    const error = new Error('round');
    error.cause = error;
    const { log, lines } = linesOf();
    log.error({ error }, 'failed');
    expect(lines).toHaveLength(1);
  });
});

describe('NestLog', () => {
  it('writes what Nest says, with its context', () => {
    const { log, last } = linesOf();
    new NestLog(log).warn('Slow start', 'NestApplication');
    expect(last()).toMatchObject({ level: 'warn', msg: 'Slow start', context: 'NestApplication' });
  });

  it('takes the error and leaves the URL of what a broker client reports', () => {
    const { log, lines, last } = linesOf();
    new NestLog(log).error({ err: new Error('refused'), url: { password: CANARY } }, 'Server');
    expect(lines.join('')).not.toContain(CANARY);
    expect(last()).toMatchObject({ level: 'error', error: { message: 'refused' }, context: 'Server' });
  });
});
