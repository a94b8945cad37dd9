import { randomUUID } from 'node:crypto';

import type { Database, Scope } from '../../libs/store/src/index.ts';
import {
  acceptTransfer,
  cancelTransfer,
  type Claim,
  claimTransfer,
  DocumentWriter,
  findTransfer,
  finishTransfer,
  listItems,
  passLaneOn,
  readDocument,
  wakeLanes,
} from '../../libs/transfers/src/index.ts';
import { documentOf, type Ground, oneOf, type Tenant } from './ground.ts';

/** Somebody saw, changed or made what is not theirs. */
export class Trespass extends Error {}

/** What one worker does in one turn, for one tenant. */
export type Operation = (ground: Ground, tenant: Tenant) => Promise<unknown>;

const inside = ({ id }: Tenant): { readonly scope: Scope } => ({ scope: { tenant: id } });

function demand(isTrue: boolean, what: string): void {
  if (!isTrue) throw new Trespass(what);
}

/** Takes a document in as the gateway does. */
export async function accept({ gateway }: Ground, tenant: Tenant): Promise<void> {
  const writer = new DocumentWriter(gateway, { environmentId: tenant.id, gzip: false, charset: null });
  await writer.write(documentOf(tenant));
  const document = await writer.finish();
  const accepted = await gateway.transaction(
    (sql) =>
      acceptTransfer(sql, {
        environmentId: tenant.id,
        companyId: oneOf(tenant.companies),
        partnerUserId: randomUUID(),
        stream: 'tuoterekisteri',
        direction: 'import',
        dryRun: false,
        document,
        address: null,
        idempotencyKey: randomUUID(),
        fingerprint: document.sha256,
      }),
    inside(tenant),
  );
  if (accepted.as === 'new') tenant.transfers.push(accepted.transferId);
}

/** Carries the next transfer of one of the tenant's lanes into the register, as the connector does. */
export async function carryOut({ connector }: Ground, tenant: Tenant): Promise<void> {
  const lanes = await connector.rows<{ laneId: string; ticket: string }>(
    'select id as "laneId", ticket from transfers.lane where ticket is not null',
    [],
    inside(tenant),
  );
  if (lanes.length === 0) return;
  const taken = await claimTransfer(connector, oneOf(lanes), false);
  if (taken.as !== 'claimed') return;
  const { claim } = taken;
  if (claim.document === null) throw new Error('claimed an export, and nobody had asked for one');
  demand(claim.transfer.environmentId === tenant.id, 'claimed a transfer of another tenant');
  for await (const part of readDocument(connector, claim.document)) {
    demand(part.includes(tenant.id), 'read a document of another tenant');
  }
  await connector.transaction(async (sql) => {
    await writeRecords(sql, claim);
    await finishTransfer(sql, claim.transfer, { state: 'succeeded' });
    await passLaneOn(sql, claim);
  }, inside(tenant));
}

async function writeRecords(
  sql: { rows(text: string, values: readonly unknown[]): Promise<unknown> },
  { transfer }: Claim,
): Promise<void> {
  const { environmentId, companyId, id } = transfer;
  await sql.rows(
    `insert into transfers.item (environment_id, transfer_id, no, key, outcome)
     select $1::uuid, $2, no, $1::uuid::text || no, 'created' from generate_series(1, 20) as no`,
    [environmentId, id],
  );
  await sql.rows(
    `insert into fivaldi.product_record (environment_id, company_id, product_code, name, imported, written_by)
     select $1::uuid, $2, $1::uuid::text || no, $3::text, true, $3::text from generate_series(1, 20) as no
     on conflict (environment_id, company_id, product_code) do update set name = excluded.name`,
    [environmentId, companyId, id],
  );
}

async function look({ gateway }: Ground, tenant: Tenant): Promise<void> {
  if (tenant.transfers.length === 0) return;
  const transfer = await findTransfer(gateway, oneOf(tenant.transfers));
  demand(transfer?.environmentId === tenant.id, 'found a transfer of another tenant');
  if (!transfer) return;
  const items = await listItems(gateway, transfer, { after: 0, limit: 50, outcome: null });
  demand(
    items.every(({ key }) => key?.startsWith(tenant.id)),
    'listed items of another tenant',
  );
}

