import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, credentials } from 'amqplib';

import { Bus, QuestionClient } from '#lib/bus';
import { laneTicket } from '#lib/contracts';
import { clientTls } from '#lib/service';
import { until } from '#lib/testing';

import { CuttableProxy } from '../../libs/bus/src/cuttable-proxy.spec-support.ts';
import type { Pair } from '../certificates/certificates.spec-support.ts';
import { tlsOf } from './installed-broker.spec-support.ts';
import { aTicket, double, InstalledGround, withoutGround } from './installed-ground.spec-support.ts';

const described = withoutGround ? describe.skip : describe;
const ground = new InstalledGround();
const { accessOf, deskOf, opened, shownBy } = ground;
const broker = () => ground.at.broker;
const made = () => ground.at.made;
const others = () => ground.at.others;

beforeAll(() => ground.start(), 300_000);
afterEach(() => ground.clear());
afterAll(() => ground.stop(), 60_000);

described('a broker whose certificate', () => {
  const AUTHORITY = /self[- ]signed|unable to (verify|get)|signature/;
  const bad: readonly [string, () => Partial<ReturnType<typeof accessOf>>, RegExp][] = [
    ['is by another authority', () => ({ tls: shownBy(made().client('gateway'), others().authority) }), AUTHORITY],
    [
      'is by no authority that the system knows',
      () => ({ tls: clientTls(made().client('gateway'), () => undefined) }),
      AUTHORITY,
    ],
    ['names another host', () => ({ url: broker().url('127.0.0.1') }), /does not match|not in the cert/],
  ];

  it.each(bad)('%s is not believed by who publishes and consumes', async (_, access, reason) => {
    const bus = opened(Bus.connect({ ...accessOf('gateway'), ...access(), name: 'gateway', publishes: [laneTicket] }));
    expect(await until(() => ground.told[0], { what: 'a refusal' })).toMatch(reason);
    expect(bus.state()).toBe('disconnected');
    expect(await bus.publish([aTicket()])).toEqual(['unavailable']);
  });

  it.each(bad)('%s is not believed by who asks', async (_, access) => {
    await deskOf('auth');
    const client = opened(new QuestionClient({ ...accessOf('gateway'), ...access() }));
    await expect(client.ask(double, { number: 1 }, { timeoutMs: 2_000 })).rejects.toMatchObject({
      code: 'bus.no-answer',
    });
  });
});

described('a client of the broker', () => {
  const REFUSED = /certificate|alert|ECONNRESET|EPIPE|ACCESS_REFUSED|closed|ended|not provided/i;
  const letIn = async (options: object, url = broker().url()): Promise<void> => {
    await (await connect(url, { timeout: 5_000, credentials: credentials.external(), ...options })).close();
  };

  it.each<[string, () => object]>([
    ['that shows no certificate', () => ({ secureContext: shownBy({})!() })],
    [
      'that shows one of another authority',
      () => ({ secureContext: tlsOf(made().authority, others().client('gateway')) }),
    ],
    ['that shows one of a server', () => ({ secureContext: tlsOf(made().authority, made()) })],
    [
      'whose certificate names nobody known',
      () => ({ secureContext: tlsOf(made().authority, made().client('stranger')) }),
    ],
    [
      'that gives a password as well',
      () => ({
        secureContext: tlsOf(made().authority, made().client('gateway')),
        credentials: credentials.plain('tietovirta_gateway', ''),
      }),
    ],
  ])('%s is refused', async (_, options) => {
    await expect(letIn(options())).rejects.toThrow(REFUSED);
  });

  it('is whom its certificate names, whatever else it says', async () => {
    const url = broker().url().replace('://', '://tietovirta_audit:x@');
    const secureContext = tlsOf(made().authority, made().client('gateway'));
    const model = opened(await connect(url, { secureContext, credentials: credentials.external() }));
    const channel = await model.createChannel();
    const refused = once(channel, 'error').then(([error]) => String(error));
    channel.consume('audit.events', () => undefined).catch(() => undefined);
    expect(await refused).toMatch(/ACCESS_REFUSED.*tietovirta_gateway/);
  });

  /** The files of one client, to be replaced under it. */
  const filesOf = (name: string, pair: Pair) => {
    const [cert, key] = [join(ground.folder, `${name}-cert.pem`), join(ground.folder, `${name}-key.pem`)];
    const replaceBy = (other: Pair): void => {
      copyFileSync(other.cert, cert);
      copyFileSync(other.key, key);
    };
    replaceBy(pair);
    return { replaceBy, tls: shownBy({ cert, key }) };
  };

  it('that publishes comes in by a certificate that was renewed while it ran, and not by what it had', async () => {
    const proxy = opened(await CuttableProxy.to(broker().url()));
    const files = filesOf('publisher', made().client('gateway'));
    const url = proxy.url.replace('127.0.0.1', 'localhost');
    const access = { ...accessOf('gateway'), url, tls: files.tls };
    const bus = opened(Bus.connect({ ...access, name: 'gateway', publishes: [laneTicket] }));
    await bus.ready();
    files.replaceBy(others().client('gateway'));
    expect(bus.state()).toBe('connected');
    ground.told.length = 0;
    proxy.cut();
    await until(() => ground.told.length > 1, { what: 'a refusal' });
    expect(bus.state()).toBe('disconnected');
    files.replaceBy(made().client('renewed'));
    await until(() => bus.state() === 'connected', { what: 'the connection' });
    await until(async () => (await bus.publish([aTicket()]))[0] === 'confirmed', { what: 'a ticket' });
  }, 60_000);

  it('that asks and answers does so too', async () => {
    const files = filesOf('asker', others().client('gateway'));
    const desk = filesOf('desk', others().client('auth'));
    const answering = deskOf('auth', 'auth', desk.tls);
    const client = opened(new QuestionClient({ ...accessOf('gateway'), tls: files.tls }));
    const answer = () => client.ask(double, { number: 3 }, { timeoutMs: 1_000 }).catch(() => undefined);
    expect(await answer()).toBeUndefined();
    files.replaceBy(made().client('renewed'));
    desk.replaceBy(made().client('auth'));
    await answering;
    expect(await until(answer, { within: 20_000, what: 'an answer' })).toBe(6);
  }, 60_000);
});

described('the metrics of the broker', () => {
  it('are given to who shows a certificate of the installation, and to nobody else', async () => {
    const { port, path } = { port: broker().metricsPort, path: '/metrics' };
    const statusWith = (shown: object): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        get({ agent: false, host: '127.0.0.1', servername: 'localhost', port, path, ...shown }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        }).once('error', reject);
      });
    const showing = (pair: Pair, by: string) => ({ secureContext: tlsOf(by, pair) });
    expect(await statusWith(showing(made().client('prometheus'), made().authority))).toBe(200);
    await expect(statusWith({ secureContext: shownBy({})!() })).rejects.toThrow();
    await expect(statusWith(showing(others().client('prometheus'), made().authority))).rejects.toThrow();
  });
});
