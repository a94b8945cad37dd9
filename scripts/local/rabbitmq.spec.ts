import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'amqplib';
import type { LocalService } from './local-service.ts';
import { commandOf } from './process.ts';
import { nodeSettings } from './rabbitmq-node.ts';
import { startRabbitmq } from './rabbitmq.ts';

const directory = mkdtempSync(join(tmpdir(), 'tietovirta-rabbitmq-'));
const program = join(import.meta.dirname, '..', '..', '.local', 'rabbitmq-program');
const said: string[] = [];
let broker: LocalService;

const start = (more: { readonly empty?: boolean } = {}): Promise<LocalService> =>
  startRabbitmq({ directory, program, say: (sentence) => said.push(sentence), ...more });

const node = (): { pid: number; epmdPid: number } =>
  JSON.parse(readFileSync(join(directory, 'node.json'), 'utf8')) as { pid: number; epmdPid: number };

async function publish(text: string): Promise<void> {
  const connection = await connect(broker.url);
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue('kept', { durable: true });
  channel.sendToQueue('kept', Buffer.from(text), { persistent: true });
  await channel.waitForConfirms();
  await connection.close();
}

async function take(): Promise<string | undefined> {
  const connection = await connect(broker.url);
  const channel = await connection.createChannel();
  await channel.assertQueue('kept', { durable: true });
  const message = await channel.get('kept', { noAck: true });
  await connection.close();
  return message === false ? undefined : message.content.toString();
}

beforeAll(async () => {
  broker = await start();
}, 300_000);
afterEach(() => void said.splice(0));
afterAll(async () => {
  await broker.stop();
  rmSync(directory, { recursive: true });
}, 60_000);

describe('a private RabbitMQ', () => {
  it('opens to its password only', async () => {
    expect(new URL(broker.url).hostname).toBe('127.0.0.1');
    await expect(connect(broker.url.replace(/:[0-9a-f]+@/, ':guess@'))).rejects.toThrow('ACCESS_REFUSED');
  });

  it('is adopted by a start that finds it running', async () => {
    const before = node();
    expect(await start()).toMatchObject({ adopted: true, url: broker.url });
    expect(node()).toEqual(before);
    expect(said).toEqual([]);
  });

  it('keeps confirmed messages over a stop, which leaves no process, nor its port mapper', async () => {
    await publish('over a stop');
    const { pid, epmdPid } = node();
    await broker.stop();
    expect([commandOf(pid), commandOf(epmdPid)]).toEqual([undefined, undefined]);
    broker = await start();
    expect(broker.adopted).toBe(false);
    expect(await take()).toBe('over a stop');
  }, 120_000);

  it('keeps confirmed messages over a kill, and leaves no port mapper of the killed one', async () => {
    await publish('over a kill');
    const killed = node();
    process.kill(killed.pid, 'SIGKILL');
    broker = await start();
    expect(await take()).toBe('over a kill');
    expect(commandOf(killed.epmdPid)).toBeUndefined();
  }, 120_000);

  it('begins empty where that is asked for, with the password as before, whatever runs there still', async () => {
    await publish('left behind');
    const { url } = broker;
    const left = node();
    broker = await start({ empty: true });
    expect(broker.adopted).toBe(false);
    expect([commandOf(left.pid), commandOf(left.epmdPid)]).toEqual([undefined, undefined]);
    expect(new URL(broker.url).password).toBe(new URL(url).password);
    expect(await take()).toBeUndefined();
  }, 120_000);
});

describe('the settings of a node', () => {
  it('name one listener, on the loopback interface, and limits that leave room for others', () => {
    const lines = nodeSettings(5673, 'someone', 'secret').split('\n');
    expect(lines).toContain('listeners.tcp.local = 127.0.0.1:5673');
    expect(lines).toContain('default_pass = secret');
    expect(lines).toContain('vm_memory_high_watermark.absolute = 512MB');
    expect(lines).toContain('disk_free_limit.absolute = 200MB');
  });
});
