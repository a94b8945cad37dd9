/** Who has to act before it moves; `nobody`: it mends itself. */
export type CauseOwner = 'severa-user' | 'netvisor-user' | 'accountant' | 'main-user' | 'operator' | 'nobody';

export interface CauseText {
  /** What is wrong. */
  readonly what: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** Why something does not move over a link. */
export interface Cause {
  readonly owner: CauseOwner;
  readonly fi: CauseText;
  readonly sv: CauseText;
  readonly en: CauseText;
}

/** Causes by their code, in kebab-case. */
export type Causes = Readonly<Record<string, Cause>>;
