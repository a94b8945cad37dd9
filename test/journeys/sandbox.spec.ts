import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type SandboxProcess, startSandboxProcess } from '../../scripts/local/sandbox-process.ts';

const partner = { id: 'ws-example', secret: 'test-secret-do-not-use-0000000000' };
const journalFile = join(mkdtempSync(join(tmpdir(), 'sandbox-')), 'journal.jsonl');

let sandbox: SandboxProcess;
beforeAll(async () => {
  const checkout = join(import.meta.dirname, '..', '..');
  sandbox = await startSandboxProcess({ checkout, journalFile, partner });
});
afterAll(async () => {
  sandbox.kill('SIGKILL');
  await sandbox.ended;
});

function ping(): Promise<Response> {
  const seconds = String(Math.floor(Date.now() / 1000));
  const lines = [
    'GET',
    '',
    '',
    `x-fivaldi-partner:${partner.id}`,
    `x-fivaldi-timestamp:${seconds}`,
    '/customer/api/ping',
  ];
  const signature = createHmac('sha256', partner.secret).update(lines.join('\n')).digest('base64');
  const headers = {
    'X-Fivaldi-Partner': partner.id,
    'X-Fivaldi-Timestamp': seconds,
    Authorization: `Fivaldi ${signature}`,
  };
  return fetch(`${sandbox.url}/ping`, { headers });
}

describe('the Fivaldi sandbox as a process', () => {
  it('answers calls that are signed at this moment, keeps them in its journal, and has the usual limit', async () => {
    const answered = await ping();
    expect([answered.status, answered.headers.get('x-ratelimit-burst-capacity')]).toEqual([200, '10']);
    expect(JSON.parse(readFileSync(journalFile, 'utf8'))).toMatchObject({ path: '/customer/api/ping', status: 200 });
  });

  it('takes orders on another port, where the API is not', async () => {
    expect((await fetch(`${sandbox.controlUrl}/health`)).status).toBe(200);
    expect((await fetch(sandbox.url.replace('/customer/api', '/_sandbox/health'))).status).toBe(401);
    expect((await fetch(`${new URL(sandbox.controlUrl).origin}/customer/api/ping`)).status).toBe(404);
  });

  it('stops in order when asked to', async () => {
    sandbox.kill('SIGTERM');
    expect(await sandbox.ended).toBe(0);
  });
});
