/** Why a main user [pääkäyttäjä] cannot give a right: the red entries of the seed. */
export const GRANT_OBJECTIONS = ['DIRECTION_UNSUPPORTED', 'VISMA_GRANT_MISSING'] as const;
export type GrantObjection = (typeof GRANT_OBJECTIONS)[number];

/** What stands about one stream and direction of a partner user in one company. */
export interface GrantFacts {
  /** The stream exists in this direction. */
  readonly supported: boolean;
  /** The operator has given the upper right. */
  readonly upperRight: boolean;
  /** The main user has given the right in this company. */
  readonly granted: boolean;
}

/** One cell of Service Management [Palvelunhallinta]. */
export interface Grantability {
  readonly granted: boolean;
  readonly grantable: boolean;
  readonly whyNot: GrantObjection | null;
  /** Granted, and of no effect until the operator gives the upper right again. */
  readonly inert: boolean;
}

/**
 * Can the main user give this right, and does it work?
 *
 *   supported | upper right | grantable | why not               | inert
 *   ----------+-------------+-----------+-----------------------+------------
 *   no        | either      | no        | DIRECTION_UNSUPPORTED | if granted
 *   yes       | no          | no        | VISMA_GRANT_MISSING   | if granted
 *   yes       | yes         | yes       |                       | no
 *
 * What is granted can always be taken away. Source: the seed, "Managing rights in Service Management".
 */
export function grantability({ supported, upperRight, granted }: GrantFacts): Grantability {
  const whyNot = !supported ? 'DIRECTION_UNSUPPORTED' : !upperRight ? 'VISMA_GRANT_MISSING' : null;
  return { granted, grantable: whyNot === null, whyNot, inert: granted && whyNot !== null };
}

/** What becomes of one right when a matrix of them is given and taken over many companies. */
export const GRANT_OUTCOMES = [
  'given',
  'taken',
  'already',
  ...GRANT_OBJECTIONS,
  'PARTNER_USER_NOT_VISIBLE',
  'WEB_SERVICES_OFF',
] as const;
export type GrantOutcome = (typeof GRANT_OUTCOMES)[number];

export interface MatrixFacts extends GrantFacts {
  /** The partner user is for all environments, or for this company. */
  readonly visible: boolean;
  /** The company has its Web Services on. */
  readonly webServices: boolean;
}

/**
 * What giving or taking one right in one company comes to.
 *
 *   wish | the right stands | else the first of                               | outcome
 *   -----+------------------+-------------------------------------------------+--------------------------
 *   take | yes              |                                                 | taken
 *   take | no               |                                                 | already
 *   give | yes              |                                                 | already, though it be inert
 *   give | no               | the stream has no such direction                | DIRECTION_UNSUPPORTED
 *        |                  | the partner user is not for this company        | PARTNER_USER_NOT_VISIBLE
 *        |                  | no upper right                                  | VISMA_GRANT_MISSING
 *        |                  | the company's Web Services are off              | WEB_SERVICES_OFF
 *        |                  | nothing objects                                 | given
 */
export function matrixOutcome(wish: 'give' | 'take', facts: MatrixFacts): GrantOutcome {
  if (wish === 'take') return facts.granted ? 'taken' : 'already';
  if (facts.granted) return 'already';
  if (!facts.supported) return 'DIRECTION_UNSUPPORTED';
  if (!facts.visible) return 'PARTNER_USER_NOT_VISIBLE';
  if (!facts.upperRight) return 'VISMA_GRANT_MISSING';
  return facts.webServices ? 'given' : 'WEB_SERVICES_OFF';
}

type Words = Readonly<Record<'fi' | 'sv' | 'en', string>>;

/** Why a right cannot be given, for people. */
export const GRANT_OBJECTION_TEXTS: Readonly<
  Record<GrantObjection | 'PARTNER_USER_NOT_VISIBLE' | 'WEB_SERVICES_OFF', Words>
> = {
  DIRECTION_UNSUPPORTED: {
    fi: 'Tietovirta ei tue tätä suuntaa, joten oikeutta ei voi antaa.',
    sv: 'Dataströmmen stöder inte den här riktningen, så rättigheten kan inte beviljas.',
    en: 'The stream does not support this direction, so the right cannot be given.',
  },
  VISMA_GRANT_MISSING: {
    fi: 'Kumppanikäyttäjälle ei ole annettu ylemmän tason oikeutta; operaattori antaa sen.',
    sv: 'Partneranvändaren har inte fått rättigheten på övre nivå; operatören ger den.',
    en: 'The partner user has not been given the upper right; the operator gives it.',
  },
  PARTNER_USER_NOT_VISIBLE: {
    fi: 'Kumppanikäyttäjä kuuluu toiselle yritykselle.',
    sv: 'Partneranvändaren hör till ett annat företag.',
    en: 'The partner user belongs to another company.',
  },
  WEB_SERVICES_OFF: {
    fi: 'Yrityksen Web Service -palvelut eivät ole päällä; kytke ne ensin.',
    sv: 'Företagets Web Services är inte på; slå på dem först.',
    en: "The company's Web Services are off; switch them on first.",
  },
};

/** What a right is called: import needs "lisäys" (add), export "käyttö" (use). */
export const RIGHT_LABELS: Readonly<Record<'import' | 'export', Words>> = {
  import: { fi: 'lisäys', sv: 'tillägg', en: 'add' },
  export: { fi: 'käyttö', sv: 'användning', en: 'use' },
};
