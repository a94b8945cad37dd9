import type { z } from 'zod';

import type {
  listXmlSettingsVersions,
  previewXmlSettings,
  restoreXmlSettings,
  saveXmlSettings,
  showXmlSettings,
  showXmlSettingsVersion,
} from '#lib/contracts';
import { type DestructiveChoice, newlyDestructive, type XmlChoices } from '#lib/policy';
import { type Database, type Sql, sqlOf } from '#lib/store';

import { ConfirmationMissing } from '../errors.js';
import type { RuleBook } from '../rule-book.js';
import { requireMark, ruleMark } from '../rule-mark.js';
import { requireText } from '../rules/rule-fault.js';
import { putXmlSettings } from '../rules/xml-settings.js';
import { type SettingsPlace, xmlSettingsVersion, xmlSettingsVersions } from '../rules/xml-settings-version.js';
import { XML_SETTINGS_COLUMNS, xmlSettingsOf, type XmlSettingsRow } from '../xml-settings-row.js';
import { requireCompany } from './companies.js';
import { recordPreview } from './preview-event.js';

type SaveAsk = z.output<typeof saveXmlSettings.ask>;
type RestoreAsk = z.output<typeof restoreXmlSettings.ask>;
type Shown = z.output<typeof showXmlSettings.answer>;

/** A company's base settings of XML transfers [XML-siirtojen perustiedot], as people keep them. */
export class XmlSettingsBook {
  constructor(
    private readonly database: Database,
    private readonly book: Pick<RuleBook, 'keep'>,
  ) {}

  /** `null` until all four sections are saved. */
  show(ask: z.output<typeof showXmlSettings.ask>): Promise<Shown> {
    return this.#read(ask, (sql) => shown(sql, ask));
  }

  /** Like {@link show}, for somebody who looks at what a change would do. */
  preview(ask: z.output<typeof previewXmlSettings.ask>): Promise<Shown> {
    const { by, address, environmentId, companyId, wished } = ask;
    requireText({ wished });
    return this.#read(ask, async (sql) => {
      const standing = await shown(sql, ask);
      const destructive = newlyDestructive(standing.settings, wished);
      const details = { asked: 'xml-settings', destructive };
      await recordPreview(sql, { by, address, environmentId, companyId, details });
      return standing;
    });
  }

  /** Puts all four sections in place. Refuses a destructive choice that is new and was not confirmed. */
  async save(ask: SaveAsk): Promise<{ mark: string }> {
    requireText({ settings: ask.settings });
    return { mark: await this.#put(ask, () => Promise.resolve({ settings: ask.settings })) };
  }

  /** Puts an earlier version in place, as the newest one; it is a change like any other. */
  async restore(ask: RestoreAsk): Promise<{ mark: string }> {
    const mark = await this.#put(ask, async (sql) => {
      const { settings, version: restored } = await xmlSettingsVersion(sql, ask, ask.version);
      return { settings, restored };
    });
    return { mark };
  }

  versions({ before, limit, ...place }: z.output<typeof listXmlSettingsVersions.ask>) {
    return this.#read(place, async (sql) => {
      const found = await xmlSettingsVersions(sql, place, { before, limit: limit + 1 });
      const versions = found.slice(0, limit).map((one, index) => {
        const older = found[index + 1];
        return { ...one, before: older?.settings ?? null };
      });
      const next = found.length > limit ? (versions.at(-1)?.version ?? null) : null;
      return { versions, next };
    });
  }

  version({ version, ...place }: z.output<typeof showXmlSettingsVersion.ask>) {
    return this.#read(place, (sql) => xmlSettingsVersion(sql, place, version));
  }

  #put(ask: SaveAsk | RestoreAsk, what: (sql: Sql) => Promise<Pick<SaveAsk, 'settings'> & { restored?: number }>) {
    const { by, address, environmentId: within, companyId, confirmed } = ask;
    return this.book.keep({ by, address, within }, `rule xml-settings ${companyId.toLowerCase()}`, async (em) => {
      const sql = sqlOf(em);
      await requireCompany(sql, within, companyId);
      const { settings: standing } = await shown(sql, ask);
      // Before what is said of the wished ones: it was said of what was seen.
      requireMark(ask.ifMark ?? ruleMark(null), standing);
      const { settings, restored } = await what(sql);
      requireConfirmed(standing, settings, confirmed);
      return putXmlSettings(em, companyId, settings, { by, within, ...(restored !== undefined && { restored }) });
    });
  }

  #read<T>(place: SettingsPlace, read: (sql: Sql) => Promise<T>): Promise<T> {
    const { environmentId, companyId } = place;
    return this.database.transaction(
      async (sql) => {
        await requireCompany(sql, environmentId, companyId);
        return read(sql);
      },
      { scope: { tenant: environmentId } },
    );
  }
}

async function shown(sql: Sql, { environmentId, companyId }: SettingsPlace): Promise<Shown> {
  const [row] = await sql.rows<XmlSettingsRow>(
    `select ${XML_SETTINGS_COLUMNS} from auth.xml_settings x where x.environment_id = $1 and x.company_id = $2`,
    [environmentId, companyId],
  );
  const settings = row ? xmlSettingsOf(row) : null;
  return { settings, mark: ruleMark(settings) };
}

function requireConfirmed(
  standing: XmlChoices | null,
  wished: XmlChoices,
  confirmed: readonly DestructiveChoice[],
): void {
  const choices = newlyDestructive(standing, wished).filter((choice) => !confirmed.includes(choice));
  if (choices.length === 0) return;
  throw new ConfirmationMissing(
    'xml-settings.unconfirmed',
    'With these settings an import may destroy what stands in the registers; look at the preview and confirm it',
    { choices },
  );
}
