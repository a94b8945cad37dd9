import type { z } from 'zod';

import { type checkLink, type saveLinkCredentials } from '#lib/contracts';
import type { Database } from '#lib/store';

import { lightOf } from './check.js';
import type { Checks, LinkChecks } from './checks.js';
import type { CredentialBook } from './credentials.js';
import { type Asker, auditLink, type Where } from './link-audit.js';

/** Where people give credentials and have them tested. */
export class CredentialDesk {
  constructor(
    private readonly database: Database,
    private readonly book: CredentialBook,
    private readonly checks: LinkChecks,
    private readonly nudge: () => void,
  ) {}

  async save(asked: z.output<typeof saveLinkCredentials.ask>): Promise<Checks> {
    await this.book.save(asked);
    return this.test(asked);
  }

  async test(asked: z.output<typeof checkLink.ask> | (Where & Asker)): Promise<Checks> {
    const { environmentId, companyId, by, address } = asked;
    const checks = await this.checks.test({ environmentId, companyId });
    const lights = { severa: lightOf(checks.severa), netvisor: lightOf(checks.netvisor) };
    await this.database.transaction(
      (sql) => auditLink(sql, { environmentId, companyId }, { by, address }, 'link.checked', lights),
      { scope: { tenant: environmentId } },
    );
    this.nudge();
    return checks;
  }
}
