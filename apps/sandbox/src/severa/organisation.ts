import { randomUUID } from 'node:crypto';

import type { ExceptionType } from './exception.js';
import { COUNTRIES, LANGUAGES } from './facts.js';
import { type Finder, type Given, type Model, type RegisterName, REGISTERS } from './model.js';
import { Register } from './register.js';

/** What may be said of an organisation; all of it may be changed later. */
export interface OrganisationSettings {
  readonly name: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  /** The legacy key [API-avain] of the same user; opaque, any characters. */
  readonly key: string | null;
  /** How long an access token is good for. */
  readonly tokenSeconds: number;
  /** Asked for a scope that it may not have: no token at all, or one without that scope. Either was seen. */
  readonly otherScopes: 'refused' | 'left-out';
  /** A `rowCount` over the maximum of the operation; which of the two it is in Severa is not known. */
  readonly largePages: 'capped' | 'refused';
  /** Every call is answered with this, as when an add-on is off or terms are not approved. */
  readonly refuses: ExceptionType | null;
  /** SOAP calls in a day of UTC. */
  readonly soapQuota: number;
}

export const DEFAULT_SETTINGS = {
  key: null,
  tokenSeconds: 3600,
  otherScopes: 'refused',
  largePages: 'capped',
  refuses: null,
  soapQuota: 100_000,
} as const satisfies Partial<OrganisationSettings>;

const shared = (models: readonly Model[]): Register => {
  const register = new Register();
  for (const model of models) register.put(model, 0);
  return register;
};
/** The same in every organisation, and nobody changes them. */
const SHARED: Partial<Record<RegisterName, Register>> = { countries: shared(COUNTRIES), languages: shared(LANGUAGES) };

type Numbered = 'customer' | 'project' | 'invoice' | 'reimbursement' | 'example';

/** One customer of Severa's: its integration's credentials, and all its registers. */
export class Organisation implements Finder {
  /** The guid of an invoice's settings by the invoice's, and the other way round: neither record names the other. */
  readonly invoiceSettings = new Map<string, string>();
  readonly invoiceOfSettings = new Map<string, string>();
  /** The bytes of files, by `fileGuid`. */
  readonly files = new Map<string, { readonly type: string; readonly bytes: Buffer }>();
  /** Whether the user that the integration and its key belong to was removed [poistettu käyttäjä]. */
  userRemoved = false;
  /** That user's record, once there is one. */
  user: Model | null = null;
  soapCalls = { day: '', count: 0 };
  private readonly registers: ReadonlyMap<RegisterName, Register>;
  private readonly numbers: Record<Numbered, number> = {
    customer: 1000,
    project: 2000,
    invoice: 10_000,
    reimbursement: 500,
    example: 0,
  };

  constructor(
    readonly clientId: string,
    public settings: OrganisationSettings,
    readonly guid: string = randomUUID(),
  ) {
    this.registers = new Map(REGISTERS.map((name) => [name, SHARED[name] ?? new Register()]));
  }

  register(name: RegisterName): Register {
    const register = this.registers.get(name);
    if (!register) throw new RangeError(`there is no register ${name}`);
    return register;
  }

  find(name: RegisterName, given: Given): Model | undefined {
    const { guid, ...fields } = given;
    if (typeof guid === 'string') return this.register(name).get(guid);
    const wanted = Object.entries(fields).filter(([, value]) => typeof value !== 'object');
    if (wanted.length === 0) return undefined;
    return this.register(name).where((model) => wanted.every(([field, value]) => model[field] === value))[0];
  }

  first(name: RegisterName): Model | undefined {
    for (const { model } of this.register(name).after(0)) return model;
    return undefined;
  }

  next(what: Numbered): number {
    this.numbers[what] += 1;
    return this.numbers[what];
  }

  /** A number that somebody chose: the next one stands after it. */
  used(what: Numbered, number: unknown): void {
    if (typeof number === 'number') this.numbers[what] = Math.max(this.numbers[what], number);
  }
}