async function cancel({ gateway }: Ground, tenant: Tenant): Promise<void> {
  const id = tenant.transfers.at(-1);
  const actor = { kind: 'operator', id: 'operator' } as const;
  if (id !== undefined)
    await gateway.transaction((sql) => cancelTransfer(sql, id, { actor, address: null }), inside(tenant));
}

async function restrict({ auth }: Ground, tenant: Tenant): Promise<void> {
  await auth.rows(
    `insert into auth.restriction_group (environment_id, company_id, name, times)
     values ($1::uuid, $2, $1::uuid::text, '[]')
     on conflict (environment_id, company_id, name) do update set addresses = '{192.0.2.1}'`,
    [tenant.id, oneOf(tenant.companies)],
    inside(tenant),
  );
}

const TABLES_OF = {
  gateway: ['document', 'document_chunk', 'upload', 'lane', 'transfer', 'item', 'idempotency_key'].map(
    (table) => `transfers.${table}`,
  ),
  connector: ['fivaldi.product_record', 'fivaldi.company_record', 'transfers.lane', 'transfers.item'],
  auth: ['auth.environment', 'auth.company', 'auth.restriction_group', 'auth.company_grant', 'auth.xml_settings'],
} as const;

/** Looks at whole tables, without a word of the tenant in the statement. */
export async function lookAround(ground: Ground, tenant: Tenant): Promise<void> {
  const service = oneOf(['gateway', 'connector', 'auth'] as const);
  const text = `select distinct environment_id from ${oneOf(TABLES_OF[service])}`;
  const seen = await ground[service].rows<{ environment_id: string }>(text, [], inside(tenant));
  demand(
    seen.every((row) => row.environment_id === tenant.id),
    `saw the rows of others: ${text}`,
  );
  demand((await ground[service].rows(text)).length === 0, `saw rows without a scope: ${text}`);
}

/** Tries the ids of another tenant, as a mistake in a statement would. */
export async function trespass(ground: Ground, tenant: Tenant): Promise<void> {
  const other = oneOf(ground.tenants.filter(({ id, transfers }) => id !== tenant.id && transfers.length > 0));
  if (!other) return;
  const stranger = oneOf(other.transfers);
  const nothing: readonly [database: Database, text: string, values: readonly unknown[]][] = [
    [ground.gateway, 'select from transfers.transfer where id = $1', [stranger]],
    [ground.gateway, 'select from transfers.item where transfer_id = $1', [stranger]],
    [ground.gateway, `update transfers.transfer set reasons = '{x}' where id = $1 returning 1`, [stranger]],
    [ground.connector, 'delete from transfers.item where transfer_id = $1 returning 1', [stranger]],
    [
      ground.connector,
      `update fivaldi.product_record set name = 'x' where company_id = $1 returning 1`,
      [oneOf(other.companies)],
    ],
    [ground.auth, `update auth.company set name = 'x' where company_id = $1 returning 1`, [oneOf(other.companies)]],
  ];
  const [database, text, values] = oneOf(nothing);
  demand((await database.rows(text, values, inside(tenant))).length === 0, text);
  await refused(() =>
    ground.connector.rows(
      `insert into transfers.item (environment_id, transfer_id, no, key, outcome) values ($1, $2, $3, 'x', 'created')`,
      [other.id, stranger, Math.ceil(Math.random() * 1e9)],
      inside(tenant),
    ),
  );
}

/** Row-level security says no; whatever else happens to the statement proves nothing. */
async function refused(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (error instanceof Error && error.message.includes('row-level security')) return;
    throw error;
  }
  throw new Trespass('wrote a row of another tenant');
}

const wake: Operation = ({ connector }) => wakeLanes(connector, 10);

/** As often as they stand here. */
export const OPERATIONS: readonly Operation[] = [
  accept,
  accept,
  carryOut,
  carryOut,
  carryOut,
  look,
  cancel,
  restrict,
  lookAround,
  lookAround,
  trespass,
  trespass,
  wake,
];
