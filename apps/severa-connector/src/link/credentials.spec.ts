import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { until } from '#lib/testing';
import type { NetvisorReply } from '#lib/upstream';

import { ASKER, LinksUnderTest, listOf } from './link.spec-support.js';

let room: LinksUnderTest;
let organisationId: string;
beforeAll(async () => {
  room = await LinksUnderTest.open();
});
afterAll(() => room.close());
beforeEach(async () => {
  room.moveOn();
  Object.assign(room.systems, {
    severaReply: { as: 'ok', status: 204, body: undefined, nextPageToken: null },
    keyReply: { as: 'ok', version: '1' },
    netvisorReply: () => Promise.resolve(listOf([])),
    atOnce: 0,
  });
  room.systems.calls.length = 0;
  organisationId = randomBytes(8).toString('hex');
  await room.save(null, { organisationId, settings: { customers: 'to-netvisor' } });
});

const SEVERA = { system: 'severa', clientId: 'client-1', clientSecret: 'very secret indeed' } as const;
const KEY = { system: 'severa-key', key: 'k;=&<y 32' } as const;
const NETVISOR = { system: 'netvisor', customerId: 'N_1', customerKey: 'another secret' } as const;
const unauthorised: NetvisorReply = {
  as: 'unauthorised',
  text: 'Integraatioavaimet eivät kelpaa.',
  transactionId: 't',
};

const row = async (): Promise<Record<string, unknown>> => {
  const { rows } = await room.owner.query<Record<string, unknown>>(
    `select paused, leased_until, check_at, due_at, netvisor_check from severa.link where company_id = $1`,
    [room.where.companyId],
  );
  return rows[0] ?? {};
};

/** The answer comes before the rest is looked at; until then the link is held. */
const lookedAt = () => until(async () => (await row())['leased_until'] === null, { what: 'the link to be given back' });

describe('credentials', () => {
  it('are sealed, shown by their identity alone, and opened with the scopes that the settings need', async () => {
    for (const credentials of [SEVERA, KEY, NETVISOR]) await room.give(credentials);
    expect(await room.credentials.of(room.where)).toEqual({
      severa: { clientId: 'client-1', clientSecret: 'very secret indeed', scopes: ['customers:read', 'settings:read'] },
      severaKey: 'k;=&<y 32',
      netvisor: {
        host: 'production',
        customerId: 'N_1',
        customerKey: 'another secret',
        organisationId,
        language: 'FI',
      },
    });
    const shown = await room.show();
    expect(shown?.credentials).toMatchObject([
      { system: 'severa-key', identity: null },
      { system: 'severa', identity: 'client-1', savedBy: 'person:a1' },
      { system: 'netvisor', identity: 'N_1' },
    ]);
    const { rows } = await room.owner.query<{ sealed: Buffer }>('select sealed from severa.credential');
    const everything = JSON.stringify([shown, await room.audited(), rows.map(({ sealed }) => sealed.toString('utf8'))]);
    for (const secret of ['very secret indeed', 'k;=&<y 32', 'another secret'])
      expect(everything).not.toContain(secret);
  });

  it('say so in the audit log, with what the test said', async () => {
    await room.give(NETVISOR);
    expect((await room.audited()).slice(1)).toMatchObject([
      { action: 'link.credentials-saved', actor: ASKER.by, details: { system: 'netvisor', identity: 'N_1' } },
      { action: 'link.checked', details: { severa: 'none', netvisor: 'green' } },
    ]);
  });

  it('do not open for another company', async () => {
    await room.give(SEVERA);
    const { companyId } = room.where;
    room.moveOn();
    await room.save(null);
    await room.owner.query(
      `insert into severa.credential select $1, $2, system, identity, scopes, sealed, saved_by from severa.credential
        where company_id = $3`,
      [room.where.environmentId, room.where.companyId, companyId],
    );
    await expect(room.credentials.of(room.where)).rejects.toMatchObject({ code: 'secret.unreadable' });
  });

  it('are refused where there is no link', async () => {
    room.moveOn();
    await expect(room.give(SEVERA)).rejects.toMatchObject({ kind: 'absent' });
  });
});

