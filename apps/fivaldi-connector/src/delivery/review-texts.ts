import { cause, type Cause, type DeliveryCause } from './cause.js';

const LOOK = [
  'Katso Fivaldista. Jos tieto on siellä, merkitse tehdyksi; ellei, lähetä uudelleen.',
  'Se efter i Fivaldi. Finns uppgiften där, markera som klar; annars skicka på nytt.',
  'Look in Fivaldi. If it is there, mark it done; if not, send it again.',
] as const;

/** What a person has to look at in Fivaldi, since nobody else can know or decide. */
export const REVIEWS = {
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
  'list-too-long': cause(
    'accountant',
    [
      'Tieto on lähetetty, mutta Fivaldin luettelo on liian pitkä siitä haettavaksi: se on voinut mennä perille.',
      'Uppgiften skickades, men Fivaldis lista är för lång att söka i: den kan ha kommit fram.',
      'It was sent, but Fivaldi’s list is too long to look for it there: it may have arrived.',
    ],
    LOOK,
  ),
  'made-not-found': cause(
    'accountant',
    [
      'Fivaldi otti tiedon vastaan, mutta sitä ei löydy Fivaldin luettelosta.',
      'Fivaldi tog emot uppgiften, men den finns inte i Fivaldis lista.',
      'Fivaldi has taken it, but does not list it.',
    ],
    LOOK,
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
      'Luo tieto täällä itse, anna sille Fivaldissa ulkoinen tunnus ja yritä uudelleen, tai merkitse asia hoidetuksi.',
      'Skapa uppgiften här själv, ge den ett externt id i Fivaldi och försök igen, eller markera saken som skött.',
      'Make the record here, give it its external id in Fivaldi and try again, or say that it is done.',
    ],
  ),
} as const satisfies Partial<Record<DeliveryCause, Cause>>;
