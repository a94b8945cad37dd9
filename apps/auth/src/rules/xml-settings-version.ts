import type { Keeper, XmlSettings } from '#lib/contracts';
import type { Sql } from '#lib/store';

import { RuleSubjectAbsent } from '../errors.js';
import { XML_SETTINGS_COLUMNS, xmlSettingsOf, type XmlSettingsRow } from '../xml-settings-row.js';

/** The settings of a company as they were once saved. */
export interface XmlSettingsVersion {
  readonly version: number;
  readonly at: string;
  /** `null`: it was saved before versions were kept. */
  readonly by: Keeper | null;
  /** The version that was put back, when this is one. */
  readonly restored: number | null;
  readonly settings: XmlSettings;
}

export interface SettingsPlace {
  readonly environmentId: string;
  readonly companyId: string;
}

const NAMES = XML_SETTINGS_COLUMNS.replaceAll('x.', '');

/** Keeps what stands now as the next version of each company's settings, in the transaction that made it stand. */
export async function keepXmlSettings(
  sql: Sql,
  environmentId: string,
  companyIds: readonly string[],
  { by, restored }: { readonly by: Keeper; readonly restored?: number | undefined },
): Promise<void> {
  await sql.rows(
    `insert into auth.xml_settings_version (environment_id, company_id, no, actor, restored, ${NAMES})
     select x.environment_id, x.company_id,
            1 + coalesce((select max(v.no) from auth.xml_settings_version v
                           where v.environment_id = x.environment_id and v.company_id = x.company_id), 0),
            $3, $4, ${XML_SETTINGS_COLUMNS}
       from auth.xml_settings x where x.environment_id = $1 and x.company_id = any($2::uuid[])`,
    [environmentId, companyIds, JSON.stringify({ kind: by.kind, id: by.id }), restored ?? null],
  );
}

/** Versions of a company's settings below `before`, the newest first. */
export async function xmlSettingsVersions(
  sql: Sql,
  { environmentId, companyId }: SettingsPlace,
  { before, limit }: { readonly before: number | undefined; readonly limit: number },
): Promise<readonly XmlSettingsVersion[]> {
  const rows = await sql.rows<VersionRow>(
    `select x.no, x.at, x.actor, x.restored, ${XML_SETTINGS_COLUMNS} from auth.xml_settings_version x
      where x.environment_id = $1 and x.company_id = $2 and ($3::int is null or x.no < $3)
      order by x.no desc limit $4`,
    [environmentId, companyId, before ?? null, limit],
  );
  return rows.map(versionOf);
}

/** One of them. Throws when the company has no such version. */
export async function xmlSettingsVersion(sql: Sql, place: SettingsPlace, version: number): Promise<XmlSettingsVersion> {
  const [found] = await xmlSettingsVersions(sql, place, { before: version + 1, limit: 1 });
  if (found?.version !== version) throw new RuleSubjectAbsent('xml-settings-version.absent');
  return found;
}

interface VersionRow extends XmlSettingsRow {
  readonly no: number;
  readonly at: string;
  readonly actor: Keeper | null;
  readonly restored: number | null;
}

const versionOf = (row: VersionRow): XmlSettingsVersion => ({
  version: row.no,
  at: new Date(row.at).toISOString(),
  by: row.actor,
  restored: row.restored,
  // A version is kept of settings that stand, which are never half.
  settings: xmlSettingsOf(row)!,
});
