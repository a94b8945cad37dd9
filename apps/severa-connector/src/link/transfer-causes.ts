import type { Causes } from './cause.js';

/** What keeps one record from moving, whatever its flow: the other system's refusals, lost answers, our own rules. */
export const TRANSFER_CAUSES = {
  'netvisor-invalid-data': {
    owner: 'accountant',
    fi: {
      what: 'Netvisor ei hyväksynyt tietoja.',
      remedy: 'Lue Netvisorin oma viesti, korjaa tieto lähdejärjestelmässä ja siirrä uudelleen.',
    },
    sv: {
      what: 'Netvisor godkände inte uppgifterna.',
      remedy: 'Läs Netvisors eget meddelande, rätta uppgiften i källsystemet och överför på nytt.',
    },
    en: {
      what: 'Netvisor did not accept the data.',
      remedy: 'Read Netvisor’s own message, correct it in the source system and transfer it again.',
    },
  },
  'netvisor-data-size': {
    owner: 'accountant',
    fi: {
      what: 'Jokin tieto on Netvisorille väärän mittainen.',
      remedy: 'Lyhennä tietoa lähdejärjestelmässä ja siirrä uudelleen.',
    },
    sv: {
      what: 'En uppgift har fel längd för Netvisor.',
      remedy: 'Förkorta uppgiften i källsystemet och överför på nytt.',
    },
    en: {
      what: 'Something is of the wrong size for Netvisor.',
      remedy: 'Shorten it in the source system and transfer it again.',
    },
  },
  'netvisor-duplicate-data': {
    owner: 'accountant',
    fi: {
      what: 'Netvisorissa on jo tieto samalla tunnuksella.',
      remedy: 'Tarkista kumpi on oikea. Anna toiselle oma tunnus, tai merkitse tämä tehdyksi.',
    },
    sv: {
      what: 'Netvisor har redan en uppgift med samma kod.',
      remedy: 'Kontrollera vilken som är rätt. Ge den ena en egen kod, eller markera denna som klar.',
    },
    en: {
      what: 'Netvisor has a record with the same code already.',
      remedy: 'See which one is right. Give one of them a code of its own, or mark this one done.',
    },
  },
  'netvisor-period-lock': {
    owner: 'accountant',
    fi: {
      what: 'Päivä on lukitulla tilikaudella.',
      remedy: 'Avaa kausi Netvisorissa tai korjaa päivä, ja siirrä uudelleen.',
    },
    sv: {
      what: 'Datumet ligger i en låst period.',
      remedy: 'Öppna perioden i Netvisor eller rätta datumet, och överför på nytt.',
    },
    en: {
      what: 'The date lies in a locked period.',
      remedy: 'Open the period in Netvisor or correct the date, and transfer it again.',
    },
  },
  'netvisor-other': {
    owner: 'accountant',
    fi: {
      what: 'Netvisor ei ottanut tietoa vastaan.',
      remedy: 'Lue Netvisorin oma viesti, korjaa ja siirrä uudelleen.',
    },
    sv: {
      what: 'Netvisor tog inte emot uppgiften.',
      remedy: 'Läs Netvisors eget meddelande, rätta och överför på nytt.',
    },
    en: {
      what: 'Netvisor did not take it.',
      remedy: 'Read Netvisor’s own message, mend it and transfer it again.',
    },
  },
  'severa-refused': {
    owner: 'accountant',
    fi: {
      what: 'Severa ei ottanut tietoa vastaan.',
      remedy: 'Lue Severan oma viesti, korjaa ja siirrä uudelleen.',
    },
    sv: {
      what: 'Severa tog inte emot uppgiften.',
      remedy: 'Läs Severas eget meddelande, rätta och överför på nytt.',
    },
    en: { what: 'Severa did not take it.', remedy: 'Read Severa’s own message, mend it and transfer it again.' },
  },
  'no-answer': {
    owner: 'nobody',
    fi: {
      what: 'Vastaus jäi saamatta: tieto on voinut mennä perille.',
      remedy: 'Se tarkistetaan itsestään ennen kuin mitään lähetetään uudelleen.',
    },
    sv: {
      what: 'Inget svar kom: uppgiften kan ha kommit fram.',
      remedy: 'Det kontrolleras av sig självt innan något skickas på nytt.',
    },
    en: {
      what: 'No answer came: it may have arrived.',
      remedy: 'It is looked up by itself before anything is sent again.',
    },
  },
  'repeat-unsafe': {
    owner: 'accountant',
    fi: {
      what: 'Vastaus jäi saamatta, eikä perillemenoa voi tarkistaa rajapinnasta.',
      remedy: 'Katso kohdejärjestelmästä. Jos tieto on siellä, merkitse tehdyksi; ellei, siirrä uudelleen.',
    },
    sv: {
      what: 'Inget svar kom, och det kan inte kontrolleras över gränssnittet om det kom fram.',
      remedy: 'Se efter i målsystemet. Finns uppgiften där, markera som klar; annars överför på nytt.',
    },
    en: {
      what: 'No answer came, and the interface cannot tell whether it arrived.',
      remedy: 'Look in the other system. If it is there, mark it done; if not, transfer it again.',
    },
  },
  'not-allowed': {
    owner: 'main-user',
    fi: {
      what: 'Yrityksen säännöt eivät salli siirtoa.',
      remedy: 'Tarkista liittymän kumppanikäyttäjän oikeudet ja rajoitusryhmät, ja siirrä uudelleen.',
    },
    sv: {
      what: 'Företagets regler tillåter inte överföringen.',
      remedy: 'Kontrollera anslutningens partneranvändares rättigheter och begränsningsgrupper, och överför på nytt.',
    },
    en: {
      what: 'The company’s rules do not allow the transfer.',
      remedy: 'Check the rights and restriction groups of the link’s partner user, and transfer it again.',
    },
  },
  'outside-hours': {
    owner: 'nobody',
    fi: { what: 'Siirto odottaa sallittua aikaa.', remedy: 'Se jatkuu itsestään, kun aika aukeaa.' },
    sv: { what: 'Överföringen väntar på tillåten tid.', remedy: 'Den fortsätter av sig själv när tiden öppnar.' },
    en: { what: 'The transfer waits for its allowed time.', remedy: 'It goes on by itself when the time comes.' },
  },
  'gone-in-source': {
    owner: 'accountant',
    fi: {
      what: 'Tieto on poistettu lähdejärjestelmästä. Kohdejärjestelmästä sitä ei poisteta.',
      remedy: 'Poista tai passivoi se kohdejärjestelmässä käsin, jos niin halutaan.',
    },
    sv: {
      what: 'Uppgiften är borttagen ur källsystemet. Ur målsystemet tas den inte bort.',
      remedy: 'Ta bort eller passivera den för hand i målsystemet, om så önskas.',
    },
    en: {
      what: 'It was deleted in the source system. It is not deleted in the other one.',
      remedy: 'Delete or deactivate it there by hand, if that is wanted.',
    },
  },
  'gone-in-target': {
    owner: 'accountant',
    fi: {
      what: 'Tieto on poistettu järjestelmästä, johon se on siirretty. Uutta ei tehdä itsestään.',
      remedy: 'Jos poisto oli tarkoitus, poista tai passivoi tieto lähdejärjestelmässäkin. Jos ei, siirrä uudelleen.',
    },
    sv: {
      what: 'Uppgiften är borttagen ur systemet som den överfördes till. Ingen ny görs av sig själv.',
      remedy: 'Om den skulle tas bort, ta bort eller passivera den även i källsystemet. Annars överför på nytt.',
    },
    en: {
      what: 'It was deleted in the system that it was moved to. It is not made anew by itself.',
      remedy: 'If that was meant, delete or deactivate it in the source system, too. If not, transfer it again.',
    },
  },
  'fault-of-ours': {
    owner: 'operator',
    fi: { what: 'Palvelussa on vika.', remedy: 'Ilmoita operaattorille; siirto jatkuu korjauksen jälkeen.' },
    sv: { what: 'Tjänsten har ett fel.', remedy: 'Meddela operatören; överföringen fortsätter efter rättelsen.' },
    en: { what: 'The service has a fault.', remedy: 'Tell the operator; the transfer goes on once it is mended.' },
  },
} as const satisfies Causes;

/** Netvisor's published categories (contract netvisor §3.2) as causes; what is not here is `netvisor-other`. */
const OF_CATEGORY: Readonly<Record<string, string>> = {
  INVALID_DATA: 'netvisor-invalid-data',
  INVALID_DATA_SIZE: 'netvisor-data-size',
  DUPLICATE_DATA: 'netvisor-duplicate-data',
  PERIOD_LOCK: 'netvisor-period-lock',
  SERVICE_ACCESS_ERROR: 'netvisor-access',
  AUTHENTICATION_FAILED: 'netvisor-credentials-invalid',
  SYSTEM_MAINTENANCE: 'netvisor-unavailable',
};

export const causeOfCategory = (category: string): string => OF_CATEGORY[category] ?? 'netvisor-other';
