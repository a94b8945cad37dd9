import type { Calls } from '../engine/flow.js';
import { objectsOf, textIn } from './severa-json.js';

/**
 * Severa's countries: addresses name a country by its name in some language, Netvisor by its ISO 3166 code.
 *
 * Source: contracts/severa §3.1, addresses.
 */
export class CountryList {
  private readonly codes = new Map<string, string>();
  private readonly guids = new Map<string, string>();
  private readonly names = new Map<string, readonly string[]>();

  /** @param countries as `localization/countries` lists them. */
  constructor(countries: unknown) {
    for (const country of objectsOf(countries)) {
      const code = textIn(country, 'code2')?.trim().toUpperCase();
      if (!code) continue;
      const names = ['name', 'englishName', 'code2', 'code3'].flatMap((field) => textIn(country, field) || []);
      for (const name of names) this.codes.set(folded(name), code);
      this.names.set(code, names);
      const guid = textIn(country, 'guid');
      if (guid) this.guids.set(code, guid);
    }
  }

  static async read(calls: Calls): Promise<CountryList> {
    return new CountryList(await calls.severa({ method: 'GET', path: ['localization', 'countries'] }));
  }

  /** The two letters of a country, by its name in Severa's language or in English, or by its code. */
  codeOf(name: string): string | null {
    return this.codes.get(folded(name)) ?? null;
  }

  guidOf(code: string): string | null {
    return this.guids.get(code.trim().toUpperCase()) ?? null;
  }

  /** Everything that Severa calls the country of this code. */
  namesOf(code: string): readonly string[] {
    return this.names.get(code.trim().toUpperCase()) ?? [];
  }
}

const folded = (name: string): string => name.normalize('NFC').trim().toLowerCase();
