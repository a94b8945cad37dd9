import { createHash } from 'node:crypto';

import { closeOnboarding, type OnboardingRow, type OnboardingView, openOnboarding, saveTemplate } from '#lib/contracts';

import type { AuthUnderTest } from '../auth.spec-support.js';
import { TemplateBook } from '../templates/template-book.js';
import { OnboardingWork } from './onboarding-work.js';
import { Onboardings } from './onboardings.js';

const MAIN_USER = { kind: 'person', id: '0190a7c0-0000-7000-8000-0000000000aa' } as const;
const QUIET = { nudge: () => undefined };
const PART = 256 * 1024;

/** The onboarding of one environment, over the database of {@link AuthUnderTest} and without the bus. */
export class OnboardingUnderTest {
  readonly onboardings: Onboardings;
  readonly templates: TemplateBook;
  readonly work: OnboardingWork;
  readonly within;

  constructor(
    readonly auth: AuthUnderTest,
    readonly environmentId: string,
  ) {
    this.onboardings = new Onboardings(auth.database, QUIET);
    this.templates = new TemplateBook(auth.database, QUIET);
    this.work = new OnboardingWork(auth.database, QUIET);
    this.within = { by: MAIN_USER, environmentId, address: '192.0.2.7' };
  }

  static async start(auth: AuthUnderTest): Promise<OnboardingUnderTest> {
    return new OnboardingUnderTest(auth, await auth.environment());
  }

  key(onboardingId: string): { readonly environmentId: string; readonly onboardingId: string } {
    return { environmentId: this.environmentId, onboardingId };
  }

  /** Sends a file and lets it be tried. */
  async tried(
    file: string | Buffer,
    form: 'csv' | 'xlsx' = 'csv',
    charset: string | null = null,
  ): Promise<OnboardingView> {
    const bytes = Buffer.from(file);
    const onboardingId = await this.onboardings.open(openOnboarding.ask.parse({ ...this.within, form, charset }));
    const parts = Math.ceil(bytes.length / PART);
    for (let no = 0; no < parts; no += 1) {
      const data = bytes.subarray(no * PART, (no + 1) * PART).toString('base64');
      await this.onboardings.part({ ...this.key(onboardingId), no, data });
    }
    const sha256 = createHash('sha256').update(bytes).digest('base64');
    const ask = { ...this.within, onboardingId, parts, sha256 };
    await this.onboardings.close(closeOnboarding.ask.parse(ask));
    return this.worked(onboardingId);
  }

  /** The onboarding once nothing is left to do for it. */
  async worked(onboardingId: string): Promise<OnboardingView> {
    await this.work.run(this.key(onboardingId));
    return this.onboardings.read(this.key(onboardingId));
  }

  commit({ id, mark }: OnboardingView, allOrNothing = false): Promise<OnboardingView> {
    return this.onboardings.commit({ ...this.within, onboardingId: id, ifMark: mark ?? '', allOrNothing });
  }

  async committed(view: OnboardingView, allOrNothing = false): Promise<OnboardingView> {
    await this.commit(view, allOrNothing);
    return this.worked(view.id);
  }

  /** A file, from its sending to its end. */
  async onboarded(file: string | Buffer): Promise<OnboardingView> {
    return this.committed(await this.tried(file));
  }

  async rows({ id }: OnboardingView, language: 'fi' | 'sv' | 'en' = 'en'): Promise<OnboardingRow[]> {
    const rows: OnboardingRow[] = [];
    for (let after: number | null = 0; after !== null;) {
      const page = await this.onboardings.rows({ ...this.key(id), after, limit: 200, language });
      rows.push(...page.rows);
      after = page.next;
    }
    return rows;
  }

  async template(name: string, template: object, ifMark: string | null = null): Promise<string> {
    return this.templates.save(saveTemplate.ask.parse({ ...this.within, name, template, ifMark }));
  }

  /** The environment's companies, by Fivaldi number. */
  companies(): Promise<
    {
      readonly fivaldi_number: string;
      readonly name: string;
      readonly business_id: string | null;
      readonly company_id: string;
    }[]
  > {
    return this.auth.database.rows(
      `select company_id, fivaldi_number, name, business_id from auth.company
        where environment_id = $1 order by fivaldi_number`,
      [this.environmentId],
      { scope: { tenant: this.environmentId } },
    );
  }
}

/** Lines of a file, as they would be written on Windows. */
export const csv = (...lines: readonly string[]): string => `${lines.join('\r\n')}\r\n`;

/** So many companies that are in order, numbered from `first`. */
export const manyCompanies = (count: number, first = 1): string =>
  csv('Yritys;Fivaldi-numero', ...Array.from({ length: count }, (_, n) => `Asiakas ${n + first} Oy;${n + first}`));
