import type { Organisation } from './organisation.js';

const TERMS = [
  ['7 pv netto', 7],
  ['14 pv netto', 14],
  ['30 pv netto', 30],
] as const;
const USUAL_TERM = 14;

const ACCOUNTS = [
  ['1701', 'Myyntisaamiset'],
  ['3000', 'Myynti'],
  ['3010', 'Myynti 14 %'],
  ['3020', 'Myynti 10 %'],
  ['3030', 'Palvelumyynti'],
  ['3090', 'Myynti 0 %'],
  ['3360', 'EU-myynti'],
  ['3380', 'Myynti EU:n ulkopuolelle'],
  ['7800', 'Matkakulut'],
  ['8680', 'Muut kulut'],
] as const;

const RECORD_TYPES = [
  ['11', 'Tuntityö', 'Timarbete', 'Hourly work', 1, 1],
  ['12', 'Ylityö 50 %', 'Övertid 50 %', 'Overtime 50 %', 1, 1],
  ['13', 'Ylityö 100 %', 'Övertid 100 %', 'Overtime 100 %', 1, 1],
  ['21', 'Vuosiloma', 'Semester', 'Annual leave', 2, 2],
  ['31', 'Sairauspoissaolo', 'Sjukfrånvaro', 'Sick leave', 5, 2],
] as const;

const TRAVEL_TYPES = [
  ['Majoituskulut', 'Logikostnader', 'Accommodation'],
  ['Matkaliput', 'Resebiljetter', 'Travel tickets'],
  ['Muut kulut', 'Övriga kostnader', 'Other expenses'],
] as const;

/** What a new company has from the start: terms, accounts, record types, types of travel expenses. */
export function standardLists(organisation: Organisation): void {
  const { nextKey } = organisation;
  for (const [description, netDays] of TERMS) {
    const isDefault = netDays === USUAL_TERM;
    const term = { key: nextKey(), description, netDays, discountDays: null, discountPercent: null, isDefault };
    organisation.paymentTerms.push(term);
  }
  for (const [number, name] of ACCOUNTS) organisation.accounts.set(number, { key: nextKey(), number, name });
  for (const [number, FI, SE, EN, characterType, unitType] of RECORD_TYPES) {
    organisation.recordTypes.set(number, { key: nextKey(), number, names: { FI, SE, EN }, characterType, unitType });
  }
  for (const [FI, SE, EN] of TRAVEL_TYPES) {
    organisation.payrollRatios.push({ key: nextKey(), source: 'tripexpensecustomlines', names: { FI, SE, EN } });
  }
}
