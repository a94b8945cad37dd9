import type { AccessAnswer } from '#lib/contracts';
import { AppError, type ErrorKind } from '#lib/errors';
import { explainMissing, explainReasons, XML_SECTION_LABELS, type XmlSection } from '#lib/policy';
import type { Language, Said } from '#lib/service';

import type { XmlSettingsPreview } from './xml-settings-preview.js';

/** The caller is not signed in, or not any more. Which of the two, nobody outside learns. */
export class NotSignedIn extends AppError {
  readonly kind = 'unauthenticated';
  readonly code = 'session.absent';

  constructor() {
    super(
      'Sign in: a machine with POST /v1/token, for a token in "Authorization: Bearer …"; a person with POST /v1/session',
    );
  }
}

/** Somebody signed in asks for what their role does not reach. */
export class RoleMissing extends AppError {
  readonly kind = 'denied';
  readonly code = 'role.missing';

  constructor(act: string) {
    super(`Your role does not reach this: ${act}`, { act });
  }
}

type Thing =
  | 'environment'
  | 'company'
  | 'transfer'
  | 'stream'
  | 'person'
  | 'person-session'
  | 'partner-user'
  | 'restriction-group'
  | 'template'
  | 'onboarding'
  | 'export'
  | 'document'
  | 'fivaldi-connection'
  | 'link'
  | 'comparison';

const ABSENT: Readonly<Partial<Record<`${Thing}.absent`, Said>>> = {
  'link.absent': { fi: 'Yritykselle ei ole tehty liittymää.', sv: 'Företaget har ingen anslutning.' },
  'comparison.absent': { fi: 'Vertailua ei ole pyydetty.', sv: 'Ingen jämförelse har begärts.' },
};

/** No such thing, or not the caller's to see: the two look alike. */
export class Absent extends AppError {
  readonly kind = 'absent';

  constructor(readonly code: `${Thing}.absent`) {
    super(`There is no such ${code.slice(0, code.indexOf('.'))}`, { said: ABSENT[code] });
  }
}

/** It may be there, and the caller's roles end elsewhere: told apart from {@link Absent} by the audit log alone. */
export class OutOfReach extends Absent {}

/** A browser that another site's page has sent. */
export class CrossSite extends AppError {
  readonly kind = 'denied';
  readonly code = 'request.cross-site';

  constructor() {
    super("Changes are taken from the service's own pages only");
  }
}

/** A rule's no, with every reason, who owns each rule, and the time when a wait would mend it. */
export class AccessDenied extends AppError {
  readonly kind = 'denied';
  readonly code = 'access.denied';

  /** `earlier`: the transfer that the same Idempotency-Key was accepted for when the rules still allowed it. */
  constructor({ reasons, opensAt }: Pick<AccessAnswer, 'reasons' | 'opensAt'>, language: Language, earlier?: string) {
    const explanations = explainReasons(reasons, language);
    super(explanations[0]?.message ?? 'The rules do not allow this now', {
      reasons,
      explanations,
      opensAt,
      ...(earlier !== undefined && { acceptedBefore: `/v1/transfers/${earlier}` }),
    });
  }
}

/** The sender stopped sending in the middle of the body, or went away. */
export class SenderStalled extends AppError {
  readonly kind = 'stalled';
  readonly code = 'request.stalled';

  constructor(seconds: number, options?: ErrorOptions) {
    super(`The body did not arrive whole: nothing came for ${seconds} seconds, or the connection broke`, {}, options);
  }
}

/** Somebody comes more often than anybody may; see `callers-pace.ts`. */
export class TooManyRequests extends AppError {
  readonly kind = 'limited';
  readonly code = 'request.too-many';

  constructor(retryAfterSeconds: number) {
    super('Too many requests in a short time: wait a little, and then come less often', { retryAfterSeconds });
  }
}

/** As many documents wait in the company's queue for the stream as may; see `lane-room.ts`. */
export class LaneFull extends AppError {
  readonly kind = 'limited';
  readonly code = 'lane.full';

  constructor(limit: number) {
    super(
      'So many documents of this stream wait for the company that it takes no more until some have been carried out',
      {
        limit,
        retryAfterSeconds: 30,
      },
    );
  }
}

/** Not every section of the XML settings has its choice: nothing was saved. */
export class XmlSettingsIncomplete extends AppError {
  readonly kind = 'invalid';
  readonly code = 'xml-settings.incomplete';

  constructor(sections: readonly XmlSection[], language: Language) {
    super(explainMissing(sections, language), {
      errors: sections.map((section) => ({
        pointer: `/${section}`,
        code: 'choice.missing',
        label: XML_SECTION_LABELS[section],
      })),
    });
  }
}

/** A destructive choice that is new to the company was not confirmed, or more is at stake than whoever did has seen. */
export class XmlSettingsUnconfirmed extends AppError {
  readonly kind = 'conflict';
  readonly code: 'xml-settings.unconfirmed' | 'xml-settings.preview-outdated';

  constructor(preview: XmlSettingsPreview, isOutdated: boolean) {
    super(
      isOutdated
        ? 'What is at stake is not what was seen; look at the preview again'
        : 'With these settings an import may destroy what stands in the registers; look at the preview and confirm it',
      { preview },
    );
    this.code = isOutdated ? 'xml-settings.preview-outdated' : 'xml-settings.unconfirmed';
  }
}

/** The request's form, in one of the ways that only this door can see. */
export class RequestUnfit extends AppError {
  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    message: string,
    /** The same in our languages. */
    said?: Said,
  ) {
    super(message, said && { said });
  }
}
