import type { StartObjection } from '#lib/policy';

/** What keeps *Aloita käyttö* away, for people. */
export const START_TEXTS: Readonly<Record<StartObjection, Readonly<Record<'fi' | 'sv' | 'en', string>>>> = {
  'already-active': {
    fi: 'Liittymä on jo käytössä.',
    sv: 'Anslutningen är redan i bruk.',
    en: 'The link is in use already.',
  },
  'phase-open': {
    fi: 'Kaikkia vaiheita ei ole kuitattu tehdyiksi.',
    sv: 'Alla faser är inte kvitterade som klara.',
    en: 'Not every phase is acknowledged as done.',
  },
  'severa-not-green': {
    fi: 'Severan tunnukset eivät ole vielä oikein.',
    sv: 'Severas koder är inte rätt ännu.',
    en: 'Severa’s credentials are not right yet.',
  },
  'netvisor-not-green': {
    fi: 'Netvisorin tunnukset eivät ole vielä oikein.',
    sv: 'Netvisors koder är inte rätt ännu.',
    en: 'Netvisor’s credentials are not right yet.',
  },
  'customers-undecided': {
    fi: 'Asiakasrekisterin siirtoon ei ole otettu kantaa.',
    sv: 'Kundregistrets överföring är inte avgjord.',
    en: 'No stand is taken on the customer register.',
  },
  'products-undecided': {
    fi: 'Tuoterekisterin siirtoon ei ole otettu kantaa.',
    sv: 'Produktregistrets överföring är inte avgjord.',
    en: 'No stand is taken on the product register.',
  },
  'dimensions-undecided': {
    fi: 'Laskentakohteiden siirtoon ei ole otettu kantaa.',
    sv: 'Dimensionernas överföring är inte avgjord.',
    en: 'No stand is taken on dimensions.',
  },
  'temporary-customer-missing': {
    fi: 'Netvisorissa ei ole tilapäisasiakasta TEMP.',
    sv: 'Netvisor saknar den tillfälliga kunden TEMP.',
    en: 'Netvisor has no temporary customer TEMP.',
  },
  'temporary-product-missing': {
    fi: 'Netvisorissa ei ole tilapäistuotetta TEMP.',
    sv: 'Netvisor saknar den tillfälliga produkten TEMP.',
    en: 'Netvisor has no temporary product TEMP.',
  },
};
