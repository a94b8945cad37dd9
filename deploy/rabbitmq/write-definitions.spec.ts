import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { parkedQueue, RETRY_DELAYS_MS, retryQueue } from '#lib/bus';
import { auditEvent, laneTicket, QUESTIONS, rulesChanged } from '#lib/contracts';

import { passwordHash, withUser } from './write-definitions.ts';

interface Definitions {
  readonly vhosts: readonly { readonly name: string }[];
  readonly permissions: readonly { readonly user: string; readonly vhost: string }[];
  readonly policies: readonly { readonly pattern: string; readonly vhost: string }[];
}
const source = readFileSync(new URL('./definitions.json', import.meta.url), 'utf8');
const definitions = JSON.parse(source) as Definitions;
const [workQueues, questionQueues] = definitions.policies.map(({ pattern }) => new RegExp(pattern));

describe('passwordHash', () => {
  it('is the one of the example in the documentation of RabbitMQ', () => {
    expect(passwordHash('test12', Buffer.from('908DC60A', 'hex'))).toBe(
      'kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR',
    );
  });

  it('differs each time, and holds no password', () => {
    expect(passwordHash('same')).not.toBe(passwordHash('same'));
    expect(JSON.stringify(withUser(definitions, 'tietovirta', 'canary-77'))).not.toContain('canary-77');
  });
});

describe('the definitions of the broker', () => {
  it('hold no user: the password is the installation’s own', () => expect(source).not.toMatch(/"users"|password/));

  it('let the services’ user, and nobody else, into the one virtual host', () => {
    expect(withUser(definitions, 'tietovirta', 'x')).toMatchObject({ users: [{ name: 'tietovirta', tags: [] }] });
    expect(definitions.vhosts).toEqual([{ name: 'tietovirta' }]);
    expect(definitions.permissions).toMatchObject([{ user: 'tietovirta', vhost: 'tietovirta' }]);
  });

  it.each([auditEvent, laneTicket, rulesChanged])(
    'bound the work queue $queue, and not what is put aside',
    ({ queue }) => {
      expect(queue).toMatch(workQueues ?? '');
      expect(`x.${queue}`).toMatch(workQueues ?? '');
      for (const delay of RETRY_DELAYS_MS) expect(retryQueue(queue, delay)).not.toMatch(workQueues ?? '');
      expect(parkedQueue(queue)).not.toMatch(workQueues ?? '');
    },
  );

  it.each(Object.values(QUESTIONS))('bound the questions of $pattern', ({ service }) => {
    expect(`${service}.questions`).toMatch(questionQueues ?? '');
  });
});
