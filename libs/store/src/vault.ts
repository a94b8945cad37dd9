import { randomBytes } from 'node:crypto';

import { v4 as randomId, v7 as uuid } from 'uuid';

import { type Actor, auditEvent } from '#lib/contracts';
import { AppError } from '#lib/errors';

import type { Database } from './database.js';
import { outgoing, writeOutbox } from './outbox.js';
import type { Scope } from './scope.js';
import type { Sql } from './sql.js';
import { KEY_BYTES, type Keyring } from './vault-keyring.js';
import { type DataKey, openWith, sealWith, type SecretContext, unwrapKey, versionOf, wrapKey } from './vault-seal.js';

/** The keys at hand do not fit the database: whoever finds this out at the start does not start. */
export class KeyringUnfit extends AppError {
  readonly kind = 'broken';
  readonly code = 'keyring.unfit';
}

/** A data key is wrapped by a key that this process was not given. It may be the first to be restarted, so: later. */
export class SecretKeyMissing extends AppError {
  readonly kind = 'unavailable';
  readonly code = 'secret-key.missing';
}

/** Altered, moved from another row, or never sealed by this vault. Which of them cannot be told. */
export class SecretUnreadable extends AppError {
  readonly kind = 'broken';
  readonly code = 'secret.unreadable';
}

interface DataKeyRow {
  readonly id: string;
  readonly tenant: string;
  readonly version: number;
  readonly kek_id: string;
  readonly wrapped: Buffer;
}

const COLUMNS = 'id, tenant, version, kek_id, wrapped';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Secrets at rest. Each tenant has a data key that seals its secrets; the data keys lie in the database, wrapped by a
 * key of the keyring, which does not.
 *
 * Nothing is kept in memory but the keyring. `seal` and `open` take a connection of their own: call them before a
 * transaction begins, not inside it.
 */
export class Vault {
  private constructor(
    private readonly database: Database,
    private readonly keyring: Keyring,
  ) {}

  /** Refuses when any data key is wrapped by a key that is missing, or by another key of the same id. */
  static async open(database: Database, keyring: Keyring): Promise<Vault> {
    const samples = await database.rows<DataKeyRow & { keys: number }>(
      `select distinct on (kek_id) ${COLUMNS}, (count(*) over (partition by kek_id))::int as keys
         from tietovirta.data_key order by kek_id, tenant`,
      [],
      { scope: { acrossTenants: 'every data key must be within reach before any is used' } },
    );
    const faults = samples.flatMap((row) => {
      const fault = faultOf(keyring, row);
      return fault === null ? [] : [`'${row.kek_id}' ${fault} (${row.keys} data keys need it)`];
    });
    if (faults.length === 0) return new Vault(database, keyring);
    throw new KeyringUnfit(`SECRET_KEYS does not fit the database: ${faults.join('; ')}`);
  }

  /** The secret as bytes that open for this context only. */
  async seal(context: SecretContext, secret: Buffer | string): Promise<Buffer> {
    const own = normal(context);
    const row = await this.database.transaction((sql) => this.#newest(sql, own.tenant), {
      scope: scopeOf(own.tenant),
    });
    return sealWith(this.#unwrapped(row), own, secret);
  }

