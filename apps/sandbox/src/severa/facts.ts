import type { Given, Model } from './model.js';

/** Names of things that every organisation has, as Finnish users see them. */
const language = (digit: string, code: string, name: string, englishName: string): Model => ({
  guid: `6c616e67-0000-4000-8000-00000000000${digit}`,
  code,
  name,
  englishName,
});

export const LANGUAGES: readonly Model[] = [
  language('1', 'fi', 'suomi', 'Finnish'),
  language('2', 'sv', 'ruotsi', 'Swedish'),
  language('3', 'en', 'englanti', 'English'),
];

const country = (
  [code2, code3, name, englishName, isInEU]: readonly [string, string, string, string, boolean],
  index: number,
): Model => ({
  guid: `636f756e-0000-4000-8000-${String(index + 1).padStart(12, '0')}`,
  name,
  englishName,
  code2,
  code3,
  isInEU,
  isRegistrationCountry: code2 === 'FI',
  hasRegions: 'NoRegion',
  companyRegisterUrl: null,
  currency: null,
  defaultCulture: null,
  defaultLanguage: null,
  timezone: null,
});

export const COUNTRIES: readonly Model[] = (
  [
    ['FI', 'FIN', 'Suomi', 'Finland', true],
    ['SE', 'SWE', 'Ruotsi', 'Sweden', true],
    ['NO', 'NOR', 'Norja', 'Norway', false],
    ['DK', 'DNK', 'Tanska', 'Denmark', true],
    ['EE', 'EST', 'Viro', 'Estonia', true],
    ['LV', 'LVA', 'Latvia', 'Latvia', true],
    ['LT', 'LTU', 'Liettua', 'Lithuania', true],
    ['DE', 'DEU', 'Saksa', 'Germany', true],
    ['NL', 'NLD', 'Alankomaat', 'Netherlands', true],
    ['FR', 'FRA', 'Ranska', 'France', true],
    ['ES', 'ESP', 'Espanja', 'Spain', true],
    ['PL', 'POL', 'Puola', 'Poland', true],
    ['GB', 'GBR', 'Iso-Britannia', 'United Kingdom', false],
    ['CH', 'CHE', 'Sveitsi', 'Switzerland', false],
    ['US', 'USA', 'Yhdysvallat', 'United States', false],
  ] as const
).map(country);

/** What each organisation has from the start, by register. */
export const AT_START: readonly (readonly [register: StartRegister, records: readonly Given[]])[] = [
  [
    'currencies',
    [
      { code: 'EUR', name: 'Euro', symbol: '€', rate: 1, isOrganizationCurrency: true },
      { code: 'SEK', name: 'Ruotsin kruunu', symbol: 'kr', rate: 11.2 },
      { code: 'USD', name: 'Yhdysvaltain dollari', symbol: '$', rate: 1.1 },
    ],
  ],
  [
    'vatrates',
    [
      { percentage: 25.5, code: 'ALV255', isDefault: true },
      { percentage: 13.5, code: 'ALV135' },
      { percentage: 10, code: 'ALV10' },
      { percentage: 0, code: 'ALV0' },
    ],
  ],
  ['salesaccounts', [{ number: '3000', name: 'Myynti', isProductDefault: true, isWorkTypeDefault: true }]],
  ['businessunits', [{ name: 'Pääyksikkö', code: 'PÄÄ' }]],
  ['productcategories', [{ name: 'Tuotteet', code: 'T', isDefault: true }]],
  ['overtimes', [{ code: '50', name: 'Ylityö 50 %', percentage: 50 }]],
  ['activitytypes', [{ name: 'Vuosiloma', code: 'VL', category: 'Absences', isPaidLeave: true }]],
  [
    'travelreimbursementstatuses',
    [
      { name: 'Luonnos', isDefault: true, sortOrder: 1 },
      { name: 'Hyväksytty', isApproved: true, isLocked: true, sortOrder: 2 },
    ],
  ],
  [
    'invoicestatuses',
    [
      { name: 'Vedos', isDefault: true, sortOrder: 1 },
      { name: 'Valmis lähetettäväksi Netvisoriin', hasInvoiceNumber: true, isReadOnly: true, sortOrder: 2 },
      {
        name: 'Lasku lähetetty Netvisoriin',
        hasInvoiceNumber: true,
        isReadOnly: true,
        isSent: true,
        isWaitingPayment: true,
        sortOrder: 3,
      },
      { name: 'Maksettu', hasInvoiceNumber: true, isReadOnly: true, isSent: true, isPaid: true, sortOrder: 4 },
    ],
  ],
];

type StartRegister =
  | 'currencies'
  | 'vatrates'
  | 'salesaccounts'
  | 'businessunits'
  | 'productcategories'
  | 'overtimes'
  | 'activitytypes'
  | 'travelreimbursementstatuses'
  | 'invoicestatuses';