describe('a test of credentials', () => {
  it('is green when both systems let us in', async () => {
    await room.give(SEVERA);
    const checks = await room.give(NETVISOR);
    expect(checks).toMatchObject({
      severa: { parts: [{ credential: 'severa', light: 'green' }] },
      netvisor: { parts: [{ credential: 'netvisor', light: 'green' }] },
    });
    expect((await room.show())?.checks).toMatchObject({ severa: { light: 'green' }, netvisor: { light: 'green' } });
  });

  it.each([
    ['fi', 'Virheellinen Severan API-avain: Yhteyttä ei voida muodostaa. Tarkista API-avain.'],
    ['sv', 'Ogiltig API-nyckel för Severa: Förbindelsen kan inte upprättas. Kontrollera API-nyckeln.'],
    ['en', 'Invalid Severa API key: No connection can be made. Check the API key.'],
  ] as const)(
    'of a wrong key of Severa’s is the yellow triangle with the seed’s words (%s)',
    async (language, what) => {
      await room.give(SEVERA);
      room.systems.keyReply = { as: 'unauthorised', text: 'Access denied' };
      await room.give(KEY);
      expect((await room.show(language))?.checks.severa).toMatchObject({
        light: 'yellow',
        parts: [
          { credential: 'severa', light: 'green', cause: null },
          {
            credential: 'severa-key',
            light: 'yellow',
            cause: { owner: 'severa-user', what },
            message: 'Access denied',
          },
        ],
      });
    },
  );

  it('of wrong identifiers of Netvisor’s is the yellow triangle with the seed’s words', async () => {
    room.systems.netvisorReply = () => Promise.resolve(unauthorised);
    await room.give(NETVISOR);
    expect((await room.show('fi'))?.checks.netvisor).toMatchObject({
      light: 'yellow',
      parts: [
        {
          cause: {
            what: 'Virheelliset Netvisorin tunnistetiedot: Yhteyttä ei voida muodostaa. Tarkista integraatiotunnukset.',
          },
          message: 'Integraatioavaimet eivät kelpaa.',
        },
      ],
    });
  });

  it('forgets what was said of the credentials before', async () => {
    room.systems.netvisorReply = () => Promise.resolve(unauthorised);
    await room.give(NETVISOR);
    room.systems.netvisorReply = () => Promise.resolve({ as: 'unreachable', why: 'away' });
    await room.give({ ...NETVISOR, customerKey: 'new' });
    expect((await room.show())?.checks.netvisor).toMatchObject({
      light: 'none',
      parts: [{ cause: { code: 'netvisor-unreachable' } }],
    });
  });

  it('finds TEMP, and which API resources are open', async () => {
    room.systems.netvisorReply = ({ resource }) =>
      Promise.resolve(
        resource === 'productlist.nv'
          ? { as: 'refused', category: 'SERVICE_ACCESS_ERROR', text: 'no', transactionId: 't' }
          : listOf(['1', 'TEMP']),
      );
    await room.give(NETVISOR);
    await lookedAt();
    expect(await row()).toMatchObject({
      netvisor_check: {
        resources: { 'customerlist.nv': true, 'productlist.nv': false },
        temporary: { customers: true },
      },
      leased_until: null,
    });
  });

  it('speaks to Netvisor when nobody else does, and one call at a time', async () => {
    await room.give(NETVISOR);
    await lookedAt();
    await room.owner.query(`update severa.link set leased_until = now() + interval '1 hour' where company_id = $1`, [
      room.where.companyId,
    ]);
    room.systems.calls.length = 0;
    const { netvisor } = await room.desk.test({ ...room.where, ...ASKER });
    expect(netvisor.parts).toMatchObject([{ light: 'none', cause: 'netvisor-busy' }]);
    expect(room.systems.calls).toEqual([]);
    expect(await row()).toMatchObject({ check_at: expect.anything(), due_at: expect.anything() });
    await room.owner.query(`update severa.link set leased_until = null where company_id = $1`, [room.where.companyId]);
    await Promise.all([1, 2, 3].map(() => room.desk.test({ ...room.where, ...ASKER })));
    expect(room.systems.atOnce).toBe(1);
  });

  it('does not keep a person waiting for an answer that does not come', async () => {
    await room.give(NETVISOR);
    await lookedAt();
    const answer = Promise.withResolvers<NetvisorReply>();
    room.systems.netvisorReply = () => answer.promise;
    const { netvisor } = await room.desk.test({ ...room.where, ...ASKER });
    expect(netvisor.parts).toMatchObject([{ light: 'none', cause: 'netvisor-busy' }]);
    expect(await row()).toMatchObject({ leased_until: expect.anything() });
    answer.resolve(listOf([]));
    await lookedAt();
    expect((await room.show())?.checks.netvisor).toMatchObject({ light: 'green' });
  });

  it('that is green lets a link go on that stood still for it, and no other', async () => {
    const pause = (cause: string) =>
      room.owner.query(`update severa.link set paused = $1, paused_at = now() where company_id = $2`, [
        cause,
        room.where.companyId,
      ]);
    await pause('severa-key-invalid');
    await room.give(NETVISOR);
    expect(await row()).toMatchObject({ paused: 'severa-key-invalid' });
    await room.give(SEVERA);
    expect(await row()).toMatchObject({ paused: null, due_at: expect.anything() });
    expect(await room.audited()).toContainEqual(
      expect.objectContaining({
        action: 'link.resumed',
        actor: { kind: 'service', id: 'severa-connector' },
        details: { cause: 'severa-key-invalid' },
      }),
    );
  });

  it('says that nothing was given to test', async () => {
    expect(await room.desk.test({ ...room.where, ...ASKER })).toMatchObject({
      severa: { parts: [{ light: 'none', cause: 'severa-credentials-missing' }] },
      netvisor: { parts: [{ light: 'none', cause: 'netvisor-credentials-missing' }] },
    });
  });
});
