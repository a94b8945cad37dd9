import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { LinkedCompany } from '../scripts/local/local-linked-systems.ts';
import { closedLoop } from './arrivals.ts';
import type { Ground } from './ground.ts';
import { type BenchCompany, onboardFirm } from './partner.ts';

/** What a link that moves customers to Netvisor acts under. */
const RIGHTS = [{ stream: 'severa-asiakasrekisteri', direction: 'import' }] as const;

/** Requests to the sandboxes' control routes at once. */
const AT_ONCE = 8;

/** A company that both systems have, linked and in use. */
export type LinkedBenchCompany = BenchCompany & LinkedCompany;

const built = <Module>(file: string): Promise<Module> =>
  import(new URL(`../dist/${file}.js`, import.meta.url).href) as Promise<Module>;

/**
 * Companies whose customers are kept in Severa, with the same customers in both systems and a link that is in use. What
 * a person would do in each company's onboarding is written straight into the database.
 */
export async function linkCompanies(
  ground: Ground,
  size: { readonly firms: number; readonly companiesOfFirm: number; readonly records: number },
): Promise<LinkedBenchCompany[]> {
  const { linked } = ground.installation;
  if (!linked) throw new Error('The installation has no stand-in of Severa and Netvisor');
  const onboarded: BenchCompany[] = [];
  for (let firm = 0; firm < size.firms; firm += 1) {
    onboarded.push(...(await onboardFirm(ground.operator, size.companiesOfFirm, { rights: RIGHTS })));
  }
  const companies: LinkedBenchCompany[] = [];
  await closedLoop(onboarded.length, AT_ONCE, async (index) => {
    const company = onboarded[index]!;
    const inBoth = await linked.addCompany(`Asiakas ${index} Oy`, `${1_000_000 + index}-0`);
    await addCustomers(linked, inBoth, size.records);
    companies[index] = { ...company, ...inBoth };
  });
  await writeLinks(ground, companies);
  return companies;
}

/** The same in both, so that to meet them for the first time changes nothing. */
async function addCustomers(
  { severa, netvisor }: NonNullable<Ground['installation']['linked']>,
  { organisationId, severa: { clientId } }: LinkedCompany,
  records: number,
): Promise<void> {
  const seeds = Array.from({ length: records }, (_, index) => ({ number: index + 1 }));
  const made = await severa.tell<Record<'number' | 'name' | 'vatNumber' | 'email', string>[]>(
    'POST',
    `organisations/${clientId}/customers`,
    seeds,
  );
  await netvisor.tell(
    'POST',
    `companies/${organisationId}/customers`,
    made.map(({ number, name, vatNumber, email }) => ({
      fields: {
        internalidentifier: String(number),
        externalidentifier: vatNumber,
        name,
        email,
        streetaddress: 'Esimerkkikatu 1',
        postnumber: '00100',
        city: 'Helsinki',
        country: 'FI',
      },
    })),
  );
}

async function writeLinks({ pool, databaseUrl, directory }: Ground, companies: readonly LinkedBenchCompany[]) {
  const { linkSettingsBody } = await built<typeof import('../libs/contracts/src/index.js')>('libs/contracts/src/index');
  const { Database, secretKeys, Vault } =
    await built<typeof import('../libs/store/src/index.js')>('libs/store/src/index');
  const columns = (of: (company: LinkedBenchCompany) => unknown) => companies.map(of);
  await pool.query(
    `insert into severa.link (environment_id, company_id, partner_user_id, organisation_id, netvisor_host, language,
                              settings, changed_by, state, check_at)
     select e, c, p, o, 'training', 'FI', $5, 'bench', 'active', now() + interval '1 day'
       from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[]) as t (e, c, p, o)`,
    [
      columns(({ environmentId }) => environmentId),
      columns(({ id }) => id),
      columns(({ partner }) => partner.id),
      columns(({ organisationId }) => organisationId),
      JSON.stringify(linkSettingsBody.parse({ customers: 'to-netvisor', products: 'none' })),
    ],
  );
  const database = await Database.open({ url: databaseUrl, name: 'bench' });
  try {
    const vault = await Vault.open(database, secretKeys.parse(readFileSync(join(directory, 'secret-keys'), 'utf8')));
    await closedLoop(companies.length, AT_ONCE, async (index) => {
      const { id, environmentId, severa, netvisor } = companies[index]!;
      for (const [system, identity, secret] of [
        ['severa', severa.clientId, severa.clientSecret],
        ['netvisor', netvisor.customerId, netvisor.customerKey],
      ] as const) {
        const sealed = await vault.seal({ tenant: environmentId, subject: id, field: system }, secret);
        await pool.query(
          `insert into severa.credential (environment_id, company_id, system, identity, sealed, saved_by)
           values ($1, $2, $3, $4, $5, 'bench')`,
          [environmentId, id, system, identity, sealed],
        );
      }
    });
  } finally {
    await database.close();
  }
}

/** Every customer of these companies is changed in Severa. */
export async function changeCustomers(
  { installation }: Ground,
  companies: readonly LinkedBenchCompany[],
  website: string,
): Promise<void> {
  await closedLoop(companies.length, AT_ONCE, (index) =>
    installation.linked!.severa.tell('PATCH', `organisations/${companies[index]!.severa.clientId}/customers`, {
      website,
    }),
  );
}
