import { randomBytes, randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { createTestDatabase, type TestDatabase } from '#lib/testing';

import { Database } from './database.js';
import { KeyringUnfit, SecretKeyMissing, SecretUnreadable, Vault } from './vault.js';
import type { Keyring } from './vault-keyring.js';

const [k1, k2] = [randomBytes(32), randomBytes(32)];
const keyring = (current: string, ...keys: [string, Buffer][]): Keyring => ({ keys: new Map(keys), current });
const onlyOld = keyring('k1', ['k1', k1]);
const both = keyring('k2', ['k2', k2], ['k1', k1]);
const onlyNew = keyring('k2', ['k2', k2]);

const job = { kind: 'service', id: 'auth' } as const;
const INSTALLATION = 'installation';
const contextOf = (tenant: string = randomUUID()) => ({ tenant, subject: randomUUID(), field: 'totp' });

describe('the vault', () => {
  let test: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    test = await createTestDatabase();
    database = await Database.open({ url: test.url, name: 'vault.spec', poolSize: 8 });
  });
  afterAll(async () => {
    await database.close();
    await test.drop();
  });
  beforeEach(() => database.rows('truncate tietovirta.data_key, bus.outbox'));

  const wrappedBy = async (): Promise<string[]> =>
    (
      await database.rows<{ kek_id: string }>('select kek_id from tietovirta.data_key order by kek_id', [], {
        scope: { acrossTenants: 'a test counts' },
      })
    ).map((row) => row.kek_id);

  it.each([randomUUID(), INSTALLATION])('gives back what was sealed for %s', async (tenant) => {
    const vault = await Vault.open(database, onlyOld);
    const context = contextOf(tenant);
    const sealed = await vault.seal(context, 'JBSWY3DPEHPK3PXP');
    expect(sealed.toString('latin1')).not.toContain('JBSWY3DPEHPK3PXP');
    expect((await vault.open(context, sealed)).toString()).toBe('JBSWY3DPEHPK3PXP');
  });

  it('opens a secret for nobody and nothing else, not even when the tenants share the database', async () => {
    const vault = await Vault.open(database, onlyOld);
    const [ours, theirs] = [contextOf(), contextOf()];
    const [sealed] = [await vault.seal(ours, 'secret'), await vault.seal(theirs, 'secret')];
    const strangers = [
      theirs,
      { ...ours, tenant: theirs.tenant },
      { ...ours, subject: theirs.subject },
      { ...ours, field: 'api-key' },
      { ...ours, tenant: randomUUID() },
      { ...ours, tenant: INSTALLATION },
    ];
    for (const context of strangers) await expect(vault.open(context, sealed)).rejects.toThrow(SecretUnreadable);
    await expect(vault.open(ours, Buffer.from('never sealed by anybody, and long enough'))).rejects.toThrow(
      SecretUnreadable,
    );
  });

  it('makes one data key for a tenant, whoever comes first', async () => {
    const vault = await Vault.open(database, onlyOld);
    const context = contextOf();
    const sealed = await Promise.all(Array.from({ length: 16 }, (_, nth) => vault.seal(context, `secret ${nth}`)));
    expect(await wrappedBy()).toEqual(['k1']);
    const opened = await Promise.all(sealed.map((one) => vault.open(context, one)));
    expect(opened.map(String)).toEqual(sealed.map((_, nth) => `secret ${nth}`));
  });

  it('does not open without a key that is in use, nor with another one under its id, and shows neither', async () => {
    const vault = await Vault.open(database, onlyOld);
    await Promise.all([vault.seal(contextOf(), 'a'), vault.seal(contextOf(), 'b')]);
    const missing = Vault.open(database, onlyNew);
    await expect(missing).rejects.toThrow(KeyringUnfit);
    await expect(missing).rejects.toThrow(`'k1' is missing (2 data keys need it)`);
    const mixedUp = Vault.open(database, keyring('k1', ['k1', k2]));
    await expect(mixedUp).rejects.toThrow(`'k1' is another key`);
    await expect(mixedUp).rejects.not.toThrow(k2.toString('base64'));
  });

  it('lets a running process wait for a key that another was given first', async () => {
    const [late, early] = [await Vault.open(database, onlyOld), await Vault.open(database, both)];
    const context = contextOf();
    const sealed = await early.seal(context, 'secret');
    await expect(late.open(context, sealed)).rejects.toThrow(SecretKeyMissing);
    expect((await early.open(context, sealed)).toString()).toBe('secret');
  });

  it('changes its key in batches, each with its audit event, and the old key can then be taken away', async () => {
    const before = await Vault.open(database, onlyOld);
    const contexts = Array.from({ length: 5 }, () => contextOf());
    const sealed = await Promise.all(contexts.map((context) => before.seal(context, context.subject)));

    const during = await Vault.open(database, both);
    expect([await during.rewrap(job, 3), await during.rewrap(job, 3), await during.rewrap(job, 3)]).toEqual([3, 2, 0]);
    expect(await wrappedBy()).toEqual(Array.from({ length: 5 }, () => 'k2'));
    const events = await database.rows<{ data: unknown }>('select data from bus.outbox order by id');
    expect(events.map(({ data }) => data)).toMatchObject(
      [3, 2].map((dataKeys) => ({
        action: 'secrets.rewrapped',
        actor: job,
        environmentId: null,
        details: { dataKeys, from: ['k1'], to: 'k2' },
      })),
    );

    const after = await Vault.open(database, onlyNew);
    const opened = await Promise.all(contexts.map((context, nth) => after.open(context, sealed[nth]!)));
    expect(opened.map(String)).toEqual(contexts.map(({ subject }) => subject));
  });

  it('leaves a data key as it was when it cannot tell of the change', async () => {
    await (await Vault.open(database, onlyOld)).seal(contextOf(), 'secret');
    const nameless = { kind: 'service', id: '' } as const;
    await expect((await Vault.open(database, both)).rewrap(nameless)).rejects.toThrow();
    expect(await wrappedBy()).toEqual(['k1']);
  });

  it('loses nothing while its key is changed under load', async () => {
    const tenants = Array.from({ length: 20 }, () => randomUUID());
    const kept: { context: ReturnType<typeof contextOf>; sealed: Buffer; secret: string }[] = [];
    const old = await Vault.open(database, keyring('k1', ['k1', k1], ['k2', k2]));
    const current = await Vault.open(database, both);
    let changing = true;
    const worker = async (vault: Vault): Promise<void> => {
      for (let turn = 0; changing || turn < 40; turn += 1) {
        const context = contextOf(tenants[turn % tenants.length]);
        const secret = randomUUID();
        kept.push({ context, secret, sealed: await vault.seal(context, secret) });
        const one = kept[Math.floor(Math.random() * kept.length)]!;
        expect((await vault.open(one.context, one.sealed)).toString()).toBe(one.secret);
      }
    };
    // The key goes forth and back, as when two keyrings are out at once.
    const change = async (): Promise<void> => {
      for (let turn = 0; turn < 20; turn += 1) {
        while ((await current.rewrap(job, 4)) > 0);
        while ((await old.rewrap(job, 4)) > 0);
      }
      changing = false;
    };
    await Promise.all([worker(old), worker(current), worker(old), worker(current), change()]);
    expect(await current.rewrapAll(job)).toBe(tenants.length);

    const after = await Vault.open(database, onlyNew);
    expect(kept.length).toBeGreaterThanOrEqual(160);
    for (const { context, sealed, secret } of kept) {
      expect((await after.open(context, sealed)).toString()).toBe(secret);
    }
  });
});
