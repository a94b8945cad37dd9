import type { Causes } from './cause.js';

/**
 * What keeps a whole link from moving. The first two are told in the seed's own words, which must not be changed:
 * people search for them.
 */
export const CONNECTION_CAUSES = {
  'severa-key-invalid': {
    owner: 'severa-user',
    fi: {
      what: 'Virheellinen Severan API-avain: Yhteyttä ei voida muodostaa. Tarkista API-avain.',
      remedy: 'Luo Severassa uusi avain käyttäjälle, joka on yhä olemassa, ja tallenna se liittymään.',
    },
    sv: {
      what: 'Ogiltig API-nyckel för Severa: Förbindelsen kan inte upprättas. Kontrollera API-nyckeln.',
      remedy: 'Skapa i Severa en ny nyckel för en användare som finns kvar, och spara den i anslutningen.',
    },
    en: {
      what: 'Invalid Severa API key: No connection can be made. Check the API key.',
      remedy: 'Make a new key in Severa for a user who still exists, and save it in the link.',
    },
  },
  'netvisor-credentials-invalid': {
    owner: 'netvisor-user',
    fi: {
      what: 'Virheelliset Netvisorin tunnistetiedot: Yhteyttä ei voida muodostaa. Tarkista integraatiotunnukset.',
      remedy: 'Luo Netvisorissa uudet rajapintatunnukset käyttäjälle, jolla on pääsy yritykseen, ja tallenna ne.',
    },
    sv: {
      what: 'Ogiltiga identifieringsuppgifter för Netvisor: Förbindelsen kan inte upprättas. Kontrollera integrationskoderna.',
      remedy: 'Skapa i Netvisor nya gränssnittskoder för en användare med tillgång till företaget, och spara dem.',
    },
    en: {
      what: 'Invalid Netvisor credentials: No connection can be made. Check the integration credentials.',
      remedy: 'Make new API identifiers in Netvisor for a user who has access to the company, and save them.',
    },
  },
  'severa-credentials-missing': {
    owner: 'main-user',
    fi: {
      what: 'Severan tunnistetietoja ei ole annettu.',
      remedy: 'Anna Severan REST-rajapinnan asiakastunnus ja salaisuus.',
    },
    sv: {
      what: 'Severas identifieringsuppgifter har inte angetts.',
      remedy: 'Ange klient-id och hemlighet för Severas REST-gränssnitt.',
    },
    en: { what: 'Severa’s credentials are not given.', remedy: 'Give the client id and secret of Severa’s REST API.' },
  },
  'netvisor-credentials-missing': {
    owner: 'main-user',
    fi: {
      what: 'Netvisorin tunnistetietoja ei ole annettu.',
      remedy: 'Anna Netvisorin rajapintatunnus ja sen avain.',
    },
    sv: {
      what: 'Netvisors identifieringsuppgifter har inte angetts.',
      remedy: 'Ange Netvisors gränssnittskod och dess nyckel.',
    },
    en: {
      what: 'Netvisor’s credentials are not given.',
      remedy: 'Give the API identifier of Netvisor and its key.',
    },
  },
  'severa-scope-missing': {
    owner: 'severa-user',
    fi: {
      what: 'Severan tunnuksella ei ole kaikkia oikeuksia, joita valitut siirrot tarvitsevat.',
      remedy: 'Lisää puuttuvat oikeudet (scopes) Severan asetuksissa: Asetukset > REST API.',
    },
    sv: {
      what: 'Severas klient saknar rättigheter som de valda överföringarna behöver.',
      remedy: 'Lägg till de rättigheter (scopes) som saknas i Severa: Inställningar > REST API.',
    },
    en: {
      what: 'Severa’s client lacks scopes that the chosen transfers need.',
      remedy: 'Add the missing scopes in Severa: Settings > REST API.',
    },
  },
  'severa-scopes-untested': {
    owner: 'main-user',
    fi: {
      what: 'Severan tunnusta ei ole testattu niillä oikeuksilla, joita muuttuneet siirtoasetukset tarvitsevat.',
      remedy: 'Testaa tunnistautumistiedot uudelleen. Käytössä oleva liittymä testataan itsestään.',
    },
    sv: {
      what: 'Severas klient är inte testad med de rättigheter som de ändrade inställningarna behöver.',
      remedy: 'Testa uppgifterna på nytt. En anslutning i bruk testas av sig själv.',
    },
    en: {
      what: 'Severa’s client was not tested with the scopes that the changed settings need.',
      remedy: 'Test the credentials again. A link in use is tested by itself.',
    },
  },
  'severa-addon-missing': {
    owner: 'severa-user',
    fi: {
      what: 'Severassa ei ole otettu käyttöön lisäosaa, jota siirto tarvitsee.',
      remedy: 'Severan pääkäyttäjä ottaa sen käyttöön: Asetukset > Tilaus > Integraatiot.',
    },
    sv: {
      what: 'Ett tillägg som överföringen behöver är inte taget i bruk i Severa.',
      remedy: 'Severas huvudanvändare tar det i bruk: Inställningar > Prenumeration > Integrationer.',
    },
    en: {
      what: 'An add-on that the transfer needs is not switched on in Severa.',
      remedy: 'Severa’s main user switches it on: Settings > Subscription > Integrations.',
    },
  },
  'severa-terms-not-approved': {
    owner: 'severa-user',
    fi: {
      what: 'Severan rajapinnan käyttöehtoja ei ole hyväksytty.',
      remedy: 'Severan pääkäyttäjä hyväksyy ne: Asetukset > REST API.',
    },
    sv: {
      what: 'Användarvillkoren för Severas gränssnitt är inte godkända.',
      remedy: 'Severas huvudanvändare godkänner dem: Inställningar > REST API.',
    },
    en: {
      what: 'The terms of service of Severa’s API are not approved.',
      remedy: 'Severa’s main user approves them: Settings > REST API.',
    },
  },
  'severa-not-set-up': {
    owner: 'severa-user',
    fi: {
      what: 'Severa ei salli rajapinnan käyttöä nykyisillä asetuksilla.',
      remedy: 'Lue Severan oma viesti ja korjaa Severan asetukset.',
    },
    sv: {
      what: 'Severa tillåter inte att gränssnittet används med nuvarande inställningar.',
      remedy: 'Läs Severas eget meddelande och rätta inställningarna i Severa.',
    },
    en: {
      what: 'Severa does not allow its API to be used as it is set up.',
      remedy: 'Read Severa’s own message and mend its settings.',
    },
  },
  'netvisor-access': {
    owner: 'netvisor-user',
    fi: {
      what: 'Netvisor ei anna käyttää rajapintaresurssia, jota siirto tarvitsee.',
      remedy:
        'Käyttäjähallitsija kytkee resurssin päälle Netvisorissa: Integraatioiden tarvitsemat rajapintaresurssit.',
    },
    sv: {
      what: 'Netvisor låter inte gränssnittsresursen som överföringen behöver användas.',
      remedy:
        'Användaradministratören kopplar på resursen i Netvisor, på sidan om integrationernas gränssnittsresurser.',
    },
    en: {
      what: 'Netvisor does not let an API resource be used that the transfer needs.',
      remedy: 'The user administrator switches it on in Netvisor, on the page of API resources that integrations need.',
    },
  },
  'netvisor-unavailable': {
    owner: 'nobody',
    fi: { what: 'Netvisorissa on huoltokatko.', remedy: 'Siirto jatkuu itsestään katkon jälkeen.' },
    sv: {
      what: 'Netvisor har ett underhållsavbrott.',
      remedy: 'Överföringen fortsätter av sig själv efter avbrottet.',
    },
    en: { what: 'Netvisor is under maintenance.', remedy: 'The transfer goes on by itself afterwards.' },
  },
  'netvisor-unreachable': {
    owner: 'nobody',
    fi: { what: 'Netvisoriin ei saada yhteyttä.', remedy: 'Siirto jatkuu itsestään, kun yhteys palaa.' },
    sv: {
      what: 'Netvisor kan inte nås.',
      remedy: 'Överföringen fortsätter av sig själv när förbindelsen är tillbaka.',
    },
    en: { what: 'Netvisor cannot be reached.', remedy: 'The transfer goes on by itself when it can.' },
  },
  'netvisor-busy': {
    owner: 'nobody',
    fi: {
      what: 'Liittymä siirtää juuri tietoja, tai Netvisor ei ole vielä vastannut.',
      remedy: 'Tunnukset tarkistetaan itsestään hetken päästä.',
    },
    sv: {
      what: 'Anslutningen överför just nu, eller Netvisor har inte svarat ännu.',
      remedy: 'Koderna kontrolleras av sig själva om en stund.',
    },
    en: {
      what: 'The link is transferring just now, or Netvisor has not answered yet.',
      remedy: 'The credentials are tested by themselves in a while.',
    },
  },
  'severa-unreachable': {
    owner: 'nobody',
    fi: { what: 'Severaan ei saada yhteyttä.', remedy: 'Siirto jatkuu itsestään, kun yhteys palaa.' },
    sv: { what: 'Severa kan inte nås.', remedy: 'Överföringen fortsätter av sig själv när förbindelsen är tillbaka.' },
    en: { what: 'Severa cannot be reached.', remedy: 'The transfer goes on by itself when it can.' },
  },
  'severa-limited': {
    owner: 'nobody',
    fi: { what: 'Severan pyyntöraja tuli vastaan.', remedy: 'Siirto jatkuu itsestään hetken päästä.' },
    sv: { what: 'Severas gräns för anrop är nådd.', remedy: 'Överföringen fortsätter av sig själv om en stund.' },
    en: { what: 'Severa’s limit of requests is reached.', remedy: 'The transfer goes on by itself in a while.' },
  },
  'partner-not-set-up': {
    owner: 'operator',
    fi: {
      what: 'Palvelulle ei ole annettu Netvisorin kumppanitunnusta.',
      remedy: 'Operaattori antaa kumppanitunnuksen ja -avaimen palvelun asetuksissa.',
    },
    sv: {
      what: 'Tjänsten har ingen partnerkod för Netvisor.',
      remedy: 'Operatören anger partnerkoden och -nyckeln i tjänstens inställningar.',
    },
    en: {
      what: 'The service has no partner id of Netvisor.',
      remedy: 'The operator gives the partner id and key in the service’s settings.',
    },
  },
  'temporary-customer-missing': {
    owner: 'netvisor-user',
    fi: {
      what: 'Netvisorissa ei ole tilapäisasiakasta, jonka asiakaskoodi on TEMP.',
      remedy: 'Perusta se Netvisorin asiakasrekisteriin, tai valitse rekisterille siirtosuunta.',
    },
    sv: {
      what: 'Netvisor saknar den tillfälliga kunden med kundkoden TEMP.',
      remedy: 'Lägg upp den i Netvisors kundregister, eller välj en riktning för registret.',
    },
    en: {
      what: 'Netvisor has no temporary customer with the code TEMP.',
      remedy: 'Make it in Netvisor’s customer register, or choose a direction for the register.',
    },
  },
  'temporary-product-missing': {
    owner: 'netvisor-user',
    fi: {
      what: 'Netvisorissa ei ole tilapäistuotetta, jonka tuotekoodi on TEMP.',
      remedy: 'Perusta se Netvisorin tuoterekisteriin, tai valitse rekisterille siirtosuunta.',
    },
    sv: {
      what: 'Netvisor saknar den tillfälliga produkten med produktkoden TEMP.',
      remedy: 'Lägg upp den i Netvisors produktregister, eller välj en riktning för registret.',
    },
    en: {
      what: 'Netvisor has no temporary product with the code TEMP.',
      remedy: 'Make it in Netvisor’s product register, or choose a direction for the register.',
    },
  },
} as const satisfies Causes;
