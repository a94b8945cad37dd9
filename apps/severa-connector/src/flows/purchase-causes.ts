import type { Causes } from '../link/cause.js';

/** What keeps the lines of purchase invoices from moving. */
export const PURCHASE_CAUSES = {
  'purchase-project-unknown': {
    owner: 'accountant',
    fi: {
      what: 'Ostolaskurivin laskentakohde ei ole mikään Severasta siirretty projekti.',
      remedy: 'Siirrä projektit laskentakohteiksi tai vaihda rivin laskentakohde, ja siirrä uudelleen.',
    },
    sv: {
      what: 'Inköpsfakturaradens dimension är inget projekt som överförts från Severa.',
      remedy: 'Överför projekten som dimensioner, eller byt radens dimension, och överför på nytt.',
    },
    en: {
      what: 'The dimension item of the purchase line is no project that has moved from Severa.',
      remedy: 'Move the projects as dimensions, or change the line’s item, and transfer it again.',
    },
  },
  'purchase-project-ambiguous': {
    owner: 'severa-user',
    fi: {
      what: 'Ostolaskurivin laskentakohdetta vastaa useampi kuin yksi Severan tieto.',
      remedy: 'Nimeä projektit tai yksiköt Severassa niin, että ne erottuvat, ja siirrä uudelleen.',
    },
    sv: {
      what: 'Inköpsfakturaradens dimension motsvarar mer än en uppgift i Severa.',
      remedy: 'Namnge projekten eller enheterna i Severa så att de skiljer sig, och överför på nytt.',
    },
    en: {
      what: 'The dimension item of the purchase line stands for more than one record of Severa.',
      remedy: 'Name the projects or units in Severa so that they differ, and transfer it again.',
    },
  },
  'purchase-currency': {
    owner: 'accountant',
    fi: {
      what: 'Ostolasku on muussa valuutassa kuin eurossa.',
      remedy: 'Kirjaa kulu Severan projektille käsin ja merkitse rivi tehdyksi.',
    },
    sv: {
      what: 'Inköpsfakturan är i annan valuta än euro.',
      remedy: 'Registrera kostnaden för hand på projektet i Severa och markera raden som klar.',
    },
    en: {
      what: 'The purchase invoice is in another currency than the euro.',
      remedy: 'Enter the cost by hand on the project in Severa, and mark the line done.',
    },
  },
  'purchase-vat-code': {
    owner: 'accountant',
    fi: {
      what: 'Rivin ALV-koodista ei voi päätellä, siirtyykö summa veroineen vai ilman.',
      remedy: 'Käytä koodia KOOS tai -, tai kirjaa kulu Severaan käsin ja merkitse rivi tehdyksi.',
    },
    sv: {
      what: 'Av radens momskod framgår inte om summan ska överföras med eller utan moms.',
      remedy: 'Använd koden KOOS eller -, eller registrera kostnaden för hand i Severa och markera raden som klar.',
    },
    en: {
      what: 'The line’s VAT code does not tell whether the sum goes with its tax or without.',
      remedy: 'Use the code KOOS or -, or enter the cost by hand in Severa and mark the line done.',
    },
  },
  'purchase-product-missing': {
    owner: 'severa-user',
    fi: {
      what: 'Severassa ei ole tuotetta, jolle ostolaskurivit on asetettu kirjattaviksi.',
      remedy: 'Lisää tuote Severaan tai vaihda sen koodi ostolaskurivien siirtoasetuksissa.',
    },
    sv: {
      what: 'Produkten som inköpsfakturarader ska registreras på finns inte i Severa.',
      remedy: 'Lägg till produkten i Severa, eller byt dess kod i överföringsinställningarna för inköpsrader.',
    },
    en: {
      what: 'Severa does not have the product that purchase lines are set to be booked on.',
      remedy: 'Add the product in Severa, or change its code in the transfer settings of purchase lines.',
    },
  },
} as const satisfies Causes;
