import { type Call, notADay, routesOf } from './call.js';
import { dayNumber, type Dto } from './field-check.js';
import { absent, given, type Outcome } from './wire.js';

/** What the detail calls add; lists leave it out. */
const DETAILS = [
  'addresses',
  'einvoiceInformation',
  'personRoles',
  'sendingGroups',
  'homePhoneNumber',
  'shareseries',
  'apartmentAmounts',
  'additionalInfo',
  'apartmentNotInUsePeriods',
  'apartmentChangingAmounts',
  'building',
  'bondInfoTexts',
  'personAdditionalInformation',
  'paymentTypes',
];

/**
 * Property management [Kiha], read only. People under a non-disclosure order [turvakielto] are among the others, marked
 * `securityRestriction`, with their personal identity codes and, in the detail call, their addresses: whoever reads
 * must leave them out. Nobody is hidden here.
 */
export const ESTATE_ROUTES = routesOf('estate', 'envelope', [
  { method: 'GET', path: '/estate-person/persons', handle: list(({ company }) => company.estate.persons) },
  {
    method: 'GET',
    path: '/estate-person/persons/{id}',
    handle: one('personId', ({ company }) => company.estate.persons),
  },
  { method: 'GET', path: '/estate-person/persons/{id}/bonds', handle: bondsOf('personId') },
  { method: 'GET', path: '/estate-apartment/apartments', handle: list(({ company }) => company.estate.apartments) },
  {
    method: 'GET',
    path: '/estate-apartment/apartments/{id}',
    handle: one('apartmentId', ({ company }) => company.estate.apartments),
  },
  { method: 'GET', path: '/estate-apartment/apartments/{id}/bonds', handle: bondsOf('apartmentId') },
  { method: 'GET', path: '/estate-bond/bonds', handle: list(({ company }) => company.estate.bonds) },
  {
    method: 'GET',
    path: '/estate-bond/bonds/{id}',
    handle: one('referenceNumber', ({ company }) => company.estate.bonds),
  },
  {
    method: 'GET',
    path: '/estate-preferences/housingCompanyDetails',
    handle: ({ company: { estate } }: Call) =>
      estate.housingCompany ? given(estate.housingCompany) : absent('The company is no housing company'),
  },
]);

type Records = (call: Call) => readonly Dto[];

function list(records: Records) {
  return (call: Call): Outcome => {
    const asked = call.query.get('changedAfter');
    const after = asked === null ? 0 : dayNumber(asked);
    if (after === null) return notADay('changedAfter');
    const changed = records(call).filter(({ changeTime }) => changeDay(changeTime) >= after);
    return given(changed.map((record) => without(record, DETAILS)));
  };
}

function one(key: string, records: Records) {
  return (call: Call): Outcome => {
    const found = records(call).find((record) => String(record[key]) === call.path('id'));
    return found ? given(found) : absent(`${key} [${call.path('id')}] does not exist`);
  };
}

function bondsOf(key: string) {
  return (call: Call): Outcome =>
    given(call.company.estate.bonds.filter((bond) => String(bond[key]) === call.path('id')));
}

/** A record without a time of change is as new as can be. */
const changeDay = (changeTime: unknown): number =>
  (typeof changeTime === 'string' && dayNumber(changeTime.slice(0, 10))) || Infinity;

const without = (record: Dto, names: readonly string[]): Dto =>
  Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
