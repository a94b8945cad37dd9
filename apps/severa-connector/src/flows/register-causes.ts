import type { Cause, CauseOwner, Causes } from '../link/cause.js';

type Said = readonly [what: string, remedy: string];

const cause = (owner: CauseOwner, fi: Said, sv: Said, en: Said): Cause => ({
  owner,
  fi: { what: fi[0], remedy: fi[1] },
  sv: { what: sv[0], remedy: sv[1] },
  en: { what: en[0], remedy: en[1] },
});

/** What Netvisor has less room for than Severa. It moves by itself once it has been shortened. */
const tooLong = (fi: string, sv: string, en: string, most: number): Cause =>
  cause(
    'severa-user',
    [
      `${fi} on liian pitkä: Netvisoriin mahtuu ${most} merkkiä.`,
      'Lyhennä sitä Severassa. Tieto siirtyy sitten itsestään.',
    ],
    [`${sv}: Netvisor tar ${most} tecken.`, 'Förkorta uppgiften i Severa. Den överförs sedan av sig själv.'],
    [`${en} is too long: Netvisor takes ${most} characters.`, 'Shorten it in Severa. It then moves by itself.'],
  );

/** What keeps a record of a register from moving. */
export const REGISTER_CAUSES = {
  'customer-number-missing': cause(
    'accountant',
    [
      'Asiakkaalla ei ole asiakasnumeroa.',
      'Anna asiakkaalle oma numero siinä järjestelmässä, josta asiakkaat siirretään.',
    ],
    ['Kunden har inget kundnummer.', 'Ge kunden ett eget nummer i det system som kunderna överförs från.'],
    ['The customer has no number.', 'Give it one of its own in the system that customers are moved from.'],
  ),
  'customer-code-not-numeric': cause(
    'accountant',
    [
      'Asiakasnumerossa on muuta kuin numeroita.',
      'Vaihda asiakasnumeroksi pelkkä luku, joka ei ole jo toisella asiakkaalla.',
    ],
    ['Kundnumret innehåller annat än siffror.', 'Byt till ett nummer med enbart siffror som ingen annan kund har.'],
    ['The customer code has more than digits in it.', 'Change it to a number that no other customer has.'],
  ),
  'customer-code-leading-zero': cause(
    'accountant',
    ['Asiakasnumero alkaa nollalla.', 'Vaihda asiakasnumero sellaiseksi, joka ei ala nollalla.'],
    ['Kundnumret börjar med noll.', 'Byt till ett kundnummer som inte börjar med noll.'],
    ['The customer code begins with a zero.', 'Change it to one that does not.'],
  ),
  'customer-code-too-long': cause(
    'accountant',
    ['Asiakasnumerossa on liikaa numeroita: enintään 15 siirtyy.', 'Vaihda asiakasnumero lyhyempään.'],
    ['Kundnumret har för många siffror: högst 15 överförs.', 'Byt till ett kortare kundnummer.'],
    ['The customer code has too many digits: at most 15 can be moved.', 'Change it to a shorter one.'],
  ),
  'duplicate-customer-code': cause(
    'accountant',
    [
      'Kahdella asiakkaalla on sama asiakasnumero.',
      'Anna toiselle oma numero tai yhdistä asiakkaat lähdejärjestelmässä, ja siirrä sitten uudelleen.',
    ],
    [
      'Två kunder har samma kundnummer.',
      'Ge den ena ett eget nummer eller slå ihop kunderna i källsystemet, och överför sedan på nytt.',
    ],
    [
      'Two customers have the same code.',
      'Give one of them a code of its own, or make them one in the source system, and transfer again.',
    ],
  ),
  'country-unmapped': cause(
    'severa-user',
    [
      'Asiakkaan maata ei voitu kohdistaa.',
      'Korjaa maa asiakkaan osoitteeseen. Jos se on jo laskulla: palauta lasku luonnokseksi, päivitä asiakas ja siirrä uudelleen.',
    ],
    [
      'Kundens land kunde inte identifieras.',
      'Rätta landet i kundens adress. Om det redan står på en faktura: gör fakturan till utkast, uppdatera kunden och överför på nytt.',
    ],
    [
      'The customer’s country could not be matched.',
      'Correct the country of the customer’s address. If an invoice has it already: put it to draft, refresh its customer, transfer again.',
    ],
  ),
  'name-missing': cause(
    'accountant',
    ['Nimi puuttuu.', 'Anna nimi siinä järjestelmässä, josta tieto siirretään.'],
    ['Namnet saknas.', 'Ange namnet i det system som uppgiften överförs från.'],
    ['The name is missing.', 'Give one in the system that it is moved from.'],
  ),
  'address-line-break': cause(
    'severa-user',
    ['Osoitteessa on rivinvaihto.', 'Kirjoita osoite Severassa yhdelle riville.'],
    ['Adressen innehåller en radbrytning.', 'Skriv adressen på en rad i Severa.'],
    ['There is a line break in the address.', 'Write the address on one line in Severa.'],
  ),
  'letter-unknown': cause(
    'severa-user',
    ['Tiedossa on merkki, jota Netvisor ei tunne.', 'Kirjoita tieto Severassa tavallisin kirjaimin ja merkein.'],
    [
      'Uppgiften har ett tecken som Netvisor inte känner.',
      'Skriv uppgiften i Severa med vanliga bokstäver och tecken.',
    ],
    ['There is a character in it that Netvisor does not have.', 'Write it in Severa with common letters and signs.'],
  ),
  'unit-number-malformed': cause(
    'severa-user',
    [
      'OVT-tunnus on väärän muotoinen.',
      'OVT-tunnuksessa on 12–17 numeroa, yleensä 0037 ja Y-tunnus. Korjaa tai poista se Severassa.',
    ],
    [
      'EDI-koden är felaktig.',
      'EDI-koden har 12–17 siffror, oftast 0037 och FO-numret. Rätta eller ta bort den i Severa.',
    ],
    [
      'The OVT id is malformed.',
      'It has 12 to 17 digits, usually 0037 and the business id. Correct or remove it in Severa.',
    ],
  ),
  'name-too-long': cause(
    'severa-user',
    [
      'Nimi on liian pitkä: Netvisoriin mahtuu asiakkaasta 250 ja tuotteesta 200 merkkiä.',
      'Lyhennä nimeä Severassa. Tieto siirtyy sitten itsestään.',
    ],
    [
      'Namnet är för långt: Netvisor tar 250 tecken för en kund och 200 för en produkt.',
      'Förkorta namnet i Severa. Uppgiften överförs sedan av sig själv.',
    ],
    [
      'The name is too long: Netvisor takes 250 characters of a customer and 200 of a product.',
      'Shorten it in Severa. It then moves by itself.',
    ],
  ),
  'street-too-long': tooLong('Katuosoite', 'Gatuadressen är för lång', 'The street address', 80),
  'city-too-long': tooLong('Postitoimipaikka', 'Postorten är för lång', 'The city', 80),
  'postal-code-too-long': tooLong('Postinumero', 'Postnumret är för långt', 'The postal code', 50),
  'home-page-too-long': tooLong('Kotisivun osoite', 'Webbadressen är för lång', 'The home page’s address', 80),
  'product-code-too-long': tooLong('Tuotekoodi', 'Produktkoden är för lång', 'The product code', 50),
  'product-unit-too-long': tooLong('Yksikkö', 'Enheten är för lång', 'The unit', 50),
  'code-missing': cause(
    'severa-user',
    [
      'Tuotteella, työlajilla tai matkakululla ei ole koodia.',
      'Anna sille koodi Severassa: sitä ilman sen laskurivejä ei voi siirtää Netvisoriin.',
    ],
    [
      'Produkten, arbetstypen eller resekostnaden har ingen kod.',
      'Ge den en kod i Severa: utan den kan dess fakturarader inte överföras till Netvisor.',
    ],
    [
      'The product, work type or travel expense type has no code.',
      'Give it one in Severa: without it, invoice rows of it cannot move to Netvisor.',
    ],
  ),
  'duplicate-product-code': cause(
    'accountant',
    [
      'Kahdella tuotteella, työlajilla tai matkakululla on sama koodi.',
      'Anna toiselle oma koodi lähdejärjestelmässä ja siirrä sitten uudelleen.',
    ],
    [
      'Två produkter, arbetstyper eller resekostnader har samma kod.',
      'Ge den ena en egen kod i källsystemet och överför sedan på nytt.',
    ],
    [
      'Two products, work types or travel expense types have the same code.',
      'Give one of them a code of its own in the source system, and transfer again.',
    ],
  ),
  'product-price-not-euro': cause(
    'severa-user',
    ['Tuotteen hinta ei ole euroissa.', 'Netvisorin hinnat ovat euroissa. Anna tuotteelle eurohinta Severassa.'],
    ['Produktens pris är inte i euro.', 'Netvisors priser är i euro. Ange ett pris i euro i Severa.'],
    ['The product’s price is not in euros.', 'Netvisor’s prices are. Give it a price in euros in Severa.'],
  ),
  'same-code-other-name': cause(
    'accountant',
    [
      'Samalla koodilla on toisessa järjestelmässä erinimisen tiedot.',
      'Varmista, että kyse on samasta. Jos ei ole, vaihda toisen koodi ennen ensimmäistä siirtoa.',
    ],
    [
      'Samma kod har ett annat namn i det andra systemet.',
      'Kontrollera att det gäller samma. Om inte, byt den enas kod före den första överföringen.',
    ],
    [
      'The other system has another name under the same code.',
      'See whether they are the same. If not, change the code of one before the first transfer.',
    ],
  ),
  'same-code-other-business-id': cause(
    'accountant',
    [
      'Samalla asiakasnumerolla on toisessa järjestelmässä eri Y-tunnus.',
      'Kyse on luultavasti eri asiakkaista: vaihda toisen asiakasnumero ennen ensimmäistä siirtoa.',
    ],
    [
      'Samma kundnummer har ett annat FO-nummer i det andra systemet.',
      'Det gäller troligen olika kunder: byt den enas kundnummer före den första överföringen.',
    ],
    [
      'The other system has another business id under the same customer code.',
      'These are probably different customers: change the code of one before the first transfer.',
    ],
  ),
  'same-business-id-other-code': cause(
    'accountant',
    [
      'Toisessa järjestelmässä on sama Y-tunnus eri asiakasnumerolla.',
      'Anna samalle asiakkaalle sama numero molemmissa: muuten siirto tekee siitä toisen asiakkaan.',
    ],
    [
      'Det andra systemet har samma FO-nummer under ett annat kundnummer.',
      'Ge samma kund samma nummer i båda: annars gör överföringen en kund till av den.',
    ],
    [
      'The other system has the same business id under another customer code.',
      'Give the same customer the same code in both: otherwise the transfer makes a second one of it.',
    ],
  ),
  'code-twice-here': cause(
    'accountant',
    ['Sama koodi on lähdejärjestelmässä kahdella.', 'Anna toiselle oma koodi: kumpikaan ei siirry sitä ennen.'],
    ['Två har samma kod i källsystemet.', 'Ge den ena en egen kod: innan dess överförs ingendera.'],
    ['Two have the same code in the source system.', 'Give one of them its own: until then neither moves.'],
  ),
  'code-twice-there': cause(
    'accountant',
    [
      'Sama koodi on kohdejärjestelmässä kahdella.',
      'Anna toiselle oma koodi siellä: muuten siirto liittyy vanhempaan.',
    ],
    ['Två har samma kod i målsystemet.', 'Ge den ena en egen kod där: annars gäller överföringen den äldre.'],
    [
      'Two have the same code in the target system.',
      'Give one of them its own there: otherwise the transfer is linked to the older one.',
    ],
  ),
} as const satisfies Causes;