  /** The secret that was sealed for this context; throws {@link SecretUnreadable} for any other bytes. */
  async open(context: SecretContext, sealed: Buffer): Promise<Buffer> {
    const own = normal(context);
    const version = versionOf(sealed);
    const [row] = await this.database.rows<DataKeyRow>(
      `select ${COLUMNS} from tietovirta.data_key where tenant = $1 and version = $2::bigint`,
      [own.tenant, version],
      { scope: scopeOf(own.tenant) },
    );
    const secret = row ? openWith(this.#unwrapped(row), own, sealed) : null;
    if (secret === null) throw new SecretUnreadable('A stored secret cannot be read');
    return secret;
  }

  /**
   * Wraps up to `batch` data keys with the current key, as one transaction with its audit event, and returns how many.
   * At 0 nothing is left that this call could take: secrets need no change, and go on being sealed and opened meanwhile.
   */
  async rewrap(by: Actor, batch = 200): Promise<number> {
    const { current } = this.keyring;
    return this.database.transaction(
      async (sql) => {
        const rows = await sql.rows<DataKeyRow>(
          `select ${COLUMNS} from tietovirta.data_key where kek_id <> $1
            order by tenant, version limit $2 for update skip locked`,
          [current, batch],
        );
        if (rows.length === 0) return 0;
        const wrapped = rows.map((row) => this.#wrap({ ...row, kekId: current }, this.#unwrapped(row).key));
        await sql.rows(
          `update tietovirta.data_key as data_key set kek_id = $1, wrapped = moved.wrapped
             from unnest($2::uuid[], $3::bytea[]) as moved (id, wrapped) where data_key.id = moved.id`,
          [current, rows.map(({ id }) => id), wrapped],
        );
        await tell(sql, by, { dataKeys: rows.length, from: [...new Set(rows.map((row) => row.kek_id))], to: current });
        return rows.length;
      },
      { scope: { acrossTenants: 'a key of the keyring wraps data keys of every environment' } },
    );
  }

  /** All that {@link rewrap} can take, batch by batch; how many that was. */
  async rewrapAll(by: Actor): Promise<number> {
    let all = 0;
    let some: number;
    do {
      some = await this.rewrap(by);
      all += some;
    } while (some > 0);
    return all;
  }

  /** The tenant's newest data key; its first one is made here. */
  async #newest(sql: Sql, tenant: string): Promise<DataKeyRow> {
    const read = async (): Promise<DataKeyRow | undefined> => {
      const [row] = await sql.rows<DataKeyRow>(
        `select ${COLUMNS} from tietovirta.data_key where tenant = $1 order by version desc limit 1`,
        [tenant],
      );
      return row;
    };
    const standing = await read();
    if (standing) return standing;
    const made = { id: randomId(), tenant, version: 1, kekId: this.keyring.current };
    // Two first secrets at once: the loser waits here for the winner's commit, and reads the winner's key.
    await sql.rows(
      `insert into tietovirta.data_key (id, tenant, version, kek_id, wrapped)
       values ($1, $2, $3, $4, $5) on conflict (tenant, version) do nothing`,
      [made.id, tenant, made.version, made.kekId, this.#wrap(made, randomBytes(KEY_BYTES))],
    );
    const first = await read();
    if (!first) throw new Error('A data key that was just made is not there');
    return first;
  }

  #wrap(context: Parameters<typeof wrapKey>[1], key: Buffer): Buffer {
    return wrapKey(keyOf(this.keyring, context.kekId), context, key);
  }

  #unwrapped(row: DataKeyRow): DataKey {
    const key = unwrap(this.keyring, row);
    if (key === null) throw new SecretUnreadable('A data key cannot be read', { kekId: row.kek_id });
    return { id: row.id, version: row.version, key };
  }
}

function keyOf({ keys }: Keyring, kekId: string): Buffer {
  const kek = keys.get(kekId);
  if (!kek) throw new SecretKeyMissing('A key of SECRET_KEYS is not at hand', { kekId });
  return kek;
}

const unwrap = (keyring: Keyring, row: DataKeyRow): Buffer | null =>
  unwrapKey(keyOf(keyring, row.kek_id), { ...row, kekId: row.kek_id }, row.wrapped);

function faultOf(keyring: Keyring, row: DataKeyRow): string | null {
  if (!keyring.keys.has(row.kek_id)) return 'is missing';
  return unwrap(keyring, row) === null ? 'is another key than the one that was used under this id' : null;
}

/** An id is the same id in capitals; nothing else is. */
function normal({ tenant, subject, field }: SecretContext): SecretContext {
  if (tenant === '' || subject === '' || field === '') throw new TypeError('A secret has a tenant, a subject, a field');
  const id = tenant.toLowerCase();
  return { tenant: UUID.test(id) ? id : tenant, subject, field };
}

const scopeOf = (tenant: string): Scope =>
  UUID.test(tenant) ? { tenant } : { acrossTenants: 'a data key of the installation, which no environment owns' };

async function tell(sql: Sql, actor: Actor, details: Record<string, unknown>): Promise<void> {
  const [clock] = await sql.rows<{ now: string }>('select clock_timestamp() as now');
  const event = {
    eventId: uuid(),
    environmentId: null,
    occurredAt: new Date(clock?.now ?? '').toISOString(),
    action: 'secrets.rewrapped' as const,
    outcome: 'success' as const,
    actor,
    details,
  };
  await writeOutbox(sql, [outgoing(auditEvent, event)]);
}
