import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { BenchCompany } from './partner.ts';

/** Sends documents over connections that stay open; `node:http` by itself, as it shares the cores with what it measures. */
export class Sender {
  private readonly url: string;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 256 });

  constructor(url: string) {
    this.url = url;
  }

  /** The id of the accepted transfer; anything but a 202 is thrown. */
  send({ id, partner }: BenchCompany, document: Buffer, { wait = false } = {}): Promise<string> {
    const path = `/v1/companies/${id}/streams/tuoterekisteri/imports${wait ? '?whenClosed=wait' : ''}`;
    const headers = {
      authorization: `Bearer ${partner.client.token}`,
      'content-type': 'application/xml',
      'content-length': document.length,
      'idempotency-key': randomUUID(),
    };
    return new Promise((resolve, reject) => {
      const posted = request(this.url + path, { method: 'POST', headers, agent: this.agent }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.on('error', reject).on('end', () => {
          if (answer.statusCode !== 202) return reject(new Error(`A document got ${answer.statusCode}: ${text}`));
          resolve((JSON.parse(text) as { id: string }).id);
        });
      });
      posted.on('error', reject).end(document);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
