import type { Causes } from '../link/cause.js';

/** What keeps a sales invoice from moving: what it meets on the other side, and on its way there. */
export const SALES_INVOICE_CAUSES = {
  'customer-not-found': {
    owner: 'severa-user',
    fi: {
      what: 'Asiakasta ei löydy.',
      remedy:
        'Täydennä asiakkaan kortti Severassa: Y-tunnus, nimi, pääkonttorin osoite ja oma asiakasnumero. Siirrä uudelleen, kun asiakas on siirtynyt.',
    },
    sv: {
      what: 'Kunden hittas inte.',
      remedy:
        'Komplettera kundens kort i Severa: FO-nummer, namn, huvudkontorets adress och ett eget kundnummer. Överför på nytt när kunden har flyttats.',
    },
    en: {
      what: 'The customer is not found.',
      remedy:
        'Complete the customer’s card in Severa: business id, name, headquarters address and a number of its own. Transfer again once the customer has moved.',
    },
  },
  'customer-waits': {
    owner: 'nobody',
    fi: {
      what: 'Laskun asiakas ei ole vielä siirtynyt Netvisoriin.',
      remedy: 'Lasku siirtyy itsestään asiakkaan jälkeen. Jos asiakkaan siirto on hylätty, korjaa ensin se.',
    },
    sv: {
      what: 'Fakturans kund har inte flyttats till Netvisor ännu.',
      remedy: 'Fakturan följer av sig själv efter kunden. Om kunden har avvisats, rätta den först.',
    },
    en: {
      what: 'The invoice’s customer has not moved to Netvisor yet.',
      remedy: 'The invoice follows by itself. If the customer was rejected, mend that first.',
    },
  },
  'already-transferred': {
    owner: 'severa-user',
    fi: {
      what: 'Myyntilasku on jo siirretty Netvisoriin, ja sitä on muutettu Severassa sen jälkeen.',
      remedy:
        'Jos Netvisorin lasku on oikein, vaihda tilaksi Severassa Lasku lähetetty Netvisoriin. Muutos tehdään hyvityslaskulla.',
    },
    sv: {
      what: 'Fakturan har redan överförts till Netvisor och har ändrats i Severa efter det.',
      remedy:
        'Om fakturan i Netvisor är rätt, byt dess status i Severa till den överförda. En ändring görs med en kreditnota.',
    },
    en: {
      what: 'The invoice has moved to Netvisor already, and was changed in Severa since.',
      remedy:
        'If Netvisor’s invoice is right, set its status in Severa to the sent one. A change is made by a credit note.',
    },
  },
  'invoice-number-taken': {
    owner: 'accountant',
    fi: {
      what: 'Netvisorissa on samalla numerolla toinen lasku.',
      remedy:
        'Vertaa laskuja. Jos Netvisorin lasku on sama, korjaa sen summa tai asiakas; jos se on toinen, vaihda numero.',
    },
    sv: {
      what: 'Netvisor har en annan faktura med samma nummer.',
      remedy: 'Jämför fakturorna. Är den i Netvisor samma, rätta dess summa eller kund; är den en annan, byt nummer.',
    },
    en: {
      what: 'Netvisor has another invoice of this number.',
      remedy:
        'Compare the two. If Netvisor’s is the same, correct its sum or customer; if it is another, change the number.',
    },
  },
  'invoice-number-shared': {
    owner: 'severa-user',
    fi: {
      what: 'Severassa on toinen lasku samalla numerolla.',
      remedy: 'Anna toiselle laskulle oma numero Severassa ja siirrä uudelleen.',
    },
    sv: {
      what: 'Severa har en annan faktura med samma nummer.',
      remedy: 'Ge den ena ett eget nummer i Severa och överför på nytt.',
    },
    en: {
      what: 'Severa has another invoice of this number.',
      remedy: 'Give one of them a number of its own in Severa and transfer again.',
    },
  },
  'invoice-not-found': {
    owner: 'accountant',
    fi: {
      what: 'Netvisor ilmoitti laskun olevan jo siellä, mutta sitä ei löydy numerolla.',
      remedy: 'Etsi lasku Netvisorista. Jos sitä ei ole, siirrä uudelleen; jos on, vaihda tila Severassa käsin.',
    },
    sv: {
      what: 'Netvisor meddelade att fakturan redan finns där, men den hittas inte med numret.',
      remedy: 'Sök fakturan i Netvisor. Finns den inte, överför på nytt; finns den, byt status i Severa för hand.',
    },
    en: {
      what: 'Netvisor said that the invoice is there already, but it is not found by its number.',
      remedy:
        'Look for it in Netvisor. If it is not there, transfer again; if it is, set the status in Severa by hand.',
    },
  },
  'invoice-withdrawn': {
    owner: 'severa-user',
    fi: {
      what: 'Lasku ei ole enää Severassa siirrettävien tilassa.',
      remedy: 'Jos lasku on tarkoitus siirtää, palauta sen tilaksi Valmis lähetettäväksi Netvisoriin.',
    },
    sv: {
      what: 'Fakturan är inte längre i statusen för överföring i Severa.',
      remedy: 'Om den ska överföras, sätt tillbaka den i statusen som är klar att sändas till Netvisor.',
    },
    en: {
      what: 'The invoice is no longer in the status to be sent from in Severa.',
      remedy: 'If it is to move, put it back into the ready status.',
    },
  },
  'invoice-changed': {
    owner: 'nobody',
    fi: {
      what: 'Laskua muutettiin Severassa juuri ennen lähetystä.',
      remedy: 'Se luetaan uudelleen ja siirtyy itsestään.',
    },
    sv: {
      what: 'Fakturan ändrades i Severa strax före sändningen.',
      remedy: 'Den läses på nytt och överförs av sig själv.',
    },
    en: {
      what: 'The invoice was changed in Severa just before it was sent.',
      remedy: 'It is read again and moves by itself.',
    },
  },
} as const satisfies Causes;
