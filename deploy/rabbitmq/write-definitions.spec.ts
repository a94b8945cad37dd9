import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { parkedQueue, RETRY_DELAYS_MS, retryQueue, rightsOf } from '#lib/bus';
import { auditEvent, laneTicket, onboardingWork, QUESTIONS, rulesChanged } from '#lib/contracts';

import { ON_THE_BROKER } from './services.ts';
import { queues, users } from './write-definitions.ts';

interface Definitions {
  readonly vhosts: readonly { readonly name: string }[];
  readonly policies: readonly { readonly pattern: string; readonly vhost: string }[];
}
const source = readFileSync(new URL('./definitions.json', import.meta.url), 'utf8');
const definitions = JSON.parse(source) as Definitions;
const [workQueues, questionQueues] = definitions.policies.map(({ pattern }) => new RegExp(pattern));
const messages = [auditEvent, laneTicket, onboardingWork, rulesChanged];
describe('the definitions of the broker', () => {
  it('hold no password, and give nobody one: who comes is let in by a certificate', () => {
    expect(source).not.toMatch(/"users"|password/);
    for (const { password_hash: hash } of users().users) expect(hash).toBe('');
  });

  it('let one user for each service, and nobody else, into the one virtual host', () => {
    const { users: named, permissions, topic_permissions: keys } = users();
    const names = [
      'tietovirta_gateway',
      'tietovirta_auth',
      'tietovirta_connector',
      'tietovirta_severa',
      'tietovirta_audit',
    ];
    expect(named).toEqual(names.map((name) => expect.objectContaining({ name, tags: [] })));
    expect(definitions.vhosts).toEqual([{ name: 'tietovirta' }]);
    const ofEach = names.map((user) => expect.objectContaining({ user, vhost: 'tietovirta' }) as unknown);
    expect(permissions).toEqual(ofEach);
    // Through an exchange without a line of its own here a user might send whatever it likes.
    for (const { name } of queues().exchanges) {
      expect(keys.filter(({ exchange }) => exchange === name)).toEqual(ofEach);
    }
    expect(keys).toHaveLength(2 * names.length);
  });

  it('let nobody make, change or remove anything but queues for answers to what it asks', () => {
    const uuid = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';
    for (const { user, configure } of users().permissions) {
      const service = user.replace('tietovirta_', '');
      const asked = ON_THE_BROKER[service as keyof typeof ON_THE_BROKER].asks;
      const patterns = asked.map((other) => `replies\\.${service}\\.${other}\\.${uuid}`);
      expect(configure).toBe(patterns.length === 0 ? '^$' : `^(${patterns.join('|')})$`);
    }
  });

  it('let nobody write to the broker’s own exchange, by which every queue is reached', () => {
    for (const { write } of users().permissions) expect('amq.default').not.toMatch(new RegExp(write));
  });

  it('have every queue that there is, bound by its name, and the work queues by their type as well', () => {
    const names = messages.flatMap(({ queue }) => [
      queue,
      parkedQueue(queue),
      ...RETRY_DELAYS_MS.map((delay) => retryQueue(queue, delay)),
    ]);
    const asked = Object.values(QUESTIONS).map(({ service }) => `${service}.questions`);
    const all = [...names, ...new Set(asked)];
    const { queues: made, bindings } = queues();
    expect(made.map(({ name }) => name).sort()).toEqual(all.sort());
    expect(bindings.map(({ destination, routing_key: key }) => [destination, key])).toEqual(
      expect.arrayContaining([...all.map((name) => [name, name]), ...messages.map(({ queue, type }) => [queue, type])]),
    );
    expect(bindings).toHaveLength(all.length + messages.length);
  });

  it.each(messages)('bound the work queue $queue, and not what is put aside', ({ queue }) => {
    expect(queue).toMatch(workQueues ?? '');
    expect(`x.${queue}`).toMatch(workQueues ?? '');
    for (const delay of RETRY_DELAYS_MS) expect(retryQueue(queue, delay)).not.toMatch(workQueues ?? '');
    expect(parkedQueue(queue)).not.toMatch(workQueues ?? '');
  });

  it.each(Object.values(QUESTIONS))('bound the questions of $pattern', ({ service }) => {
    expect(`${service}.questions`).toMatch(questionQueues ?? '');
  });
});

describe('what a service does on the broker', () => {
  const apps = {
    gateway: 'gateway',
    auth: 'auth',
    connector: 'fivaldi-connector',
    severa: 'severa-connector',
    audit: 'audit',
  };
  const contracts = { auditEvent, laneTicket, onboardingWork, rulesChanged };

  it.each(Object.entries(apps))('is what %s begins with', (user, app) => {
    const main = readFileSync(new URL(`../../apps/${app}/src/main.ts`, import.meta.url), 'utf8');
    const business = ON_THE_BROKER[user as keyof typeof ON_THE_BROKER];
    const listed = (pattern: RegExp): string[] => (pattern.exec(main)?.[1] ?? '').match(/\w+/g) ?? [];
    const published = listed(/publishes(?::| =) \[([^\]]*)\]/).map((name) => contracts[name as keyof typeof contracts]);
    expect(business.publishes).toEqual(published);
    expect(business.asks).toEqual(listed(/questions\.connect\(\[([^\]]*)\]/));
    expect(business.asks.length > 0 ? [user] : []).toEqual(listed(/asker: '([^']*)'/));
    const answered = /questionServerOptions\(broker, namespace, '(\w+)'/.exec(main)?.[1];
    expect(business.answers).toEqual(answered === undefined ? [] : [answered]);
  });

  it('is answered by one for each question that is asked', () => {
    const services = Object.values(ON_THE_BROKER);
    expect(services.flatMap(({ answers }) => answers as readonly string[]).sort()).toEqual(
      [...new Set(Object.values(QUESTIONS).map(({ service }) => service as string))].sort(),
    );
  });

  it('gives nobody more than that: a service without business may do nothing', () => {
    const nothing = { publishes: [], consumes: [], asks: [], answers: [] };
    const none = { configure: '^$', write: '^$', read: '^$', keys: '^$' };
    expect(rightsOf('x.', 'nobody', nothing)).toEqual({ ...none, replies: { write: '^$', read: '^$' } });
  });
});
