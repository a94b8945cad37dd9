import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { commandOf } from './process.ts';
import { startLocalServices } from './services.ts';

const environment = { ...process.env };
const say = (): void => undefined;
let root: string;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'tietovirta-services-'));
  // Anyone may pass through, as through a checkout: PostgreSQL runs as another user when root runs the tests.
  chmodSync(folder, 0o755);
  root = join(folder, 'run');
  mkdirSync(root);
  process.env['DATABASE_URL'] = 'postgres://somebody@elsewhere/database';
  process.env['RABBITMQ_URL'] = 'amqp://somebody@elsewhere';
});
afterEach(() => {
  process.env = { ...environment };
  rmSync(dirname(root), { recursive: true });
});

describe('the local services', () => {
  it('are those that the environment names', async () => {
    const services = await startLocalServices({ root, say });
    expect(services.databaseUrl).toBe('postgres://somebody@elsewhere/database');
    expect(services.rabbitmqUrl).toBe('amqp://somebody@elsewhere');
    expect(existsSync(join(root, 'postgres'))).toBe(false);
    await services.stop();
  });

  it('leave the folder to the next start when they stop, however often that is asked', async () => {
    const services = await startLocalServices({ root, say });
    expect(existsSync(join(root, 'lock'))).toBe(true);
    await Promise.all([services.stop(), services.stop()]);
    expect(existsSync(join(root, 'lock'))).toBe(false);
  });

  it('do not start in a folder that another process uses', async () => {
    const owner = { pid: process.ppid, command: commandOf(process.ppid) };
    writeFileSync(join(root, 'lock'), JSON.stringify(owner));
    await expect(startLocalServices({ root, say })).rejects.toThrow(`already running with pid ${process.ppid}`);
  });

  it('leave nothing behind when one of them cannot start', async () => {
    delete process.env['DATABASE_URL'];
    delete process.env['RABBITMQ_URL'];
    // No program to run, and no folder to run one in.
    mkdirSync(join(dirname(root), 'rabbitmq-program'));
    writeFileSync(join(root, 'rabbitmq'), '');
    await expect(startLocalServices({ root, say })).rejects.toThrow(/rabbitmq/i);
    expect(existsSync(join(root, 'postgres', 'data', 'PG_VERSION'))).toBe(true);
    expect(existsSync(join(root, 'postgres', 'data', 'postmaster.pid'))).toBe(false);
    expect(existsSync(join(root, 'lock'))).toBe(false);
  });
});
