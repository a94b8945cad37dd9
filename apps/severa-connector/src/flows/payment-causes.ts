import type { Causes } from '../link/cause.js';

/** What keeps a payment from being told to Severa. What the sums or invoices are stands beside it. */
export const PAYMENT_CAUSES = {
  'severa-invoice-ambiguous': {
    owner: 'accountant',
    fi: {
      what: 'Severassa on useita laskuja, joita maksu voisi koskea.',
      remedy: 'Merkitse oikea lasku maksetuksi Severassa.',
    },
    sv: {
      what: 'Severa har flera fakturor som betalningen kan gälla.',
      remedy: 'Markera rätt faktura som betald i Severa.',
    },
    en: {
      what: 'Severa has several invoices that the payment could be of.',
      remedy: 'Mark the right one as paid in Severa.',
    },
  },
  'severa-invoice-unlike': {
    owner: 'accountant',
    fi: {
      what: 'Severassa on samannumeroinen lasku, mutta sen summa tai viitenumero on toinen.',
      remedy: 'Vertaa laskuja. Jos ne ovat sama lasku, merkitse se maksetuksi Severassa.',
    },
    sv: {
      what: 'Severa har en faktura med samma nummer, men med annan summa eller annat referensnummer.',
      remedy: 'Jämför fakturorna. Om de är samma faktura, markera den som betald i Severa.',
    },
    en: {
      what: 'Severa has an invoice of the same number, but of another sum or reference number.',
      remedy: 'Compare the two. If they are one and the same, mark it as paid in Severa.',
    },
  },
  'payment-undone': {
    owner: 'accountant',
    fi: {
      what: 'Maksu on peruttu Netvisorissa, mutta lasku on Severassa yhä maksettu.',
      remedy: 'Palauta laskun tila ja poista maksupäivä Severassa, ja siirrä sitten uudelleen.',
    },
    sv: {
      what: 'Betalningen har återtagits i Netvisor, men fakturan är fortfarande betald i Severa.',
      remedy: 'Återställ fakturans status och ta bort betalningsdagen i Severa, och överför sedan på nytt.',
    },
    en: {
      what: 'The payment was taken back in Netvisor, but the invoice is still paid in Severa.',
      remedy: 'Put the invoice’s status back and remove its payment date in Severa, then transfer it again.',
    },
  },
  'paid-status-missing': {
    owner: 'main-user',
    fi: {
      what: 'Maksetun laskun tilaa Severassa ei ole valittu.',
      remedy: 'Valitse tila siirtoasetuksissa ja siirrä uudelleen.',
    },
    sv: {
      what: 'Statusen för betalda fakturor i Severa har inte valts.',
      remedy: 'Välj statusen i överföringsinställningarna och överför på nytt.',
    },
    en: {
      what: 'No status of Severa is chosen for paid invoices.',
      remedy: 'Choose it in the transfer settings and transfer again.',
    },
  },
  'partly-paid': {
    owner: 'nobody',
    fi: {
      what: 'Laskusta on maksettu osa. Severaan voi merkitä vain koko laskun maksetuksi.',
      remedy: 'Tieto siirtyy itsestään, kun loput on maksettu.',
    },
    sv: {
      what: 'En del av fakturan är betald. I Severa kan bara hela fakturan markeras som betald.',
      remedy: 'Uppgiften överförs av sig själv när resten är betald.',
    },
    en: {
      what: 'A part of the invoice is paid. Severa can only mark the whole of it.',
      remedy: 'It moves by itself once the rest is paid.',
    },
  },
} as const satisfies Causes;
