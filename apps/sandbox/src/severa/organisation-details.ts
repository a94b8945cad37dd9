import { jsonAnswer } from './exception.js';
import { nulls, picking } from './model.js';
import type { Outcome } from './outcome.js';
import type { Organisation } from './organisation.js';

/** The company that the credentials belong to. */
export function organisationDetails(organisation: Organisation): Outcome {
  const country = organisation.first('countries');
  const currency = organisation.first('currencies');
  const language = organisation.first('languages');
  const details = {
    ...nulls('address', 'city', 'eInvoiceAddress', 'eInvoiceOperatorCode', 'fax', 'formatting', 'kvkNumber'),
    ...nulls('odpCompany', 'phone', 'postalCode', 'registeredOffice', 'termsOfServiceApprover', 'timezone'),
    guid: organisation.guid,
    name: organisation.settings.name,
    vatNumber: null,
    isVatRegistered: true,
    activeAddons: ['Netvisor'],
    activeCompanies: [],
    country: country ? { ...picking('guid', 'name', 'englishName')(country), code: country['code2'] } : null,
    currency: currency ? picking('guid', 'code', 'name', 'symbol')(currency) : null,
    language: language ? picking('guid', 'code', 'name')(language) : null,
  };
  return { answer: jsonAnswer(200, JSON.stringify(details)) };
}
