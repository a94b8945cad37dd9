import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';

import type { Ground } from './ground.ts';
import type { LinkedBenchCompany } from './linked-companies.ts';

/**
 * How many calls a second the stand-in of Netvisor answers here to a program that does nothing else: signed requests
 * that change a customer, one at a time for each company and all companies at once.
 */
export async function bareCalls(
  { installation }: Ground,
  companies: readonly LinkedBenchCompany[],
  calls: number,
): Promise<number> {
  const { linked } = installation;
  if (!linked) throw new Error('The installation has no stand-in of Netvisor');
  const { mac, timestampsOf } = (await import(
    new URL('../dist/libs/upstream/src/netvisor/mac.js', import.meta.url).href
  )) as typeof import('../libs/upstream/src/netvisor/mac.js');
  const { NETVISOR_TRAINING_URL: base = '', NETVISOR_PARTNER_ID = '', NETVISOR_PARTNER_KEY = '' } = linked.environment;
  const agent = new Agent({ keepAlive: true });
  const keys = await customerKeys(linked, companies);

  const call = ({ organisationId, netvisor }: LinkedBenchCompany, key: string): Promise<void> => {
    const url = `${base}customer.nv?method=edit&id=${key}`;
    const transactionId = randomUUID();
    const times = timestampsOf(new Date());
    const { customerId, customerKey } = netvisor;
    const signed = { url, sender: 'Bench', customerId, ...times, language: 'FI', organisationId, transactionId };
    const sent = Buffer.from(
      `<root><customer><customerbaseinformation><name>Asiakas Oy</name></customerbaseinformation></customer></root>`,
    );
    const headers = {
      'Content-Type': 'text/xml; charset=ISO-8859-15',
      'Content-Length': String(sent.length),
      'X-Netvisor-Authentication-Sender': 'Bench',
      'X-Netvisor-Authentication-CustomerId': customerId,
      'X-Netvisor-Authentication-PartnerId': NETVISOR_PARTNER_ID,
      'X-Netvisor-Authentication-Timestamp': times.timestamp,
      'X-Netvisor-Authentication-TimestampUnix': times.timestampUnix,
      'X-Netvisor-Authentication-TransactionId': transactionId,
      'X-Netvisor-Interface-Language': 'FI',
      'X-Netvisor-Organisation-ID': organisationId,
      'X-Netvisor-Authentication-MAC': mac({ ...signed, customerKey, partnerKey: NETVISOR_PARTNER_KEY }),
      'X-Netvisor-Authentication-MACHashCalculationAlgorithm': 'HMACSHA256',
      'X-Netvisor-Authentication-UseHTTPResponseStatusCodes': '1',
    };
    return new Promise((resolve, reject) => {
      const going = request(url, { method: 'POST', agent, headers }, (answer) => {
        answer.resume().once('end', () => {
          if (answer.statusCode === 200) resolve();
          else reject(new Error(`A bare call was answered with ${answer.statusCode}`));
        });
      });
      going.once('error', reject).end(sent);
    });
  };

  try {
    let left = calls;
    const began = performance.now();
    const worker = async (company: LinkedBenchCompany, index: number): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await call(company, keys[index]!);
      }
    };
    await Promise.all(companies.map(worker));
    return calls / ((performance.now() - began) / 1000);
  } finally {
    agent.destroy();
  }
}

/** One customer of each company. */
async function customerKeys(
  { netvisor }: NonNullable<Ground['installation']['linked']>,
  companies: readonly LinkedBenchCompany[],
): Promise<string[]> {
  const fields = { name: 'Asiakas Oy' };
  return Promise.all(
    companies.map(async ({ organisationId }) => {
      const { keys } = await netvisor.tell<{ keys: number[] }>('POST', `companies/${organisationId}/customers`, {
        fields,
      });
      return String(keys[0]);
    }),
  );
}
