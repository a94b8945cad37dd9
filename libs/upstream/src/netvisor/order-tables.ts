/** How one of Netvisor's write resources wants its body. Element names are lower case, and mean one thing in each. */
export interface OrderTable {
  /** The element that stands in `<root>`. */
  readonly body: string;
  /** Elements that have others in them: in which order. */
  readonly order: Readonly<Record<string, readonly string[]>>;
  /** Most characters, spaces and line breaks among them, where a limit is known. */
  readonly longest: Readonly<Record<string, number>>;
  /** Codes that there are, of an element or of an `element@attribute`. An empty element is none of them. */
  readonly codes: Readonly<Record<string, readonly string[]>>;
}

const list = (names: string): readonly string[] => names.trim().split(/[\s,]+/);

const YES_NO = ['0', '1'] as const;
const DIMENSION = { dimension: list('dimensionname dimensionitem') };
const VAT_CODES = list(`NONE KOOS EUOS EUUO EUPO 100 KOMY EUMY EUUM EUPM312 EUPM309 MUUL EVTO EVPO EVKV KAVE RAMY RAOS
  EVRO MAAL EVMA KOMY0`);
const LINE_STATUSES = list('open confirmed contentsupervisored accepted paid');

/** Contract §4.1. After `defaultpaymentterm` the copy of the DTD is older than the interface. */
const customer: OrderTable = {
  body: 'customer',
  order: {
    customer: list(`customerbaseinformation customerfinvoicedetails customermaventaedidetails customerdeliverydetails
      customercontactdetails customeradditionalinformation customerdimensiondetails`),
    customerbaseinformation: list(`internalidentifier externalidentifier organizationunitnumber name nameextension
      streetaddress additionaladdressline city postnumber country customergroupname phonenumber faxnumber email
      homepageuri isactive isprivatecustomer emailinvoicingaddress`),
    customerfinvoicedetails: list('finvoiceaddress finvoiceroutercode'),
    customermaventaedidetails: list('maventaedichannel maventaedicustomeridentifier'),
    customerdeliverydetails: list('deliveryname deliverystreetaddress deliverycity deliverypostnumber deliverycountry'),
    customercontactdetails: list('contactname contactperson contactpersonemail contactpersonphone'),
    customeradditionalinformation: list(`comment customeragreementidentifier customerreferencenumber
      directdebitbankaccount invoicinglanguage invoiceprintchannelformat yourdefaultreference
      defaulttextbeforeinvoicelines defaulttextafterinvoicelines defaultpaymentterm defaultsecondname paymentinterest
      balancelimit receivablesmanagementautomationrule factoringaccount taxhandlingtype eustandardfinvoice
      defaultsalesperson`),
    defaultsalesperson: list('salespersonid'),
    customerdimensiondetails: list('dimension'),
    ...DIMENSION,
  },
  longest: {
    internalidentifier: 50,
    organizationunitnumber: 17,
    name: 250,
    nameextension: 250,
    streetaddress: 80,
    additionaladdressline: 80,
    city: 80,
    postnumber: 50,
    customergroupname: 50,
    homepageuri: 80,
    comment: 2500,
    dimensionname: 50,
    dimensionitem: 200,
  },
  codes: {
    'internalidentifier@type': ['automatic'],
    isactive: YES_NO,
    isprivatecustomer: YES_NO,
    invoiceprintchannelformat: ['1', '2'],
    'invoiceprintchannelformat@type': ['netvisor'],
    'defaultpaymentterm@type': ['netvisor', 'customer'],
    taxhandlingtype: list('countrygroup forcedomestic notaxhandling domesticconstructionservice'),
    'salespersonid@type': ['netvisor'],
  },
};

/** Contract §4.3. */
const product: OrderTable = {
  body: 'product',
  order: {
    product: list('productbaseinformation productbookkeepingdetails productadditionalinformation productcustomtags'),
    productbaseinformation: list(`productcode productgroup name description unitprice unit unitweight
      kaukevaproductcode purchaseprice tariffheading comissionpercentage isactive issalesproduct inventoryenabled
      inventorybatchlinkingmode countryoforigin primaryeancode secondaryeancode inventoryalertlimit`),
    productbookkeepingdetails: list(`defaultvatpercentage defaultdomesticaccountnumber defaulteuaccountnumber
      defaultoutsideeuaccountnumber`),
    productadditionalinformation: list(`productnetweight productgrossweight productweightunit
      productpackageinformation dimension`),
    productpackageinformation: list('packagewidth packageheight packagelength'),
    ...DIMENSION,
    productcustomtags: list('productcustomtag'),
    productcustomtag: list('tagname tagvalue'),
  },
  longest: { productcode: 50, name: 200, unit: 50, dimensionname: 50, dimensionitem: 200 },
  codes: {
    'unitprice@type': ['net', 'gross'],
    isactive: YES_NO,
    issalesproduct: YES_NO,
    inventoryenabled: YES_NO,
    productweightunit: ['g', 'kg', 'tn'],
  },
};

