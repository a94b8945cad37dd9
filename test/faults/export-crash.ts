import { randomUUID } from 'node:crypto';
import { until } from '../../libs/testing/src/until.ts';
import { IMPORT_RIGHTS } from '../../scripts/demo/company.ts';
import { type Violation, violation } from './checker.ts';
import type { Crash } from './crash.ts';
import { products } from './parcel.ts';
import type { Stage } from './stage.ts';

const RIGHTS = [...IMPORT_RIGHTS, { stream: 'tuoterekisteri', direction: 'export' }];

/** So many that the document has several parts, the first of which are stored long before the last is written. */
const RECORDS = 4_000;

/**
 * Kills the connector when it gets to `label` with an export in its hands, and revives it. Another document, which
 * changes what is exported, waits behind it in the same lane.
 */
export async function exportCrash(stage: Stage, label: string, patience?: number): Promise<Crash> {
  const sender = await stage.sender();
  const { company } = sender;
  await stage.operator.saveRule('upper-rights', stage.partner.id, { rights: RIGHTS });
  await stage.operator.saveRule('grants', company.id, { partnerUserId: stage.partner.id, rights: RIGHTS });
  const before = await stage.send(sender.write(products(1, RECORDS)));
  await stage.quiet([before]);

  await stage.stop('fivaldi-connector');
  const doomed = await stage.revive('fivaldi-connector', label);
  const revived = doomed.ended.then(async (how) => {
    await stage.revive('fivaldi-connector');
    return how;
  });
  // Looked at only when everything is sent.
  revived.catch(() => undefined);
  const asked = await ask(stage, company.id);
  const behind = await stage.send(sender.write(products(1, 20, '3.15')));
  const died = await until(() => Promise.race([revived, pending]), { within: 60_000, what: `a death at ${label}` });
  await stage.quiet([before, behind], patience);
  return { died, violations: [...(await stage.violations([before, behind])), ...(await wrongExport(stage, asked))] };
}

async function ask(stage: Stage, company: string): Promise<string> {
  const path = `/v1/companies/${company}/streams/tuoterekisteri/exports`;
  const answer = await stage.partner.client.call('POST', path, {
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: '{}',
  });
  if (answer.status !== 202) throw new Error(`${answer.status} instead of 202: ${JSON.stringify(answer.body)}`);
  return String(answer.body['id']);
}

/** An export that was accepted has ended once, and its document is the register as it was before what came behind it. */
async function wrongExport({ partner, database }: Stage, id: string): Promise<Violation[]> {
  const { state } = await partner.client.transfer(id);
  if (state !== 'succeeded') return [violation('transfer.stands-otherwise', `the export ${id} is ${state}`)];
  const { url, token } = partner.client;
  const answer = await fetch(`${url}/v1/transfers/${id}/document`, { headers: { authorization: `Bearer ${token}` } });
  const text = await answer.text();
  const whole = text.endsWith('</FivaldiXML>\n') && text.split('<ProductSalesPrice>1.55<').length === RECORDS + 1;
  const { rows } = await database.query<{ actions: string }>(
    `select string_agg(action, ' ' order by action) as actions from audit.entry
      where action like 'transfer.%' and transfer_id = $1`,
    [id],
  );
  const actions = rows[0]?.actions;
  return [
    ...(whole ? [] : [violation('document.incomplete', `the export ${id} is not what the register held`)]),
    ...(actions === 'transfer.accepted transfer.finished'
      ? []
      : [violation('audit.differs', `of the export ${id} the log says ${actions ?? 'nothing'}`)]),
  ];
}

/** Loses every race against what has happened. */
const pending = Promise.resolve(undefined);
