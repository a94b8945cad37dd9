import type { PartnerUserForm } from '#lib/contracts';

type Language = PartnerUserForm['language'];

interface Credentials {
  readonly userName: string;
  readonly password: string;
}

/** The hours that a one-time password is good for. */
export const ONE_TIME_HOURS = 24;

const TEXTS: Readonly<Record<Language, (credentials: Credentials) => string>> = {
  FIN: ({ userName, password }) =>
    `Tietovirta: käyttäjätunnus ${userName}, kertasalasana ${password}. ` +
    `Vaihda salasana ${ONE_TIME_HOURS} tunnin kuluessa.`,
  SWE: ({ userName, password }) =>
    `Tietovirta: användarnamn ${userName}, engångslösenord ${password}. ` +
    `Byt lösenordet inom ${ONE_TIME_HOURS} timmar.`,
  ENG: ({ userName, password }) =>
    `Tietovirta: user name ${userName}, one-time password ${password}. ` +
    `Change the password within ${ONE_TIME_HOURS} hours.`,
};

/** User name and one-time password in the user's language [kielikoodi]; one SMS of 160 characters. */
export function passwordText(language: Language, credentials: Credentials): string {
  return TEXTS[language](credentials);
}
