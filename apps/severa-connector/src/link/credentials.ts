import type { z } from 'zod';

import { type LinkCredentials, linkSettingsBody, type saveLinkCredentials } from '#lib/contracts';
import type { Database, SecretContext, Vault } from '#lib/store';
import type { NetvisorCredentials, SeveraCredentials } from '#lib/upstream';

import type { Credentials as TurnCredentials } from '../engine/line.js';
import { PauseLink } from '../engine/stop.js';
import type { Credential } from './check.js';
import { auditLink, type Where } from './link-audit.js';
import { linkAbsent } from './link-refused.js';
import { type Moving, scopesOf } from './resources.js';

type Save = z.output<typeof saveLinkCredentials.ask>;

/** What a link signs in with; `null`: nobody has given it. */
export interface OpenCredentials {
  readonly severa: SeveraCredentials | null;
  /** Severa's older key. */
  readonly severaKey: string | null;
  readonly netvisor: NetvisorCredentials | null;
}

interface LinkRow {
  readonly organisation_id: string;
  readonly netvisor_host: NetvisorCredentials['host'];
  readonly language: NetvisorCredentials['language'];
  readonly settings: unknown;
  readonly credentials: readonly { system: Credential; identity: string | null; sealed: string }[];
}

/**
 * The credentials [tunnistautumistiedot] of links. Secrets are sealed for their environment, company and system, and
 * opened only to be used: nothing here shows or logs one.
 */
export class CredentialBook {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly flows: readonly Moving[],
  ) {}

  /**
   * Seals and stores, or takes away; what was known of the ones before is forgotten. A link that has stood still stays so
   * till tested.
   */
  async save({ environmentId, companyId, by, address, credentials }: Save): Promise<void> {
    const where = { environmentId, companyId };
    const { system } = credentials;
    const { identity, secret } = partsOf(credentials);
    const sealed = secret === null ? null : await this.vault.seal(contextOf(where, system), secret);
    await this.database.transaction(
      async (sql) => {
        const column = system === 'netvisor' ? 'netvisor_check' : 'severa_check';
        const linked = await sql.rows(
          `update severa.link
              set ${column} = case when ${column} is null then null else jsonb_set(${column}, '{parts}', coalesce(
                    (select jsonb_agg(part) from jsonb_array_elements(${column} -> 'parts') part
                      where part ->> 'credential' <> $3), '[]')) end
            where environment_id = $1 and company_id = $2 returning 1`,
          [environmentId, companyId, system],
        );
        if (linked.length === 0) throw linkAbsent();
        await sql.rows(
          sealed === null
            ? 'delete from severa.credential where environment_id = $1 and company_id = $2 and system = $3'
            : PUT,
          [environmentId, companyId, system, ...(sealed === null ? [] : [identity, sealed, `${by.kind}:${by.id}`])],
        );
        const details = { system, identity, ...(sealed === null && { removed: true }) };
        await auditLink(sql, where, { by, address }, 'link.credentials-saved', details);
      },
      { scope: { tenant: environmentId } },
    );
  }

  /** For a turn of the engine; throws {@link PauseLink} where some are missing. */
  async forTurn(environmentId: string, companyId: string): Promise<TurnCredentials> {
    const { severa, netvisor } = await this.of({ environmentId, companyId });
    if (!severa) throw new PauseLink('severa-credentials-missing', 'severa', '');
    if (!netvisor) throw new PauseLink('netvisor-credentials-missing', 'netvisor', '');
    return { severa, netvisor };
  }

  /** Opened, with the scopes that the link's settings need; throws when the company is not linked. */
  async of({ environmentId, companyId }: Where): Promise<OpenCredentials> {
    const [link] = await this.database.rows<LinkRow>(
      `select organisation_id, netvisor_host, language, settings,
              coalesce((select jsonb_agg(jsonb_build_object('system', system, 'identity', identity,
                                                            'sealed', encode(sealed, 'base64')))
                 from severa.credential c
                where c.environment_id = $1 and c.company_id = $2), '[]') as credentials
         from severa.link where environment_id = $1 and company_id = $2`,
      [environmentId, companyId],
      { scope: { tenant: environmentId } },
    );
    if (!link) throw linkAbsent();
    const opened = await Promise.all(
      (['severa', 'severa-key', 'netvisor'] as const).map(async (system) => {
        const stored = link.credentials.find((one) => one.system === system);
        if (!stored) return null;
        const sealed = Buffer.from(stored.sealed, 'base64');
        const secret = await this.vault.open(contextOf({ environmentId, companyId }, system), sealed);
        return { identity: stored.identity ?? '', secret: secret.toString('utf8') };
      }),
    );
    const [severa = null, key = null, netvisor = null] = opened;
    const scopes = scopesOf(this.flows, linkSettingsBody.parse(link.settings));
    return {
      severa: severa && { clientId: severa.identity, clientSecret: severa.secret, scopes },
      severaKey: key && key.secret,
      netvisor: netvisor && {
        host: link.netvisor_host,
        customerId: netvisor.identity,
        customerKey: netvisor.secret,
        organisationId: link.organisation_id,
        language: link.language,
      },
    };
  }
}

const PUT = `
  insert into severa.credential (environment_id, company_id, system, identity, sealed, saved_by)
  values ($1, $2, $3, $4, $5, $6)
  on conflict (environment_id, company_id, system) do update
     set identity = $4, sealed = $5, saved_by = $6, saved_at = clock_timestamp()`;

const contextOf = ({ environmentId, companyId }: Where, system: Credential): SecretContext => ({
  tenant: environmentId,
  subject: companyId,
  field: system,
});

/** What may be shown of credentials, and what may not. */
function partsOf(credentials: LinkCredentials): { readonly identity: string | null; readonly secret: string | null } {
  switch (credentials.system) {
    case 'severa':
      return { identity: credentials.clientId, secret: credentials.clientSecret };
    case 'severa-key':
      return { identity: null, secret: credentials.key };
    case 'netvisor':
      return { identity: credentials.customerId, secret: credentials.customerKey };
  }
}
