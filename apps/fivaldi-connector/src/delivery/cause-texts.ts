import type { Cause, DeliveryCause, Owner, Texts } from './cause.js';

const cause = (
  owner: Owner,
  what: readonly [fi: string, sv: string, en: string],
  remedy: readonly [fi: string, sv: string, en: string],
): Cause => ({ owner, what: texts(what), remedy: texts(remedy) });

const texts = ([fi, sv, en]: readonly [string, string, string]): Texts => ({ fi, sv, en });

const CORRECT = [
  'Korjaa tieto lähdejärjestelmässä ja lähetä aineisto uudelleen.',
  'Rätta uppgiften i källsystemet och skicka materialet på nytt.',
  'Correct it in the source system and send the data again.',
] as const;

/** What each cause means, who acts and how, in the three languages. */
export const CAUSES: Readonly<Record<DeliveryCause, Cause>> = {
  'too-long': cause(
    'sender',
    ['Arvo on Fivaldille liian pitkä.', 'Värdet är för långt för Fivaldi.', 'A value is too long for Fivaldi.'],
    CORRECT,
  ),
  'too-many-digits': cause(
    'sender',
    ['Luvussa on liikaa numeroita.', 'Talet har för många siffror.', 'A number has too many digits.'],
    CORRECT,
  ),
  missing: cause(
    'sender',
    ['Pakollinen tieto puuttuu.', 'En obligatorisk uppgift saknas.', 'Something that is required is missing.'],
    CORRECT,
  ),
  'not-in-list': cause(
    'sender',
    [
      'Arvo ei ole Fivaldin tuntemia.',
      'Värdet hör inte till dem som Fivaldi känner.',
      'The value is none that Fivaldi knows.',
    ],
    CORRECT,
  ),
  'not-euro': cause(
    'sender',
    [
      'Fivaldi ottaa vain euromääräisiä tilauksia.',
      'Fivaldi tar bara emot order i euro.',
      'Fivaldi takes orders in euros only.',
    ],
    CORRECT,
  ),
  'no-price': cause(
    'sender',
    ['Tuoterivillä ei ole hintaa.', 'Produktraden har inget pris.', 'A product row has no price.'],
    CORRECT,
  ),
  'customer-first': cause(
    'accountant',
    [
      'Tilauksen asiakas ei ole vielä Fivaldissa.',
      'Orderns kund finns ännu inte i Fivaldi.',
      'The order’s customer is not in Fivaldi yet.',
    ],
    [
      'Tilaus lähtee asiakkaan jälkeen. Katso, miksi asiakas odottaa.',
      'Ordern skickas efter kunden. Se varför kunden väntar.',
      'The order follows its customer. See why the customer waits.',
    ],
  ),
  'business-id': cause(
    'sender',
    ['Y-tunnus puuttuu tai on väärä.', 'FO-numret saknas eller är fel.', 'The business id is missing or wrong.'],
    CORRECT,
  ),
  address: cause(
    'sender',
    [
      'Osoite on vajaa: katu, postinumero ja toimipaikka tarvitaan.',
      'Adressen är ofullständig: gata, postnummer och ort behövs.',
      'The address is not whole: street, postal code and post office are needed.',
    ],
    CORRECT,
  ),
  'product-missing': cause(
    'accountant',
    ['Rivin tuotetta ei ole Fivaldissa.', 'Radens produkt finns inte i Fivaldi.', 'A row’s product is not in Fivaldi.'],
    [
      'Perusta tuote tai siirrä tuoterekisteri, ja yritä uudelleen.',
      'Lägg upp produkten eller överför produktregistret, och försök igen.',
      'Make the product or transfer the product register, and try again.',
    ],
  ),
  'product-code': cause(
    'sender',
    ['Tuoteriviltä puuttuu tuotekoodi.', 'Produktkoden saknas på en rad.', 'A row has no product code.'],
    CORRECT,
  ),
  'already-there': cause(
    'accountant',
    ['Fivaldissa on jo sama.', 'Det finns redan i Fivaldi.', 'Fivaldi has it already.'],
    [
      'Tarkista Fivaldista; merkitse tehdyksi tai yritä uudelleen.',
      'Kontrollera i Fivaldi; markera som klar eller försök igen.',
      'Look in Fivaldi; mark it done or try again.',
    ],
  ),
  'not-draft': cause(
    'accountant',
    [
      'Tilaus on jo laskutettu, eikä sitä voi muuttaa.',
      'Ordern är redan fakturerad och kan inte ändras.',
      'The order is invoiced and cannot be changed.',
    ],
    [
      'Tee muutos Fivaldissa, esimerkiksi hyvityslaskulla.',
      'Gör ändringen i Fivaldi, till exempel med en kreditfaktura.',
      'Make the change in Fivaldi, by a credit note for example.',
    ],
  ),
  refused: cause(
    'accountant',
    ['Fivaldi ei ottanut tietoa vastaan.', 'Fivaldi tog inte emot uppgiften.', 'Fivaldi did not take it.'],
    [
      'Lue Fivaldin oma viesti, korjaa ja yritä uudelleen.',
      'Läs Fivaldis eget meddelande, rätta och försök igen.',
      'Read Fivaldi’s own message, correct it and try again.',
    ],
  ),
  'not-allowed': cause(
    'main-user',
    [
      'Yrityksen säännöt eivät salli siirtoa.',
      'Företagets regler tillåter inte överföringen.',
      'The company’s rules do not allow the transfer.',
    ],
    [
      'Tarkista kumppanikäyttäjän oikeudet ja yritä uudelleen.',
      'Kontrollera partneranvändarens rättigheter och försök igen.',
      'Check the partner user’s rights and try again.',
    ],
  ),
  'no-answer': cause(
    'operator',
    [
      'Fivaldi ei ole vastannut useaan yritykseen.',
      'Fivaldi har inte svarat på flera försök.',
      'Fivaldi has not answered several times.',
    ],
    [
      'Tarkista Fivaldin tila ja yritä uudelleen.',
      'Kontrollera Fivaldis läge och försök igen.',
      'Check how Fivaldi is and try again.',
    ],
  ),
  'repeat-unsafe': cause(
    'accountant',
    [
      'Vastaus jäi saamatta: erä on voinut mennä perille.',
      'Inget svar kom: partiet kan ha kommit fram.',
      'No answer came: the batch may have arrived.',
    ],
    [
      'Katso Fivaldista. Jos erä on siellä, merkitse tehdyksi; ellei, lähetä uudelleen.',
      'Se efter i Fivaldi. Finns partiet där, markera som klart; annars skicka på nytt.',
      'Look in Fivaldi. If the batch is there, mark it done; if not, send it again.',
    ],
  ),
  'not-changeable': cause(
    'accountant',
    [
      'Fivaldissa ei ole keinoa muuttaa tätä siirrolla.',
      'Fivaldi har inget sätt att ändra detta genom överföring.',
      'Fivaldi has no way to change this by transfer.',
    ],
    [
      'Tee muutos Fivaldissa käsin ja merkitse tehdyksi.',
      'Gör ändringen för hand i Fivaldi och markera som klar.',
      'Make the change in Fivaldi by hand and mark it done.',
    ],
  ),
  'removed-here': cause(
    'accountant',
    [
      'Tieto on poistettu rekisteristä, mutta on yhä Fivaldissa.',
      'Uppgiften är borttagen ur registret men finns kvar i Fivaldi.',
      'It is deleted from the register and still in Fivaldi.',
    ],
    [
      'Poista tai passivoi se Fivaldissa käsin ja merkitse tehdyksi.',
      'Ta bort eller passivera den för hand i Fivaldi och markera som klar.',
      'Remove it in Fivaldi by hand and mark it done.',
    ],
  ),
  'linked-twice': cause(
    'accountant',
    [
      'Kahdella tiedolla on sama ulkoinen tunnus.',
      'Två uppgifter har samma externa kod.',
      'Two records have the same external id.',
    ],
    [
      'Anna toiselle oma ulkoinen tunnus ja yritä uudelleen.',
      'Ge den ena en egen extern kod och försök igen.',
      'Give one of them an external id of its own and try again.',
    ],
  ),
  'changed-on-both-sides': cause(
    'accountant',
    [
      'Tietoa on muutettu sekä täällä että Fivaldissa.',
      'Uppgiften har ändrats både här och i Fivaldi.',
      'It was changed both here and in Fivaldi.',
    ],
    [
      'Valitse, kumpi jää: omamme lähetetään, tai Fivaldin jää voimaan.',
      'Välj vilken som blir kvar: vår skickas, eller Fivaldis gäller.',
      'Choose which one stays: ours is sent, or Fivaldi’s is left.',
    ],
  ),
  'new-in-fivaldi': cause(
    'accountant',
    [
      'Fivaldissa on uusi tieto, jota rekisterimme ei voi ottaa sellaisenaan: tunnus on varattu, tai jokin arvo ei kelpaa.',
      'I Fivaldi finns en ny uppgift som vårt register inte kan ta emot: koden är upptagen eller något värde duger inte.',
      'A record was made in Fivaldi that our register cannot hold as it is: its key is taken, or a value does not fit.',
    ],
    [
      'Luo tieto täällä itse ja anna sille Fivaldissa ulkoinen tunnus, tai merkitse asia hoidetuksi.',
      'Skapa uppgiften här själv och ge den ett externt id i Fivaldi, eller markera saken som skött.',
      'Make the record here and give it its external id in Fivaldi, or say that it is done.',
    ],
  ),
  'credentials-refused': cause(
    'operator',
    [
      'Fivaldi ei hyväksy palvelun tunnusta.',
      'Fivaldi godkänner inte tjänstens kod.',
      'Fivaldi does not accept the service’s credentials.',
    ],
    [
      'Tarkista kumppanitunnus, salaisuus ja palvelimen kello, ja tallenna yhteys uudelleen.',
      'Kontrollera partnerkoden, hemligheten och serverns klocka, och spara förbindelsen på nytt.',
      'Check the partner id, the secret and the server’s clock, and save the connection again.',
    ],
  ),
  'right-missing': cause(
    'main-user',
    [
      'Palvelulta puuttuu oikeus yritykseen Fivaldissa.',
      'Tjänsten saknar rättighet till företaget i Fivaldi.',
      'The service lacks a right to the company in Fivaldi.',
    ],
    [
      'Anna oikeus Fivaldin Palvelunhallinnassa, ja pyydä yhteyttä tallennettavaksi uudelleen.',
      'Ge rättigheten i Fivaldis Tjänsthantering, och be att förbindelsen sparas på nytt.',
      'Grant it in Fivaldi’s Service Management, and ask for the connection to be saved again.',
    ],
  ),
};
