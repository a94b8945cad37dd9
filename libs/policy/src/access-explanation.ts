import type { AccessReason } from './access.js';

/** Who owns the rule, and so who can change it. */
export type RuleOwner = 'operator' | 'main-user' | 'partner-user' | 'nobody' | 'service';

export interface AccessExplanation {
  readonly owner: RuleOwner;
  readonly fi: string;
  readonly sv: string;
  readonly en: string;
}

/** Why the answer is no, for people; a new reason does not compile without its words. */
export const ACCESS_EXPLANATIONS: Readonly<Record<AccessReason, AccessExplanation>> = {
  AUTH_FAILED: {
    owner: 'partner-user',
    fi: 'Käyttäjätunnus tai salasana ei kelpaa.',
    sv: 'Användarnamnet eller lösenordet gäller inte.',
    en: 'The user name or password is not valid.',
  },
  ACCOUNT_LOCKED: {
    owner: 'partner-user',
    fi: 'Liian monta epäonnistunutta kirjautumista; odota hetki.',
    sv: 'För många misslyckade inloggningar; vänta en stund.',
    en: 'Too many failed sign-ins; wait a while.',
  },
  PARTNER_DISABLED: {
    owner: 'operator',
    fi: 'Kumppanikäyttäjä ei ole käytössä.',
    sv: 'Partneranvändaren är inte i bruk.',
    en: 'The partner user is switched off.',
  },
  TENANT_SUSPENDED: {
    owner: 'operator',
    fi: 'Ympäristö ei ole käytössä.',
    sv: 'Miljön är inte i bruk.',
    en: 'The environment is suspended.',
  },
  COMPANY_NOT_VISIBLE: {
    owner: 'operator',
    fi: 'Yritystä ei löydy.',
    sv: 'Företaget finns inte.',
    en: 'There is no such company.',
  },
  DIRECTION_UNSUPPORTED: {
    owner: 'nobody',
    fi: 'Tietovirta ei tue tätä suuntaa.',
    sv: 'Dataströmmen stöder inte den här riktningen.',
    en: 'The stream does not support this direction.',
  },
  VISMA_GRANT_MISSING: {
    owner: 'operator',
    fi: 'Kumppanikäyttäjällä ei ole ylemmän tason oikeutta tietovirtaan.',
    sv: 'Partneranvändaren saknar rättighet på övre nivå till dataströmmen.',
    en: 'The operator has not given the upper right to this stream.',
  },
  COMPANY_GRANT_MISSING: {
    owner: 'main-user',
    fi: 'Pääkäyttäjä ei ole antanut oikeutta (lisäys tai käyttö) tässä yrityksessä.',
    sv: 'Huvudanvändaren har inte beviljat rättigheten i det här företaget.',
    en: 'The main user has not granted the right in this company.',
  },
  IP_NOT_ALLOWED: {
    owner: 'operator',
    fi: 'IP-osoite ei ole kumppanikäyttäjän sallituissa osoitteissa.',
    sv: 'IP-adressen hör inte till partneranvändarens tillåtna adresser.',
    en: "The address is not among the partner user's allowed ones.",
  },
  GROUP_IP_NOT_ALLOWED: {
    owner: 'main-user',
    fi: 'Kirjautumisen rajoitusryhmä ei salli tätä IP-osoitetta.',
    sv: 'Begränsningsgruppen för inloggning tillåter inte den här IP-adressen.',
    en: 'The login restriction group does not allow this address.',
  },
  WEEKDAY_WINDOW: {
    owner: 'operator',
    fi: 'Käyttäjätunnus ei ole käytössä tähän aikaan ma–pe.',
    sv: 'Användarnamnet är inte i bruk vid denna tid mån–fre.',
    en: 'The user name is not usable at this time of day, Mon–Fri.',
  },
  WEEKEND: {
    owner: 'operator',
    fi: 'Käyttäjätunnus ei ole käytössä viikonloppuisin.',
    sv: 'Användarnamnet är inte i bruk under veckoslut.',
    en: 'The user name is not usable at weekends.',
  },
  GROUP_TIME: {
    owner: 'main-user',
    fi: 'Kirjautumisen rajoitusryhmä ei salli siirtoa tähän aikaan.',
    sv: 'Begränsningsgruppen för inloggning tillåter inte överföring vid denna tid.',
    en: 'The login restriction group does not allow transfers at this time.',
  },
  XML_SETTINGS_INCOMPLETE: {
    owner: 'main-user',
    fi: 'XML-siirtojen perustietojen kaikkia neljää kohtaa ei ole tallennettu.',
    sv: 'Alla fyra delar av XML-överföringarnas grunduppgifter har inte sparats.',
    en: 'The base settings of XML transfers are not saved in all four sections.',
  },
  DECISION_ERROR: {
    owner: 'service',
    fi: 'Päätöstä ei voitu tehdä; vika on palvelussa.',
    sv: 'Beslutet kunde inte fattas; felet är i tjänsten.',
    en: 'The decision could not be made; the fault is ours.',
  },
};

/** The reasons of a no in somebody's language, each with the owner of its rule; an unknown code is a fault of ours. */
export function explainReasons(
  reasons: readonly string[],
  language: 'fi' | 'sv' | 'en',
): readonly { readonly reason: string; readonly owner: RuleOwner; readonly message: string }[] {
  return reasons.map((reason) => {
    const known = Object.hasOwn(ACCESS_EXPLANATIONS, reason)
      ? ACCESS_EXPLANATIONS[reason as AccessReason]
      : ACCESS_EXPLANATIONS.DECISION_ERROR;
    return { reason, owner: known.owner, message: known[language] };
  });
}
