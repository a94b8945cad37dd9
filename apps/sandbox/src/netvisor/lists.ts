import { shortDay } from './answer.js';
import { type Call, reads, type Resource } from './call.js';
import { INTERFACE_LANGUAGES, type Names } from './organisation.js';
import { given, invalid, type Outcome } from './outcome.js';
import { el, type XmlElement } from './xml.js';

/** Small lists that are only read. */
export const LIST_RESOURCES: Readonly<Record<string, Resource>> = {
  'getemployees.nv': reads(employees),
  'getrecordtypelist.nv': reads(recordTypes),
  'payrollratiolist.nv': reads(payrollRatios),
  'paymenttermlist.nv': reads(paymentTerms),
  'accountingperiodlist.nv': reads(periods),
  'accountlist.nv': reads(accounts),
};

const ENDED = 'includeendedemployments';

function employees(call: Call): Outcome {
  const shown = call.organisation.employees.filter(({ isEmployed }) => isEmployed || call.query(ENDED) === '1');
  const rows = shown.map(({ key, number, firstName, lastName, personalId, isEmployed }) =>
    el('Employee', [
      el('EmployeeNumber', number),
      el('NetvisorKey', key),
      el('PersonalId', personalId, { type: 'finnishpersonalidentifier' }),
      el('FirstName', firstName),
      el('LastName', lastName),
      el('RealName', `${firstName} ${lastName}`),
      el('EmploymentStatus', isEmployed ? '1' : '0'),
      el('PayrollService', '1'),
      el('ResourceManagement', '1'),
      el('LunchBenefit', '0'),
    ]),
  );
  return given(el('Employees', rows));
}

const namesAnswer = (names: Names): XmlElement =>
  el(
    'Names',
    INTERFACE_LANGUAGES.map((language) => el('Name', names[language], { 'iso639-1code': language.toLowerCase() })),
  );

function recordTypes({ organisation }: Call): Outcome {
  const rows = [...organisation.recordTypes.values()].map(({ key, number, names, characterType, unitType }) =>
    el('RecordType', [
      namesAnswer(names),
      el('NetvisorKey', key),
      el('RatioNumber', number),
      el('CharacterType', characterType),
      el('UnitType', unitType),
    ]),
  );
  return given(el('RecordTypes', rows));
}

function payrollRatios(call: Call): Outcome {
  const source = call.query('source');
  if (source === undefined) return invalid('Parameter source is missing');
  const rows = call.organisation.payrollRatios
    .filter((ratio) => ratio.source === source)
    .map(({ key, names }) =>
      el('PayrollRatio', [
        namesAnswer(names),
        el('Identifier', key, { type: 'Netvisor' }),
        el('Source', source, { netvisorkey: '1' }),
      ]),
    );
  return given(el('PayrollRatios', rows));
}

function paymentTerms({ organisation }: Call): Outcome {
  const rows = organisation.paymentTerms.map((term) =>
    el('PaymentTerm', [
      el('NetvisorKey', term.key),
      el('Description', term.description),
      el('NetDays', term.netDays),
      el('DiscountDays', term.discountDays ?? ''),
      el('DiscountPercent', term.discountPercent ?? ''),
      el('IsDefault', term.isDefault ? '1' : '0'),
    ]),
  );
  return given(el('PaymentTermList', rows));
}

function periods({ organisation }: Call): Outcome {
  const { lockDay } = organisation;
  const day = (name: string, value: string) => el(name, shortDay(value), { format: 'ansi' });
  const rows = organisation.periods.map(({ key, name, beginDay, endDay }) =>
    el('Period', [el('NetvisorKey', key), el('Name', name), day('BeginDate', beginDay), day('EndDate', endDay)]),
  );
  const locks =
    lockDay === null
      ? []
      : ['AccountingPeriodLockDate', 'VatPeriodLockDate', 'PurchaseLockDate'].map((name) => day(name, lockDay));
  return given(el('AccountingPeriodList', [el('PeriodLockInformation', [...locks, ...rows])]));
}

function accounts({ organisation }: Call): Outcome {
  const all = [...organisation.accounts.values()];
  const rows = all.map(({ key, number, name }, sort) =>
    el('Account', [
      el('NetvisorKey', key),
      el('Number', number),
      el('Name', name),
      el('AccountType', 'account'),
      el('FatherNetvisorKey', '0'),
      el('IsActive', '1'),
      el('IsCumulative', '0'),
      el('Sort', sort),
      el('EndSort', sort),
      el('IsNaturalNegative', '0'),
    ]),
  );
  const defaults = [
    ['SalesReceivables', '1701'],
    ['SalesDomesticDefault', '3000'],
    ['SalesEUDefault', '3360'],
    ['SalesOutsideEUDefault', '3380'],
  ].map(([name = '', number = '']) => el(name, organisation.accounts.get(number)?.key ?? ''));
  return given(el('AccountList', [el('CompanyDefaultAccounts', defaults), el('Accounts', rows)]));
}
