import type { Causes } from '../link/cause.js';

/** What keeps a project or a business unit from becoming a dimension item. */
export const DIMENSION_CAUSES = {
  'dimension-header-missing': {
    owner: 'accountant',
    fi: {
      what: 'Netvisorissa ei ole laskentakohdeotsikkoa, jonka alle tämä siirretään.',
      remedy: 'Luo otsikko Netvisorissa tai valitse toinen siirtoasetuksissa. Tieto siirtyy sitten itsestään.',
    },
    sv: {
      what: 'Netvisor har inte den rubrik för beräkningsobjekt som detta överförs under.',
      remedy:
        'Skapa rubriken i Netvisor eller välj en annan i överföringsinställningarna. Sedan överförs det av sig självt.',
    },
    en: {
      what: 'Netvisor does not have the dimension header that this goes under.',
      remedy: 'Make the header in Netvisor, or choose another in the transfer settings. It then moves by itself.',
    },
  },
  'dimension-without-name': {
    owner: 'severa-user',
    fi: {
      what: 'Projektilla tai yksiköllä ei ole numeroa, koodia eikä nimeä.',
      remedy: 'Anna sille nimi Severassa.',
    },
    sv: {
      what: 'Projektet eller enheten har varken nummer, kod eller namn.',
      remedy: 'Ge det ett namn i Severa.',
    },
    en: { what: 'The project or unit has neither a number, a code nor a name.', remedy: 'Give it a name in Severa.' },
  },
  'dimension-name-shared': {
    owner: 'severa-user',
    fi: {
      what: 'Kahdella projektilla tai yksiköllä olisi sama laskentakohteen nimi.',
      remedy: 'Anna toiselle oma numero, koodi tai nimi Severassa. Tieto siirtyy sitten itsestään.',
    },
    sv: {
      what: 'Två projekt eller enheter skulle få samma namn som beräkningsobjekt.',
      remedy: 'Ge det ena ett eget nummer, en egen kod eller ett eget namn i Severa. Sedan överförs det av sig självt.',
    },
    en: {
      what: 'Two projects or units would have the same name as a dimension item.',
      remedy: 'Give one of them a number, code or name of its own in Severa. It then moves by itself.',
    },
  },
} as const satisfies Causes;
