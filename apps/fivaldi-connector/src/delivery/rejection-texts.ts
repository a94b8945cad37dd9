import { cause, type Cause, type DeliveryCause } from './cause.js';

const CORRECT = [
  'Korjaa tieto lähdejärjestelmässä ja lähetä aineisto uudelleen.',
  'Rätta uppgiften i källsystemet och skicka materialet på nytt.',
  'Correct it in the source system and send the data again.',
] as const;

/** Why a record cannot go as it is: what our check before it finds, and what Fivaldi says. */
export const REJECTIONS = {
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
} as const satisfies Partial<Record<DeliveryCause, Cause>>;
