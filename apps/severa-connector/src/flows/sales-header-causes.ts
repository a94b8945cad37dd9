import type { Causes } from '../link/cause.js';

/** What of the invoice itself keeps it from moving. What exactly stands beside it. */
export const SALES_HEADER_CAUSES = {
  'invoice-number-missing': {
    owner: 'severa-user',
    fi: {
      what: 'Laskulla ei ole numeroa.',
      remedy: 'Valitse siirrettäville laskuille tila, joka antaa numeron (Laskunumero).',
    },
    sv: {
      what: 'Fakturan har inget nummer.',
      remedy: 'Välj för överföring en status som ger ett nummer (Fakturanummer).',
    },
    en: {
      what: 'The invoice has no number.',
      remedy: 'Choose a status for transfers that gives a number (Invoice number).',
    },
  },
  'invoice-unit-missing': {
    owner: 'severa-user',
    fi: {
      what: 'Severassa laskuttaa usea yritys, eikä laskusta näy, mikä niistä.',
      remedy: 'Tarkista laskun numerosarja ja projektin yksikkö Severassa, ja siirrä uudelleen.',
    },
    sv: {
      what: 'Flera företag fakturerar i Severa, och fakturan visar inte vilket av dem.',
      remedy: 'Kontrollera fakturans nummerserie och projektets enhet i Severa, och överför på nytt.',
    },
    en: {
      what: 'Several companies bill in this Severa, and the invoice does not say which one of them it is of.',
      remedy: 'See to its series of numbers and to its project’s unit in Severa, and transfer it again.',
    },
  },
  'invoice-date-missing': {
    owner: 'severa-user',
    fi: { what: 'Laskulla ei ole päivää.', remedy: 'Anna laskun päivä Severassa.' },
    sv: { what: 'Fakturan har inget datum.', remedy: 'Ange fakturans datum i Severa.' },
    en: { what: 'The invoice has no date.', remedy: 'Give it a date in Severa.' },
  },
  'invoice-payment-term-missing': {
    owner: 'severa-user',
    fi: { what: 'Laskulla ei ole eräpäivää eikä maksuehtoa.', remedy: 'Anna laskun eräpäivä tai maksuehto Severassa.' },
    sv: {
      what: 'Fakturan har varken förfallodag eller betalningsvillkor.',
      remedy: 'Ange förfallodag eller betalningsvillkor i Severa.',
    },
    en: { what: 'The invoice has neither a due date nor a payment term.', remedy: 'Give it one in Severa.' },
  },
  'invoice-period-locked': {
    owner: 'accountant',
    fi: {
      what: 'Laskun päivä on Netvisorin lukitulla kaudella.',
      remedy: 'Avaa kausi Netvisorissa tai muuta laskun kirjauspäivä Severassa.',
    },
    sv: {
      what: 'Fakturans datum ligger i en låst period i Netvisor.',
      remedy: 'Öppna perioden i Netvisor eller ändra fakturans bokföringsdag i Severa.',
    },
    en: {
      what: 'The invoice’s date lies in a locked period of Netvisor.',
      remedy: 'Open the period in Netvisor or change the invoice’s entry date in Severa.',
    },
  },
  'invoice-address-missing': {
    owner: 'severa-user',
    fi: {
      what: 'Tilapäisasiakkaalle menevällä laskulla ei ole osoitetta.',
      remedy: 'Valitse laskulle asiakkaan osoite Severassa.',
    },
    sv: {
      what: 'En faktura till den tillfälliga kunden saknar adress.',
      remedy: 'Välj kundens adress på fakturan i Severa.',
    },
    en: {
      what: 'An invoice to the temporary customer has no address.',
      remedy: 'Choose the customer’s address on the invoice in Severa.',
    },
  },
  'invoice-address-incomplete': {
    owner: 'severa-user',
    fi: {
      what: 'Laskun osoitteesta puuttuu osa.',
      remedy: 'Täydennä asiakkaan osoite, siirrä lasku vedokseksi ja valitse asiakas uudelleen.',
    },
    sv: {
      what: 'En del av fakturans adress saknas.',
      remedy: 'Komplettera kundens adress, gör fakturan till utkast och välj kunden på nytt.',
    },
    en: {
      what: 'A part of the invoice’s address is missing.',
      remedy: 'Complete the customer’s address, set the invoice to draft and choose the customer again.',
    },
  },
  'invoice-country-unmapped': {
    owner: 'severa-user',
    fi: {
      what: 'Asiakkaan maata ei voitu kohdistaa.',
      remedy: 'Korjaa osoitteen maa kortille, siirrä lasku vedokseksi, valitse asiakas uudelleen ja siirrä.',
    },
    sv: {
      what: 'Kundens land kunde inte tolkas.',
      remedy: 'Rätta adressens land på kortet, gör fakturan till utkast, välj kunden på nytt och överför.',
    },
    en: {
      what: 'The customer’s country could not be matched.',
      remedy: 'Correct the country on the card, set the invoice to draft, choose the customer again and transfer.',
    },
  },
  'currency-missing': {
    owner: 'severa-user',
    fi: { what: 'Laskulla ei ole valuuttaa.', remedy: 'Valitse laskun valuutta Severassa.' },
    sv: { what: 'Fakturan har ingen valuta.', remedy: 'Välj fakturans valuta i Severa.' },
    en: { what: 'The invoice has no currency.', remedy: 'Choose its currency in Severa.' },
  },
  'home-currency-differs': {
    owner: 'main-user',
    fi: {
      what: 'Severan kotivaluutta ei ole euro, joka on Netvisorin.',
      remedy: 'Valuuttalaskut siirtyvät vain, kun kotivaluutta on molemmissa sama.',
    },
    sv: {
      what: 'Severas hemvaluta är inte euro, som är Netvisors.',
      remedy: 'Valutafakturor överförs bara när hemvalutan är densamma i båda.',
    },
    en: {
      what: 'Severa’s home currency is not the euro, which is Netvisor’s.',
      remedy: 'Currency invoices move only when both have the same home currency.',
    },
  },
  'invoice-text-too-long': {
    owner: 'severa-user',
    fi: {
      what: 'Laskun teksti on pidempi kuin Netvisor ottaa vastaan.',
      remedy: 'Lyhennä tekstiä Severassa; kohta ja sen pituus on mainittu.',
    },
    sv: {
      what: 'En text på fakturan är längre än Netvisor tar emot.',
      remedy: 'Förkorta texten i Severa; stället och dess längd är nämnda.',
    },
    en: {
      what: 'A text of the invoice is longer than Netvisor takes.',
      remedy: 'Shorten it in Severa; the place and its length are named.',
    },
  },
  'invoice-letter-unknown': {
    owner: 'severa-user',
    fi: {
      what: 'Laskulla on merkki, jota Netvisorin merkistössä ei ole.',
      remedy: 'Poista merkki Severassa; se ja sen paikka on mainittu.',
    },
    sv: {
      what: 'Fakturan har ett tecken som Netvisors teckenuppsättning saknar.',
      remedy: 'Ta bort tecknet i Severa; det och dess plats är nämnda.',
    },
    en: {
      what: 'The invoice has a letter that Netvisor’s character set has not.',
      remedy: 'Remove it in Severa; it and its place are named.',
    },
  },
  'invoice-status-unfit': {
    owner: 'main-user',
    fi: {
      what: 'Valittua tilaa ei ole valitulla lajilla: laskulla on avoin ja lähettämätön, tilauksella toimitettu ja toimittamaton.',
      remedy: 'Korjaa myyntilaskujen siirtoasetukset.',
    },
    sv: {
      what: 'Den valda statusen finns inte för det valda slaget: fakturan är öppen eller osänd, ordern levererad eller olevererad.',
      remedy: 'Rätta inställningarna för försäljningsfakturor.',
    },
    en: {
      what: 'The chosen kind has no such status: an invoice is open or unsent, an order delivered or undelivered.',
      remedy: 'Correct the settings of sales invoices.',
    },
  },
  'invoice-pdf-missing': {
    owner: 'severa-user',
    fi: {
      what: 'Severa ei antanut laskun PDF-kuvaa.',
      remedy: 'Avaa lasku Severassa ja tarkista sen pohja, tai siirrä ilman PDF-liitettä.',
    },
    sv: {
      what: 'Severa gav ingen PDF av fakturan.',
      remedy: 'Öppna fakturan i Severa och kontrollera dess mall, eller överför utan PDF-bilaga.',
    },
    en: {
      what: 'Severa gave no PDF of the invoice.',
      remedy: 'Open it in Severa and check its template, or transfer without the PDF.',
    },
  },
  'invoice-pdf-too-large': {
    owner: 'severa-user',
    fi: {
      what: 'Laskun PDF liitteineen on liian suuri.',
      remedy: 'Poista liitteitä tai pienennä niitä Severassa, tai siirrä ilman PDF-liitettä.',
    },
    sv: {
      what: 'Fakturans PDF med bilagor är för stor.',
      remedy: 'Ta bort eller förminska bilagor i Severa, eller överför utan PDF-bilaga.',
    },
    en: {
      what: 'The invoice’s PDF with its attachments is too large.',
      remedy: 'Remove attachments or make them smaller in Severa, or transfer without the PDF.',
    },
  },
} as const satisfies Causes;