/** Contract §4.5. `name` is the header's. */
const dimensionitem: OrderTable = {
  body: 'dimensionitem',
  order: {
    dimensionitem: list(`name item olditem code label oldcode oldlabel fatherid fatheritem fathercode fatherlabel
      activityperiodstart activityperiodend ishidden`),
  },
  longest: { name: 50, item: 200, olditem: 200, code: 50, label: 200, fatheritem: 200 },
  codes: { ishidden: ['True', 'False'] },
};

/** Contract §4.6. Lengths are the sister connector's and the batch page's. */
const salesinvoice: OrderTable = {
  body: 'salesinvoice',
  order: {
    salesinvoice: list(`salesinvoicenumber salesinvoicedate salesinvoiceeventdate salesinvoiceduedate
      salesinvoicevaluedate salesinvoicedeliverydate salesinvoicedeliverytocustomerdate salesinvoicewaybillidentifier
      salesinvoiceproductpackagepallet salesinvoicereferencenumber salesinvoiceamount selleridentifier sellername
      invoicetype salesinvoicestatus salesinvoicefreetextbeforelines salesinvoicefreetextafterlines
      salesinvoiceourreference salesinvoiceyourreference salesinvoiceprivatecomment invoicingcustomeridentifier
      invoicingcustomername invoicingcustomernameextension invoicingcustomeraddressline
      invoicingcustomeradditionaladdressline invoicingcustomerpostnumber invoicingcustomertown
      invoicingcustomercountrycode officeidentifier deliveryoffice deliveryaddressname deliveryaddressnameextension
      deliveryaddressline deliveryaddresspostnumber deliveryaddresstown deliveryaddresscountrycode deliverymethod
      deliveryterm salesinvoicetaxhandlingtype paymentterm paymenttermnetdays paymenttermcashdiscountdays
      paymenttermcashdiscount expectpartialpayments trydirectdebitlink overridevouchersalesreceivablesaccountnumber
      invoicesubjecttype salesinvoiceagreementidentifier printchannelformat secondname overriderateofoverdue ordernumber
      proposedaccount accountdimensiontext collectioncost isthirdpartysales invoicelines invoicevoucherlines
      salesinvoiceaccrual accrualrule salesinvoiceattachments customtags`),
    invoicelines: list('invoiceline'),
    invoiceline: list('salesinvoiceproductline salesinvoicecommentline salesinvoicesubline'),
    salesinvoiceproductline: list(`productidentifier productname productunitprice productunitpurchaseprice
      productvatpercentage salesinvoiceproductlinequantity salesinvoiceproductlinediscountpercentage
      salesinvoiceproductlinefreetext salesinvoiceproductlinevatsum salesinvoiceproductlinesum
      salesinvoiceproductlineinventoryid accountingaccountsuggestion skipaccrual dimension provisionpercentage
      accrualrule productunitname deliverydate ordernumber proposedaccount accountdimensiontext`),
    salesinvoicecommentline: list('comment'),
    ...DIMENSION,
    invoicevoucherlines: list('voucherline'),
    voucherline: list('linesum description accountnumber vatpercent skipaccrual dimension'),
    accrualrule: list('startmonth startyear endmonth endyear divisioncurvename'),
    salesinvoiceaccrual: list('overridedefaultsalesaccrualaccountnumber salesinvoiceaccrualtype accrualvoucherentry'),
    accrualvoucherentry: list('month year sum'),
    salesinvoiceattachments: list('salesinvoiceattachment'),
    salesinvoiceattachment: list('mimetype attachmentdescription filename documentdata printbydefault'),
    customtags: list('tag'),
    tag: list('tagname tagvalue'),
  },
  longest: {
    salesinvoiceagreementidentifier: 35,
    invoicingcustomeraddressline: 80,
    deliveryaddressline: 80,
    salesinvoicefreetextbeforelines: 500,
    salesinvoicefreetextafterlines: 500,
    salesinvoiceproductlinefreetext: 500,
    productname: 50,
    mimetype: 50,
    filename: 255,
    attachmentdescription: 100,
    dimensionname: 50,
    dimensionitem: 200,
  },
  codes: {
    invoicetype: ['invoice', 'order', 'invoicedraft'],
    salesinvoicestatus: ['open', 'unsent', 'delivered', 'undelivered'],
    'invoicingcustomeridentifier@type': ['netvisor', 'customer', 'organizationunitnumber'],
    'paymentterm@type': ['netvisor', 'customerdefault', 'companydefault', 'default'],
    'paymenttermcashdiscount@type': ['percentage', 'sum'],
    'printchannelformat@type': ['netvisor', 'customer'],
    'secondname@type': ['netvisor', 'customer'],
    'productidentifier@type': ['netvisor', 'customer', 'primaryeancode', 'secondaryeancode'],
    'productunitprice@type': ['net', 'gross', 'netvisor'],
    'productvatpercentage@vatcode': VAT_CODES,
    'linesum@type': ['net', 'gross'],
    'vatpercent@vatcode': VAT_CODES,
    'documentdata@type': ['finvoice', 'pdf'],
  },
};

