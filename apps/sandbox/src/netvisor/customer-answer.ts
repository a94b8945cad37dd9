import type { Call } from './call.js';
import type { Card, Fields } from './organisation.js';
import { el, type XmlElement } from './xml.js';

/** Groups of `getcustomer.nv`: the name there, and the name that the same has when it is written. */
const GROUPS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  CustomerFinvoiceDetails: [
    ['FinvoiceAddress', 'finvoiceaddress'],
    ['FinvoiceRouterCode', 'finvoiceroutercode'],
  ],
  CustomerDeliveryDetails: [
    ['DeliveryName', 'deliveryname'],
    ['DeliveryStreetAddress', 'deliverystreetaddress'],
    ['DeliveryCity', 'deliverycity'],
    ['DeliveryPostNumber', 'deliverypostnumber'],
    ['DeliveryCountry', 'deliverycountry'],
  ],
  CustomerContactDetails: [
    ['ContactPerson', 'contactperson'],
    ['ContactPersonEmail', 'contactpersonemail'],
    ['ContactPersonPhone', 'contactpersonphone'],
  ],
};

/** One customer as `getcustomer.nv` shows it: what is blank is an empty element. */
export function customerAnswer(card: Card, call: Call): XmlElement {
  const groups = Object.entries(GROUPS).map(([name, parts]) => el(name, elementsOf(parts, card.fields)));
  return el('Customer', [base(card), ...groups, additional(card, call)]);
}

const elementsOf = (parts: readonly (readonly [string, string])[], fields: Fields): XmlElement[] =>
  parts.map(([shown, written]) => el(shown, fields[written]));

function base({ key, fields }: Card): XmlElement {
  const before = [
    ['InternalIdentifier', 'internalidentifier'],
    ['ExternalIdentifier', 'externalidentifier'],
    ['OrganizationUnitNumber', 'organizationunitnumber'],
    ['CustomerGroupName', 'customergroupname'],
    ['Name', 'name'],
    ['NameExtension', 'nameextension'],
    ['StreetAddress', 'streetaddress'],
    ['AdditionalStreetAddress', 'additionaladdressline'],
    ['City', 'city'],
    ['PostNumber', 'postnumber'],
  ] as const;
  const after = [
    ['PhoneNumber', 'phonenumber'],
    ['FaxNumber', 'faxnumber'],
    ['Email', 'email'],
    ['EmailInvoicingAddress', 'emailinvoicingaddress'],
    ['HomePageUri', 'homepageuri'],
  ] as const;
  return el('CustomerBaseInformation', [
    el('NetvisorKey', key),
    ...elementsOf(before, fields),
    el('Country', fields['country'], { type: 'ISO-3166' }),
    ...elementsOf(after, fields),
    el('IsActive', fields['isactive'] || '0'),
    el('IsPrivateCustomer', fields['isprivatecustomer'] || '0'),
  ]);
}

function additional({ fields, dimensions }: Card, { organisation }: Call): XmlElement {
  const { defaultpaymentterm: term, 'defaultpaymentterm@type': type } = fields;
  const found = organisation.paymentTerms.find(({ key, description }) =>
    type === 'netvisor' ? String(key) === term : description === term,
  );
  const uses = dimensions.map(({ name, item }) =>
    el('CustomerDimension', [el('DimensionName', name), el('DimensionItem', item)]),
  );
  return el('CustomerAdditionalInformation', [
    ...elementsOf(
      [
        ['Comment', 'comment'],
        ['CustomerAgreementIdentifier', 'customeragreementidentifier'],
        ['ReferenceNumber', 'customerreferencenumber'],
        ['YourDefaultReference', 'yourdefaultreference'],
        ['DefaultTextBeforeInvoiceLines', 'defaulttextbeforeinvoicelines'],
        ['DefaultTextAfterInvoiceLines', 'defaulttextafterinvoicelines'],
      ],
      fields,
    ),
    found ? el('DefaultPaymentTerm', found.description, { netvisorkey: String(found.key) }) : null,
    el('TaxHandlingType', fields['taxhandlingtype']),
    el('BalanceLimit', fields['balancelimit']),
    fields['invoicinglanguage'] ? el('InvoicingLanguage', fields['invoicinglanguage']) : null,
    el('EuStandardFinvoice', fields['eustandardfinvoice'] || '0'),
    uses.length > 0 ? el('CustomerDimensions', uses) : null,
  ]);
}
