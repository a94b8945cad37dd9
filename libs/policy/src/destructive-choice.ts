import type { Words } from './rule-words.js';
import type { XmlChoices, XmlSection } from './xml-settings-choice.js';

/** Choices of the XML settings under which an import may destroy what stands in a register, or drop what it brings. */
export const DESTRUCTIVE_CHOICES = [
  'company.add-only',
  'company.update-all',
  'product.update-all',
  'product.replace-all',
  'order.update-all',
  'payroll.from-employee',
] as const;
export type DestructiveChoice = (typeof DESTRUCTIVE_CHOICES)[number];

/**
 * Which of them the settings make; none when there are no settings.
 *
 *   section            | choice        | destructive, because an import
 *   -------------------+---------------+-----------------------------------------------------------
 *   company register   | add-only      | overwrites customers made by hand, the first time
 *                      | update-all    | empties what the data lacks
 *                      | update-keep   | –
 *   product register   | add-only      | –
 *                      | update-all    | empties what the data lacks
 *                      | replace-all   | deletes products that the data lacks
 *                      | update-keep   | –
 *   sales orders       | add-only      | –
 *                      | update-all    | empties what the data lacks, removes rows added by hand
 *   payroll            | from-data     | –
 *                      | from-employee | drops the dimensions that the data gives
 *                      | data-then-…   | –
 *
 * Source: the notes of the seed's base settings of XML transfers; payroll's is ours.
 */
export function destructiveChoices(settings: XmlChoices | null): readonly DestructiveChoice[] {
  if (settings === null) return [];
  const { companyRegister, productRegister, salesOrders, payroll } = settings;
  const made = new Set([
    `company.${companyRegister}`,
    `product.${productRegister}`,
    `order.${salesOrders.mode}`,
    `payroll.${payroll.dimensions}`,
  ]);
  return DESTRUCTIVE_CHOICES.filter((choice) => made.has(choice));
}

/** Those that the wished settings make and the standing ones do not: somebody must have seen what is at stake. */
export function newlyDestructive(standing: XmlChoices | null, wished: XmlChoices): readonly DestructiveChoice[] {
  const inForce = destructiveChoices(standing);
  return destructiveChoices(wished).filter((choice) => !inForce.includes(choice));
}

export interface ChoiceWarning {
  readonly section: XmlSection;
  /** The choice as the form has it. */
  readonly label: Words;
  readonly warning: Words;
}

const UPDATE_ALL: Words = {
  fi: 'Päivitä kaikki tietueet',
  sv: 'Uppdatera alla poster',
  en: 'Update all records',
};
const EMPTIES: Words = {
  fi: 'Tämä valinta tyhjentää olemassa olevat tiedot, jos tietoa ei tuoda aineistossa.',
  sv: 'Detta val tömmer befintliga uppgifter som inte finns i materialet.',
  en: 'This choice empties existing values that the data does not carry.',
};

/** What each of them is called, and the warning that belongs to it. */
export const CHOICE_WARNINGS: Readonly<Record<DestructiveChoice, ChoiceWarning>> = {
  'company.add-only': {
    section: 'companyRegister',
    label: {
      fi: 'Lisää uudet tietueet (ei päivitystä)',
      sv: 'Lägg till nya poster (ingen uppdatering)',
      en: 'Add new records (no updates)',
    },
    warning: {
      fi:
        'Manuaalisesti perustetun asiakkaan osalta ensimmäisellä tuontikerralla tyhjentyvät kaikki ne tiedot, joita ' +
        'ei ollut aineistossa. Jos asiakkaita perustetaan myös manuaalisesti, valitse ”Päivitä kaikki tietueet, ' +
        'säilytä kentät joita ei aineistossa”.',
      sv:
        'En kund som har skapats manuellt skrivs över av den första importen som nämner den, och alla uppgifter som ' +
        'inte finns i materialet töms. Om kunder också skapas manuellt, välj i stället att behålla de fält som inte ' +
        'finns i materialet.',
      en:
        'A customer made by hand is overwritten by the first import that names it, and every field that the data ' +
        'lacks is emptied. If customers are also made by hand, choose to keep the fields that the data lacks.',
    },
  },
  'company.update-all': { section: 'companyRegister', label: UPDATE_ALL, warning: EMPTIES },
  'product.update-all': { section: 'productRegister', label: UPDATE_ALL, warning: EMPTIES },
  'product.replace-all': {
    section: 'productRegister',
    label: {
      fi: 'Poista kaikki tuotteet ensin, lisää aineiston tuotteet',
      sv: 'Radera alla produkter först, lägg till materialets produkter',
      en: "Delete all products first, add the data's products",
    },
    warning: {
      fi:
        'Tuote, jota aineistossa ei ole, poistetaan, myös manuaalisesti perustettu. Aineiston tuotteilta tyhjentyvät ' +
        'ne tiedot, joita aineistossa ei ole.',
      sv:
        'En produkt som inte finns i materialet raderas, även en som har skapats manuellt. Hos materialets produkter ' +
        'töms de uppgifter som inte finns i materialet.',
      en:
        'A product that the data lacks is deleted, one made by hand too. In those that it has, every field that it ' +
        'lacks is emptied.',
    },
  },
  'order.update-all': {
    section: 'salesOrders',
    label: UPDATE_ALL,
    warning: {
      fi:
        `${EMPTIES.fi} Myyntitilauksia tuotaessa ohjelma poistaa myös manuaalisesti lisätyt tuoterivit, eli jäljelle ` +
        'jää vain siirtoaineiston tiedot.',
      sv: `${EMPTIES.sv} Produktrader som har lagts till manuellt raderas också: bara materialets uppgifter blir kvar.`,
      en: `${EMPTIES.en} Product rows added by hand are removed too: only what the data holds is left.`,
    },
  },
  'payroll.from-employee': {
    section: 'payroll',
    label: {
      fi: 'Seurantakohteet luetaan henkilön oletustiedostosta',
      sv: 'Uppföljningsobjekten läses från personens standarduppgifter',
      en: "Dimensions are read from the employee's defaults",
    },
    warning: {
      fi:
        'Aineiston seurantakohteita ei käytetä. Palkkarivi jää ilman seurantakohdetta, jos palkansaajalla ei ole ' +
        'oletusta sillä tasolla.',
      sv:
        'Materialets uppföljningsobjekt används inte. En lönerad blir utan uppföljningsobjekt om löntagaren saknar ' +
        'standardvärde på den nivån.',
      en:
        "The data's dimensions are not used. A pay row is left without a dimension where its employee has no default " +
        'at that level.',
    },
  },
};