const TRAVEL_LINE_END = 'crmprocessidentifier customeridentifier linestatus dimension tripexpenseattachments';

/** Contract §4.9. */
const tripexpense: OrderTable = {
  body: 'tripexpense',
  order: {
    tripexpense: list('header description customlines travellines dailycompensationlines'),
    customlines: list('customline'),
    customline: list(`employeeidentifier ratio amount customlineunitprice vatpercentage linedescription begindate
      enddate crmprocessidentifier customeridentifier expenseaccountnumber linestatus dimension tripexpenseattachments`),
    travellines: list('travelline'),
    travelline: list(`employeeidentifier traveltype passengeramount kilometeramount unitprice linedescription traveldate
      routedescription ${TRAVEL_LINE_END}`),
    dailycompensationlines: list('dailycompensationline'),
    dailycompensationline: list(`employeeidentifier compensationtype amount unitprice linedescription timeofdeparture
      returntime ${TRAVEL_LINE_END}`),
    ...DIMENSION,
    tripexpenseattachments: list('tripexpenseattachment'),
    tripexpenseattachment: list('mimetype attachmentdescription filename documentdata'),
  },
  longest: { filename: 100, attachmentdescription: 100, dimensionname: 50, dimensionitem: 200 },
  codes: {
    'employeeidentifier@type': ['number', 'finnishpersonalidentifier'],
    'ratio@type': ['name'],
    traveltype: list(`car car_with_trailer car_with_caravan car_with_heavy_cargo car_with_big_machinery car_with_dog
      car_travel_in_rough_terrain motorboat_max_50hp motorboat_over_50hp snowmobile atv motorbike moped other
      carbenefit`),
    compensationtype: ['domesticfull', 'domestichalf', 'foreign'],
    linestatus: LINE_STATUSES,
  },
};

/** Contract §4.10. */
const workday: OrderTable = {
  body: 'workday',
  order: {
    workday: list('date employeeidentifier workdayhour workdaytime'),
    workdayhour: list(`hours collectorratio acceptancestatus description crmprocessidentifier invoicingproductidentifier
      customeridentifier dimension`),
    workdaytime: list(`starttimeofday endtimeofday breaktime collectorratio acceptancestatus description
      invoicingproductidentifier dimension`),
    ...DIMENSION,
  },
  longest: { dimensionname: 50, dimensionitem: 200 },
  codes: {
    'date@format': ['ansi'],
    'date@method': ['replace', 'increment'],
    'employeeidentifier@type': ['number', 'personalidentificationnumber', 'netvisorkey'],
    'employeeidentifier@defaultdimensionhandlingtype': ['none', 'usedefault'],
    'collectorratio@type': ['number'],
    acceptancestatus: ['confirmed', 'accepted'],
    'crmprocessidentifier@billingtype': ['unbillable', 'billable'],
    'customeridentifier@type': ['netvisor', 'customer'],
  },
};

/**
 * The resources that we write, as data: a change of Netvisor's schemas is a change here and nowhere else.
 *
 * Source: contracts/netvisor §4 and, for the first, second and fourth, the DTDs, with which the spec compares them.
 */
export const ORDER_TABLES: Readonly<Record<string, OrderTable>> = {
  'customer.nv': customer,
  'product.nv': product,
  'dimensionitem.nv': dimensionitem,
  'salesinvoice.nv': salesinvoice,
  'tripexpense.nv': tripexpense,
  'workday.nv': workday,
};
