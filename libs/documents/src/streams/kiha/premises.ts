import {
  amount,
  boolean,
  type ChildTable,
  code,
  date,
  ours,
  type RecordTable,
  required,
  text,
  wholeNumber,
} from '../../record-table.js';
import { number, shareNumber, validity } from './parts.js';

/** What premises are used for, in Fivaldi's one or two letters. */
const use = code('AS', 'AH', 'A', 'L', 'M', 'T', 'K', 'V');

const premisesShares: ChildTable = {
  element: 'PremisesShares',
  kind: 'shares',
  key: 'shares_id',
  atMost: 1000,
  label: { fi: 'Huoneiston osakkeet', sv: 'Lägenhetens aktier', en: 'Shares of the premises' },
  fields: [
    required(ours('SharesId', 'shares_id', number, 'Tunnus', 'Id', 'Id')),
    ours('SharesSeriesId', 'share_series_id', text(20), 'Osakesarja', 'Aktieserie', 'Share series'),
    ours('SharesBegin', 'first_share', shareNumber, 'Osakkeet alkavat', 'Första aktie', 'First share'),
    ours('SharesEnd', 'last_share', shareNumber, 'Osakkeet päättyvät', 'Sista aktie', 'Last share'),
    ours('SharesIssueDate', 'issue_date', date, 'Poikkeava antopäivä', 'Avvikande utgivningsdag', 'Own date of issue'),
  ],
};

const areas: ChildTable = {
  element: 'PremisesArea',
  kind: 'areas',
  key: 'area_id',
  atMost: 1000,
  label: { fi: 'Määrän peruste', sv: 'Mängdgrund', en: 'Area or other measure' },
  fields: [
    required(ours('AreaId', 'area_id', code('P', 'J', 'T', 'M', 'K'), 'Peruste', 'Grund', 'Measure')),
    ours('AreaName', 'name', text(80), 'Nimi', 'Namn', 'Name'),
    ours('AreaAmount', 'amount', amount, 'Määrä', 'Mängd', 'Amount'),
    ours('AreaUnit', 'unit', text(10), 'Yksikkö', 'Enhet', 'Unit'),
  ],
};

/** Flats, shops, garages [Tilat]. */
export const premises: RecordTable = {
  stream: 'kiha',
  register: 'premises',
  element: 'Premises',
  key: 'premises_id',
  label: { fi: 'Huoneisto', sv: 'Lägenhet', en: 'Premises' },
  fields: [
    required(ours('PremisesId', 'premises_id', number, 'Huoneiston numero', 'Lägenhetens nummer', 'Number')),
    ours('PremisesBuildingId', 'building_id', wholeNumber(3), 'Rakennus', 'Byggnad', 'Building'),
    ours('PremisesIdentifier', 'identifier', text(20), 'Tunnus', 'Beteckning', 'Identifier'),
    ours('PremisesStair', 'stair', text(2), 'Porras', 'Trappa', 'Stair'),
    ours('PremisesFloor', 'floor', text(6), 'Kerros', 'Våning', 'Floor'),
    ours('PremisesType', 'type', text(2), 'Huoneistotyyppi', 'Lägenhetstyp', 'Type'),
    ours('PremisesUse', 'use', use, 'Käyttötarkoitus', 'Användningsändamål', 'Use'),
    ours('PremisesOtherPremises', 'other_premises', text(30), 'Muut tilat', 'Övriga utrymmen', 'Other rooms'),
    ours('PremisesOrder', 'order_number', number, 'Järjestysnumero', 'Ordningsnummer', 'Order'),
    ours('PremisesOwnedByCompany', 'owned_by_company', boolean, 'Yhtiön omistama', 'Ägs av bolaget', 'Company-owned'),
    ours(
      'PremisesVatTaxable',
      'vat_taxable',
      boolean,
      'Hakeutunut verolliseksi',
      'Ansökt om skattskyldighet',
      'Liable to VAT',
    ),
    ...validity('Premises'),
  ],
  children: [premisesShares, areas],
};
