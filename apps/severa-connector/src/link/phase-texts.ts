import type { LinkPhase } from '#lib/policy';

interface PhaseText {
  readonly title: string;
  /** What to do. */
  readonly what: string;
}

/** Where a phase is done. `{company}` stands for the company's path in this service, `{direction}` for where its register moves. */
interface PhaseLink {
  readonly in: 'severa' | 'netvisor' | 'tietovirta';
  readonly path: string;
}

interface Phase {
  readonly link: PhaseLink;
  readonly fi: PhaseText;
  readonly sv: PhaseText;
  readonly en: PhaseText;
}

/** The onboarding assistant [käyttöönottoapuri], phase by phase. The Finnish titles are those of Netvisor's own. */
export const PHASE_TEXTS: Readonly<Record<LinkPhase, Phase>> = {
  'prepare-in-severa': {
    link: { in: 'severa', path: 'Asetukset > Tilaus > Integraatiot > Netvisor' },
    fi: {
      title: 'Valmistele integraatioliittymän käyttöönotto Severassa',
      what:
        'Ota Severassa käyttöön Netvisor-liittymä ja REST-rajapinta, luo liittymälle oma asiakastunnus ja API-avain ' +
        'käyttäjälle, joka säilyy, ja anna ne täällä. Laskujen tilojen nimiä ei saa muuttaa. Rajapintaresurssit, joita ' +
        'valitut siirrot tarvitsevat, kytkee päälle Netvisorin käyttäjähallitsija: ne on lueteltu liittymän resursseissa.',
    },
    sv: {
      title: 'Förbered anslutningen i Severa',
      what:
        'Ta i Severa i bruk Netvisor-anslutningen och REST-gränssnittet, skapa en egen klient och en API-nyckel för en ' +
        'användare som finns kvar, och ange dem här. Fakturornas statusnamn får inte ändras. De gränssnittsresurser som ' +
        'överföringarna behöver kopplas på av användaradministratören i Netvisor: de står bland anslutningens resurser.',
    },
    en: {
      title: 'Prepare the link in Severa',
      what:
        'Switch on Severa’s Netvisor integration and its REST API, make a client of the link’s own and an API key for a ' +
        'user who stays, and give them here. The names of invoice statuses must not be changed. The API resources that ' +
        'the chosen transfers need are switched on by Netvisor’s user administrator: the link’s resources list them.',
    },
  },
  'netvisor-credentials': {
    link: { in: 'netvisor', path: 'Yritysvalikko > Rajapintatunnukset > Luo uusi rajapintatunnus' },
    fi: {
      title: 'Luo integraatiokäyttäjä Netvisorissa',
      what: 'Luo rajapintatunnukset käyttäjälle, jolla on pääsy yritykseen, ja anna tunnus ja avain täällä.',
    },
    sv: {
      title: 'Skapa en integrationsanvändare i Netvisor',
      what: 'Skapa gränssnittskoder för en användare med tillgång till företaget, och ange koden och nyckeln här.',
    },
    en: {
      title: 'Create the integration user in Netvisor',
      what: 'Make API identifiers for a user who has access to the company, and give the identifier and key here.',
    },
  },
  customers: {
    link: { in: 'tietovirta', path: '{company}/link/comparisons/customers-{direction}' },
    fi: {
      title: 'Asiakasrekisterin siirto',
      what:
        'Valitse siirtosuunta ja katso vertailuraportti. Jos rekisteriä ei siirretä, Netvisorissa on oltava ' +
        'tilapäisasiakas, jonka asiakaskoodi on TEMP.',
    },
    sv: {
      title: 'Överföring av kundregistret',
      what:
        'Välj riktning och se jämförelserapporten. Om registret inte överförs måste Netvisor ha en tillfällig kund ' +
        'med kundkoden TEMP.',
    },
    en: {
      title: 'Transfer of the customer register',
      what:
        'Choose the direction and look at the comparison report. If the register is not transferred, Netvisor must have ' +
        'a temporary customer with the code TEMP.',
    },
  },
  products: {
    link: { in: 'tietovirta', path: '{company}/link/comparisons/products-{direction}' },
    fi: {
      title: 'Tuoterekisterin siirto',
      what:
        'Valitse siirtosuunta ja katso vertailuraportti. Jos rekisteriä ei siirretä, Netvisorissa on oltava ' +
        'tilapäistuote, jonka tuotekoodi on TEMP.',
    },
    sv: {
      title: 'Överföring av produktregistret',
      what:
        'Välj riktning och se jämförelserapporten. Om registret inte överförs måste Netvisor ha en tillfällig produkt ' +
        'med produktkoden TEMP.',
    },
    en: {
      title: 'Transfer of the product register',
      what:
        'Choose the direction and look at the comparison report. If the register is not transferred, Netvisor must have ' +
        'a temporary product with the code TEMP.',
    },
  },
  dimensions: {
    link: { in: 'netvisor', path: 'Taloushallinto > Kirjanpito > Laskentakohteet' },
    fi: {
      title: 'Laskentakohdehierarkian tuonti',
      what: 'Valitse laskentakohdeotsikot, joiden alle Severan työt ja yksiköt siirretään, tai että niitä ei siirretä.',
    },
    sv: {
      title: 'Import av dimensionshierarkin',
      what: 'Välj under vilka dimensionsrubriker Severas projekt och enheter överförs, eller att de inte överförs.',
    },
    en: {
      title: 'Import of the dimension hierarchy',
      what: 'Choose the dimension headers that Severa’s projects and business units go under, or that none go.',
    },
  },
  'transfer-history': {
    link: { in: 'tietovirta', path: '{company}/link/history' },
    fi: {
      title: 'Tarkkaile siirtolokia',
      what:
        'Katso vertailuraportit ennen aloitusta. Käyttöönoton jälkeen seuraa siirtohistoriaa, jotta automaattisten ' +
        'siirtojen virheet havaitaan.',
    },
    sv: {
      title: 'Följ överföringsloggen',
      what:
        'Se jämförelserapporterna före starten. Följ sedan överföringshistoriken, så att fel i automatiska överföringar ' +
        'upptäcks.',
    },
    en: {
      title: 'Watch the transfer log',
      what:
        'Look at the comparison reports before the start. Afterwards watch the transfer history, so that errors in ' +
        'automatic transfers are noticed.',
    },
  },
};
