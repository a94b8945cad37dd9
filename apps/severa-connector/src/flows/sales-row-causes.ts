import type { Causes } from '../link/cause.js';

/** What of its rows keeps a sales invoice from moving. Which row it is stands beside it. */
export const SALES_ROW_CAUSES = {
  'invoice-without-rows': {
    owner: 'severa-user',
    fi: { what: 'Laskulla ei ole rivejä.', remedy: 'Lisää rivit Severassa, tai palauta lasku vedokseksi.' },
    sv: { what: 'Fakturan har inga rader.', remedy: 'Lägg till rader i Severa, eller gör fakturan till utkast.' },
    en: { what: 'The invoice has no rows.', remedy: 'Add rows in Severa, or set it back to draft.' },
  },
  'row-incomplete': {
    owner: 'severa-user',
    fi: { what: 'Riviltä puuttuu määrä tai hinta.', remedy: 'Täydennä rivi Severassa.' },
    sv: { what: 'Raden saknar antal eller pris.', remedy: 'Komplettera raden i Severa.' },
    en: { what: 'A row has no quantity or no price.', remedy: 'Complete it in Severa.' },
  },
  'row-without-description': {
    owner: 'severa-user',
    fi: { what: 'Rivillä ei ole kuvausta eikä tuotekoodia.', remedy: 'Kirjoita rivin kuvaus Severassa.' },
    sv: { what: 'Raden har varken beskrivning eller produktkod.', remedy: 'Skriv radens beskrivning i Severa.' },
    en: { what: 'A row has neither a description nor a product code.', remedy: 'Describe it in Severa.' },
  },
  'product-code-missing': {
    owner: 'severa-user',
    fi: {
      what: 'Rivin tuotteella, työlajilla tai kululajilla ei ole koodia.',
      remedy: 'Anna sille koodi Severassa, ja luo rivi laskulle uudelleen.',
    },
    sv: {
      what: 'Radens produkt, arbetstyp eller kostnadstyp saknar kod.',
      remedy: 'Ge den en kod i Severa och skapa raden på nytt.',
    },
    en: {
      what: 'The row’s product, work type or expense type has no code.',
      remedy: 'Give it a code in Severa and make the row anew.',
    },
  },
  'product-code-several': {
    owner: 'severa-user',
    fi: {
      what: 'Riville on ryhmitelty usean koodin tuotteita.',
      remedy: 'Ryhmittele lasku Severassa tuotteittain tai työlajeittain.',
    },
    sv: {
      what: 'Raden samlar produkter med flera koder.',
      remedy: 'Gruppera fakturan enligt produkt eller arbetstyp i Severa.',
    },
    en: {
      what: 'The row groups products of several codes.',
      remedy: 'Group the invoice by product or work type in Severa.',
    },
  },
  'dimension-several': {
    owner: 'severa-user',
    fi: {
      what: 'Riville on ryhmitelty useaa laskentakohdetta.',
      remedy: 'Ryhmittele lasku Severassa projekteittain, tai poista laskentakohde siirtoasetuksista.',
    },
    sv: {
      what: 'Raden samlar flera beräkningsobjekt.',
      remedy: 'Gruppera fakturan enligt projekt i Severa, eller ta bort beräkningsobjektet ur inställningarna.',
    },
    en: {
      what: 'The row groups several dimension items.',
      remedy: 'Group the invoice by project in Severa, or take the dimension out of the settings.',
    },
  },
  'currency-mixed': {
    owner: 'severa-user',
    fi: {
      what: 'Rivin hinta on toisessa valuutassa kuin lasku.',
      remedy: 'Vaihda rivin tai laskun valuutta Severassa.',
    },
    sv: {
      what: 'Radens pris är i en annan valuta än fakturan.',
      remedy: 'Byt radens eller fakturans valuta i Severa.',
    },
    en: {
      what: 'A row’s price is in another currency than the invoice.',
      remedy: 'Change the currency of either in Severa.',
    },
  },
  'total-missing': {
    owner: 'severa-user',
    fi: { what: 'Laskulla ei ole loppusummaa.', remedy: 'Avaa ja tallenna lasku Severassa, niin summat lasketaan.' },
    sv: { what: 'Fakturan har ingen slutsumma.', remedy: 'Öppna och spara fakturan i Severa, så räknas summorna.' },
    en: { what: 'The invoice has no total.', remedy: 'Open and save it in Severa, so that it is counted.' },
  },
  'total-differs': {
    owner: 'accountant',
    fi: {
      what: 'Rivien summa eroaa laskun loppusummasta.',
      remedy:
        'Vertaa rivejä ja loppusummaa Severassa. Jos ero on pyöristystä, muuta rivin määrää tai hintaa niin, että summa on tasan senttejä.',
    },
    sv: {
      what: 'Radernas summa skiljer sig från fakturans slutsumma.',
      remedy:
        'Jämför raderna och slutsumman i Severa. Beror skillnaden på avrundning, ändra antal eller pris så att summan blir hela cent.',
    },
    en: {
      what: 'The rows do not come to the invoice’s total.',
      remedy:
        'Compare them in Severa. If it is rounding, change a quantity or a price so that its sum is in whole cents.',
    },
  },
  'vat-percent-missing': {
    owner: 'severa-user',
    fi: { what: 'Riviltä puuttuu arvonlisäveroprosentti.', remedy: 'Anna rivin veroprosentti Severassa.' },
    sv: { what: 'Raden saknar momsprocent.', remedy: 'Ange radens momsprocent i Severa.' },
    en: { what: 'A row has no VAT percent.', remedy: 'Give it one in Severa.' },
  },
  'vat-percent-not-allowed': {
    owner: 'severa-user',
    fi: {
      what: 'Netvisorissa ei ole rivin arvonlisäveroprosenttia tuolle päivälle.',
      remedy: 'Korjaa rivin veroprosentti Severassa.',
    },
    sv: { what: 'Netvisor har inte radens momsprocent för den dagen.', remedy: 'Rätta radens momsprocent i Severa.' },
    en: { what: 'Netvisor does not have the row’s VAT percent on that day.', remedy: 'Correct it in Severa.' },
  },
  'vat-reverse-charge-with-percent': {
    owner: 'severa-user',
    fi: {
      what: 'Laskulla on käännetty verovelvollisuus, mutta rivillä on vero.',
      remedy: 'Poista veroprosentti riviltä tai käännetty verovelvollisuus laskun asetuksista.',
    },
    sv: {
      what: 'Fakturan har omvänd skattskyldighet, men raden har moms.',
      remedy: 'Ta bort radens momsprocent eller den omvända skattskyldigheten ur fakturans inställningar.',
    },
    en: {
      what: 'The invoice is reverse charged, but a row has tax.',
      remedy: 'Remove the row’s percent, or the reverse charge from the invoice’s settings.',
    },
  },
  'vat-code-unclear': {
    owner: 'accountant',
    fi: {
      what: 'Verottomalle riville ei voi päätellä arvonlisäverokoodia.',
      remedy:
        'Valitse verottoman myynnin koodi siirtoasetuksista, tai anna verottomuuden syy asiakkaan maa-asetuksissa Severassa.',
    },
    sv: {
      what: 'Momskoden för en rad utan moms kan inte avgöras.',
      remedy:
        'Välj koden för momsfri försäljning i inställningarna, eller ange orsaken till momsfriheten i kundens landsinställningar i Severa.',
    },
    en: {
      what: 'The VAT code of a row without tax cannot be told.',
      remedy:
        'Choose the code of sales without tax in the settings, or give the reason in the customer’s country settings in Severa.',
    },
  },
  'invoice-vat-number-missing': {
    owner: 'severa-user',
    fi: {
      what: 'EU-myynnin laskulta puuttuu ostajan arvonlisäveronumero.',
      remedy: 'Anna asiakkaan ALV-tunniste Severassa ja valitse asiakas laskulle uudelleen.',
    },
    sv: {
      what: 'En faktura för EU-försäljning saknar köparens momsnummer.',
      remedy: 'Ange kundens momsnummer i Severa och välj kunden på nytt.',
    },
    en: {
      what: 'An invoice of EU sales has no VAT number of its buyer.',
      remedy: 'Give the customer’s VAT number in Severa and choose the customer again.',
    },
  },
  'accrual-period-unclear': {
    owner: 'severa-user',
    fi: {
      what: 'Toistuvan rivin jaksotuskautta ei voi päätellä.',
      remedy: 'Tarkista toistuvan tuotteen toistoväli Severassa, tai ota jaksotus pois siirtoasetuksista.',
    },
    sv: {
      what: 'Periodiseringen för en återkommande rad kan inte avgöras.',
      remedy: 'Kontrollera den återkommande produktens intervall i Severa, eller stäng av periodiseringen.',
    },
    en: {
      what: 'The months that a recurring row is for cannot be told.',
      remedy: 'Check how often the product recurs in Severa, or switch accrual off.',
    },
  },
  'accrual-periods-differ': {
    owner: 'severa-user',
    fi: {
      what: 'Laskulla on rivejä, joiden jaksotuskausi on eri.',
      remedy: 'Laskuta eri kausien rivit omilla laskuillaan.',
    },
    sv: {
      what: 'Fakturan har rader med olika periodisering.',
      remedy: 'Fakturera rader med olika perioder på egna fakturor.',
    },
    en: {
      what: 'The invoice has rows of different accrual periods.',
      remedy: 'Bill rows of different periods on invoices of their own.',
    },
  },
} as const satisfies Causes;
