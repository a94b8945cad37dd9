import {
  amount,
  type ChildTable,
  code,
  date,
  ours,
  type RecordTable,
  required,
  text,
  wholeNumber,
} from '../../record-table.js';
import { shareNumber } from './parts.js';

const shareSeries: ChildTable = {
  element: 'HousingCompanyShareSeries',
  kind: 'share_series',
  key: 'share_series_id',
  atMost: 1000,
  label: { fi: 'Osakesarja', sv: 'Aktieserie', en: 'Share series' },
  fields: [
    required(ours('ShareSeriesId', 'share_series_id', text(20), 'Osakesarja', 'Aktieserie', 'Share series')),
    ours(
      'ShareSeriesType',
      'type',
      code('Huoneisto osakkeet', 'Kiinteistö osakkeet'),
      'Tyyppi',
      'Typ',
      'Type: of premises or of real estate',
    ),
    ours('ShareSeriesDescription', 'description', text(80), 'Selite', 'Beskrivning', 'Description'),
    ours('ShareSeriesStart', 'first_share', shareNumber, 'Numerot alku', 'Första nummer', 'First share'),
    ours('ShareSeriesEnd', 'last_share', shareNumber, 'Numerot loppu', 'Sista nummer', 'Last share'),
    ours('ShareSeriesNominalValue', 'nominal_value', amount, 'Nimellisarvo', 'Nominellt värde', 'Nominal value'),
    ours('ShareSeriesIssueDate', 'issue_date', date, 'Antopäivä', 'Utgivningsdag', 'Date of issue'),
  ],
};

const buildings: ChildTable = {
  element: 'HousingCompanyBuilding',
  kind: 'buildings',
  key: 'building_id',
  atMost: 1000,
  label: { fi: 'Rakennus', sv: 'Byggnad', en: 'Building' },
  fields: [
    required(ours('BuildingId', 'building_id', wholeNumber(3), 'Rakennuksen numero', 'Byggnadens nummer', 'Building')),
    ours('BuildingName', 'name', text(80), 'Nimi', 'Namn', 'Name'),
    ours('BuildingStreetAddress', 'street_address', text(60), 'Lähiosoite', 'Gatuadress', 'Street address'),
    ours('BuildingPostalCode', 'postal_code', text(10), 'Postinumero', 'Postnummer', 'Postal code'),
    ours('BuildingPostalAddress', 'postal_address', text(60), 'Postitoimipaikka', 'Postanstalt', 'Post office'),
    ours('BuildingType', 'type', text(80), 'Talotyyppi', 'Hustyp', 'Type of building'),
    ours('BuildingCompletedYear', 'completed_year', wholeNumber(4), 'Valmistumisvuosi', 'Byggår', 'Year completed'),
  ],
};

/** The general part [Yleiset]. */
export const housingCompany: RecordTable = {
  stream: 'kiha',
  register: 'housing_company',
  element: 'HousingCompany',
  key: 'housing_company_id',
  label: { fi: 'Taloyhtiö', sv: 'Husbolag', en: 'Housing company' },
  fields: [
    required(ours('HousingCompanyId', 'housing_company_id', text(20), 'Taloyhtiön tunnus', 'Husbolagets id', 'Id')),
    ours('HousingCompanyName', 'official_name', text(80), 'Virallinen nimi', 'Officiellt namn', 'Official name'),
    ours('HousingCompanyName2', 'official_name2', text(80), 'Lisänimi', 'Tilläggsnamn', 'Second name'),
    ours('HousingCompanyType', 'type', text(80), 'Yhtiön tyyppi', 'Bolagets typ', 'Type of company'),
    ours(
      'HousingCompanyRegisterDate',
      'trade_register_date',
      date,
      'Kaupparekisteripäivämäärä',
      'Handelsregisterdatum',
      'Trade register date',
    ),
    ours(
      'HousingCompanyArticlesDate',
      'articles_date',
      date,
      'Yhtiöjärjestyksen päivämäärä',
      'Bolagsordningens datum',
      'Date of the articles of association',
    ),
    ours(
      'HousingCompanyVatTaxable',
      'vat_taxable',
      code('NO', 'YES', 'PARTLY'),
      'Arvonlisäverollinen',
      'Mervärdesskattepliktig',
      'Liable to VAT',
    ),
  ],
  children: [shareSeries, buildings],
};
