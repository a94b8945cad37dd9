import type { QuestionClient } from '#lib/bus';
import { signInOnce } from '#lib/contracts';
import type { AppError } from '#lib/errors';
import { neighbourhood } from '#lib/policy';
import type { Language } from '#lib/service';
import type { Database } from '#lib/store';
import { findTransfer, type Transfer } from '#lib/transfers';

import type { GatewayMetrics } from '../gateway-metrics.js';
import type { Credentials, LegacyForm } from './form.js';
import { type ImportParts, LegacyImport, type Sending } from './legacy-import.js';
import { LegacyRefused, type Outcome, outcomeOf, refusalOf } from './outcome.js';
import { Spool } from './spool.js';

/** How often a transfer whose sender waits is looked at, in milliseconds. */
const LOOK = 100;

const LANGUAGE_OF = { FIN: 'fi', SWE: 'sv', ENG: 'en' } as const;

export interface LegacySettings {
  /** How long a sender may send nothing in the middle of a request, in seconds. */
  readonly silence: number;
  /** How long a sender is kept waiting for the end of the transfer, in seconds. */
  readonly wait: number;
  /** For documents that come before user name and password. */
  readonly spoolBytes: number;
  readonly spoolsAtOnce: number;
}

/** What the door is made of. */
export interface DoorParts extends ImportParts {
  readonly database: Database;
  readonly questions: Pick<QuestionClient, 'ask'>;
  readonly metrics: Pick<GatewayMetrics, 'refused'>;
  readonly legacy: LegacySettings;
}

export interface Answered extends Outcome {
  readonly language: Language;
}

type SignedIn = Pick<Sending, 'partnerUserId' | 'companyId' | 'companyNumber' | 'language'>;

/** From a form to its answer: sign in, take the document in, wait for the end of its transfer. */
export class LegacyDoor {
  readonly #imports: LegacyImport;
  readonly #spool: Spool;
  #stopping = false;

  constructor(private readonly parts: DoorParts) {
    const { database, legacy } = parts;
    this.#imports = new LegacyImport(parts);
    this.#spool = new Spool(database, { bytes: legacy.spoolBytes, atOnce: legacy.spoolsAtOnce });
  }

  get settings(): LegacySettings {
    return this.parts.legacy;
  }

  /** Whoever waits is told how far it is, so that the service can stop. */
  stop(): void {
    this.#stopping = true;
  }

  /**
   * Answers in the partner user's language, and in `language` whoever has not signed in: else a message would tell
   * whose user name it was. Throws what is no refusal. `isGone`: nobody waits any more.
   */
  async answer(
    form: LegacyForm,
    from: { readonly address: string | null; readonly language: Language; readonly isGone: () => boolean },
  ): Promise<Answered> {
    let { language } = from;
    try {
      const transferId = await this.take(form, from.address, (signedIn) => (language = signedIn));
      return { ...outcomeOf(await this.settled(transferId, from.isGone), language), language };
    } catch (error) {
      const refusal = refusalOf(error);
      if (!refusal) throw error;
      const { kind, code } = error as AppError;
      this.parts.metrics.refused(kind, code);
      await form.drain();
      return { ...refusal, language };
    }
  }

  /**
   *   the document comes            | it is
   *   ------------------------------+----------------------------------------------------
   *   behind all three fields       | stored in the company's name as it comes
   *   before one of them            | spooled, and read again once its sender is known
   */
  private async take(form: LegacyForm, address: string | null, speak: (language: Language) => void): Promise<string> {
    const from = { address, patient: false };
    const file = await form.file();
    const { credentials } = form;
    if (credentials) {
      const signedIn = await this.signIn(credentials, address, speak);
      const read = () => file.read();
      return this.#imports.take({ ...signedIn, ...from, read, finish: () => form.rest() });
    }
    const { read, discard } = await this.#spool.take(file, neighbourhood(address));
    try {
      const signedIn = await this.signIn(await form.rest(), address, speak);
      const finish = () => Promise.resolve();
      return await this.#imports.take({ ...signedIn, ...from, read, finish });
    } finally {
      await discard();
    }
  }

  private async signIn(
    { userName, password, company }: Credentials,
    address: string | null,
    speak: (language: Language) => void,
  ): Promise<SignedIn> {
    const companyNumber = /^\d{1,12}$/.test(company) ? company : null;
    const asked = signInOnce.ask.safeParse({ userName, password, address, companyNumber });
    // Nobody has so long a user name or password.
    if (!asked.success) throw new LegacyRefused('unauthenticated', 'sign-in-refused');
    const answer = await this.parts.questions.ask(signInOnce, asked.data);
    if (answer.as === 'refused') throw new LegacyRefused('unauthenticated', 'sign-in-refused');
    const language = LANGUAGE_OF[answer.language];
    speak(language);
    if (answer.as === 'change-needed') throw new LegacyRefused('denied', 'password-change-needed');
    const { companyId, partnerUserId } = answer;
    if (companyId === null || companyNumber === null) throw new LegacyRefused('absent', 'company-unknown');
    return { partnerUserId, companyId, companyNumber, language };
  }

  /** The transfer as soon as there is nothing more to wait for, or as it is when the time is up. */
  private async settled(id: string, isGone: () => boolean): Promise<Transfer> {
    const deadline = performance.now() + this.settings.wait * 1000;
    for (;;) {
      const transfer = await findTransfer(this.parts.database, id);
      if (!transfer) throw new Error(`There is no transfer ${id} that was accepted just now`);
      const isOnItsWay = transfer.state === 'queued' || transfer.state === 'running';
      if (!isOnItsWay || this.#stopping || isGone() || performance.now() >= deadline) return transfer;
      await new Promise((resolve) => setTimeout(resolve, LOOK));
    }
  }
}
