/** Why something cannot be done with a link, for people. */
export const REFUSAL_TEXTS = {
  'link.absent': {
    fi: 'Yritykselle ei ole tehty liittymää.',
    sv: 'Företaget har ingen anslutning.',
    en: 'The company is not linked.',
  },
  'link.outdated': {
    fi: 'Liittymää on muutettu sen jälkeen, kun luit sen.',
    sv: 'Anslutningen har ändrats sedan du läste den.',
    en: 'The link was changed meanwhile.',
  },
  'link.not-active': {
    fi: 'Liittymä ei ole käytössä.',
    sv: 'Anslutningen är inte i bruk.',
    en: 'The link is not in use.',
  },
  'link.not-ready': {
    fi: 'Liittymää ei voi vielä ottaa käyttöön.',
    sv: 'Anslutningen kan inte tas i bruk ännu.',
    en: 'The link cannot be taken into use yet.',
  },
  'link.taken': {
    fi: 'Toisella yrityksellä on jo liittymä tähän Netvisorin yritykseen.',
    sv: 'Ett annat företag har redan en anslutning till detta företag i Netvisor.',
    en: 'Another company is linked to this organisation of Netvisor.',
  },
  'link.flow-off': {
    fi: 'Liittymän asetuksissa tämä siirto ei ole käytössä.',
    sv: 'Denna överföring är inte påslagen i anslutningens inställningar.',
    en: 'The link’s settings do not have this move.',
  },
  'link.request-key-reused': {
    fi: 'Samaa avainta on käytetty toiseen pyyntöön.',
    sv: 'Nyckeln har använts för en annan begäran.',
    en: 'The key was used for another request.',
  },
  'comparison.not-a-register': {
    fi: 'Vain rekistereitä voi vertailla.',
    sv: 'Endast register kan jämföras.',
    en: 'Only registers can be compared.',
  },
  'record.not-done-by-hand': {
    fi: 'Vain yksittäisen asiakirjan voi merkitä siirretyksi.',
    sv: 'Endast enskilda dokument kan märkas som överförda.',
    en: 'Only single documents can be marked as done.',
  },
  'cursor.unknown': {
    fi: 'Luettelo ei ole antanut tätä kohdistinta.',
    sv: 'Listan har inte gett denna markör.',
    en: 'The cursor is not one that this list has given.',
  },
} as const;
export type RefusalCode = keyof typeof REFUSAL_TEXTS;
