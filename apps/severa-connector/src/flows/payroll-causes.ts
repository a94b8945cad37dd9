import type { Causes } from '../link/cause.js';

/** What keeps hours and travel reports from moving. */
export const PAYROLL_CAUSES = {
  'employee-number-missing': {
    owner: 'severa-user',
    fi: {
      what: 'Severan käyttäjällä ei ole henkilönumeroa.',
      remedy: 'Kirjaa Netvisorin henkilönumero käyttäjän tunnukseksi Severassa.',
    },
    sv: {
      what: 'Användaren i Severa saknar anställningsnummer.',
      remedy: 'Ange Netvisors anställningsnummer som användarens kod i Severa.',
    },
    en: {
      what: 'The user in Severa has no employee number.',
      remedy: 'Enter Netvisor’s employee number as the user’s code in Severa.',
    },
  },
  'employee-number-leading-zero': {
    owner: 'severa-user',
    fi: {
      what: 'Henkilönumero alkaa nollalla, mitä Netvisor ei hyväksy.',
      remedy: 'Vaihda henkilönumero molemmissa järjestelmissä sellaiseen, joka ei ala nollalla.',
    },
    sv: {
      what: 'Anställningsnumret börjar med noll, vilket Netvisor inte godkänner.',
      remedy: 'Byt i båda systemen till ett anställningsnummer som inte börjar med noll.',
    },
    en: {
      what: 'The employee number begins with a zero, which Netvisor does not accept.',
      remedy: 'Change it in both systems to one that does not begin with a zero.',
    },
  },
  'employee-number-shared': {
    owner: 'severa-user',
    fi: {
      what: 'Kahdella Severan käyttäjällä on sama henkilönumero: toisen tunnit korvaisivat toisen tunnit.',
      remedy: 'Korjaa käyttäjien henkilönumerot Severassa.',
    },
    sv: {
      what: 'Två användare i Severa har samma anställningsnummer: den enas timmar skulle ersätta den andras.',
      remedy: 'Rätta användarnas anställningsnummer i Severa.',
    },
    en: {
      what: 'Two users in Severa have the same employee number: the hours of one would replace those of the other.',
      remedy: 'Correct the users’ employee numbers in Severa.',
    },
  },
  'record-type-unmapped': {
    owner: 'accountant',
    fi: {
      what: 'Työlajille, ylityöluokalle tai poissaololle ei ole valittu Netvisorin kirjauslajia.',
      remedy: 'Valitse kirjauslaji työmerkintöjen siirtoasetuksissa ja siirrä uudelleen.',
    },
    sv: {
      what: 'Arbetstypen, övertidsklassen eller frånvaron har ingen registreringstyp i Netvisor.',
      remedy: 'Välj registreringstyp i överföringsinställningarna för arbetstid och överför på nytt.',
    },
    en: {
      what: 'No record type of Netvisor has been chosen for a work type, overtime class or absence.',
      remedy: 'Choose the record type in the transfer settings of hours, and transfer it again.',
    },
  },
  'record-type-in-days': {
    owner: 'accountant',
    fi: {
      what: 'Valittua kirjauslajia lasketaan Netvisorissa päivinä, ja Severasta tulee tunteja.',
      remedy: 'Valitse työajan siirtoasetuksissa tunteina laskettava kirjauslaji, tai kirjaa päivä Netvisoriin käsin.',
    },
    sv: {
      what: 'Den valda registreringstypen räknas i dagar i Netvisor, och från Severa kommer timmar.',
      remedy:
        'Välj i överföringsinställningarna en typ som räknas i timmar, eller registrera dagen för hand i Netvisor.',
    },
    en: {
      what: 'The chosen record type is counted in days in Netvisor, and Severa has hours.',
      remedy:
        'Choose one that is counted in hours in the transfer settings of hours, or enter the day by hand in Netvisor.',
    },
  },
  'absence-hours-unknown': {
    owner: 'severa-user',
    fi: {
      what: 'Koko päivän poissaolon tunteja ei tiedetä: käyttäjän työsopimuksessa ei ole päivittäistä työaikaa.',
      remedy: 'Kirjaa päivittäinen työaika käyttäjän työsopimukseen tai kellonajat poissaoloon Severassa.',
    },
    sv: {
      what: 'Timmarna för en heldagsfrånvaro är okända: användarens arbetsavtal saknar daglig arbetstid.',
      remedy: 'Ange daglig arbetstid i arbetsavtalet, eller klockslag för frånvaron, i Severa.',
    },
    en: {
      what: 'The hours of an absence of whole days are not known: the user’s contract has no daily hours.',
      remedy: 'Enter the daily hours in the contract, or times in the absence, in Severa.',
    },
  },
  'travel-type-unmapped': {
    owner: 'accountant',
    fi: {
      what: 'Matkakulutyypille ei ole valittu Netvisorin kulutyyppiä, tai valittua ei ole.',
      remedy: 'Valitse kulutyyppi matkalaskujen siirtoasetuksissa ja siirrä uudelleen.',
    },
    sv: {
      what: 'Reseutgiftstypen har ingen motsvarighet i Netvisor, eller den valda finns inte.',
      remedy: 'Välj utgiftstyp i överföringsinställningarna för reseräkningar och överför på nytt.',
    },
    en: {
      what: 'No expense type of Netvisor has been chosen for a travel expense type, or there is none of that name.',
      remedy: 'Choose it in the transfer settings of travel reports, and transfer it again.',
    },
  },
  'travel-line-incomplete': {
    owner: 'severa-user',
    fi: {
      what: 'Matkalaskun riviltä puuttuu määrä, hinta tai päivä.',
      remedy: 'Täydennä rivi Severassa.',
    },
    sv: {
      what: 'En rad i reseräkningen saknar antal, pris eller datum.',
      remedy: 'Komplettera raden i Severa.',
    },
    en: {
      what: 'A line of the travel report has no quantity, price or day.',
      remedy: 'Complete the line in Severa.',
    },
  },
  'travel-times-missing': {
    owner: 'severa-user',
    fi: {
      what: 'Päivärahariviltä puuttuu matkan alkamis- tai päättymisaika.',
      remedy: 'Kirjaa kellonajat riville Severassa.',
    },
    sv: {
      what: 'En dagtraktamentsrad saknar resans start- eller sluttid.',
      remedy: 'Ange klockslagen på raden i Severa.',
    },
    en: {
      what: 'A daily allowance lacks the time at which the journey began or ended.',
      remedy: 'Enter the times on the line in Severa.',
    },
  },
  'travel-currency': {
    owner: 'accountant',
    fi: {
      what: 'Matkalaskun rivi on muussa valuutassa kuin eurossa, eikä Severa kerro summaa euroina.',
      remedy: 'Kirjaa rivi euroina Severassa tai matkalasku käsin Netvisoriin.',
    },
    sv: {
      what: 'En rad i reseräkningen är i annan valuta än euro, och Severa anger inte summan i euro.',
      remedy: 'Ange raden i euro i Severa, eller registrera reseräkningen för hand i Netvisor.',
    },
    en: {
      what: 'A line of the travel report is in another currency, and Severa does not give its sum in euros.',
      remedy: 'Enter the line in euros in Severa, or the report by hand in Netvisor.',
    },
  },
  'attachments-too-large': {
    owner: 'severa-user',
    fi: {
      what: 'Matkalaskun liitteet ovat yhteensä yli 4 megatavua.',
      remedy: 'Pienennä tai poista liitteitä Severassa ja siirrä uudelleen.',
    },
    sv: {
      what: 'Reseräkningens bilagor är sammanlagt större än 4 megabyte.',
      remedy: 'Förminska eller ta bort bilagor i Severa och överför på nytt.',
    },
    en: {
      what: 'The travel report’s attachments are more than 4 megabytes together.',
      remedy: 'Shrink or remove some of them in Severa, and transfer it again.',
    },
  },
  'attachment-name-too-long': {
    owner: 'severa-user',
    fi: {
      what: 'Liitteen nimessä on yli 100 merkkiä.',
      remedy: 'Nimeä liite lyhyemmin Severassa ja siirrä uudelleen.',
    },
    sv: {
      what: 'En bilagas namn har fler än 100 tecken.',
      remedy: 'Ge bilagan ett kortare namn i Severa och överför på nytt.',
    },
    en: {
      what: 'An attachment’s name has more than 100 characters.',
      remedy: 'Give it a shorter name in Severa, and transfer it again.',
    },
  },
  'attachment-missing': {
    owner: 'severa-user',
    fi: {
      what: 'Matkalaskulla on liite, jota Severa ei anna.',
      remedy: 'Lisää liite uudelleen tai poista se Severassa, ja siirrä uudelleen.',
    },
    sv: {
      what: 'Reseräkningen har en bilaga som Severa inte lämnar ut.',
      remedy: 'Lägg till bilagan på nytt eller ta bort den i Severa, och överför på nytt.',
    },
    en: {
      what: 'The travel report has an attachment that Severa does not hand out.',
      remedy: 'Add it anew or remove it in Severa, and transfer it again.',
    },
  },
  'changed-after-transfer': {
    owner: 'accountant',
    fi: {
      what: 'Tietoa on muutettu siirron jälkeen. Siirrettyä ei muuteta rajapinnan kautta.',
      remedy: 'Tee sama muutos kohdejärjestelmään käsin ja merkitse tehdyksi.',
    },
    sv: {
      what: 'Uppgiften har ändrats efter överföringen. Det överförda ändras inte över gränssnittet.',
      remedy: 'Gör samma ändring för hand i målsystemet och markera som klar.',
    },
    en: {
      what: 'It was changed after its transfer. What has moved is not changed over the interface.',
      remedy: 'Make the same change by hand in the other system, and mark it done.',
    },
  },
} as const satisfies Causes;
