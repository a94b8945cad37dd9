import { certainCode, certainText, type FieldTable, flag, list, number, text } from './field.js';

const AMOUNT = number(9_999_999_999.999998, 6);

/** ProductEntityDescriptionDTO. */
export const PRODUCT_DESCRIPTION: FieldTable = {
  fields: {
    languageCode: certainCode('FIN', 'ENG', 'SWE'),
    description: text(80),
    publicDescriptionText: text(512),
    internalDescriptionText: text(512),
    changeTime: text(40),
    changeUser: text(30),
  },
  required: ['languageCode'],
  own: ['changeTime', 'changeUser'],
};

/** ProductEntityPostingDTO. */
export const PRODUCT_POSTING: FieldTable = {
  fields: {
    postingGroupId: certainText(10, 1),
    postingCodeId: text(80),
    changeTime: text(40),
    changeUser: text(30),
  },
  required: ['postingGroupId'],
  own: ['changeTime', 'changeUser'],
};

/** ProductEntityDetailsDTO [tuoterekisteri]. The code stands in the body or in the query, as the method says. */
export const PRODUCT: FieldTable = {
  fields: {
    productCode: certainText(20, 1),
    description: text(80),
    eanCode: text(80),
    changeTime: text(40),
    changeUser: text(40),
    productGroup: text(3),
    unitId: text(10),
    defaultToInvoice: flag,
    purchaseCostPrice: AMOUNT,
    salesPrice: AMOUNT,
    cnCode: text(10),
    cnUnit: text(20),
    cnNetWeight: AMOUNT,
    cnMultiplier: AMOUNT,
    originCountry: text(2, 2),
    productEntityDescriptionDTOList: list(PRODUCT_DESCRIPTION),
    productEntityPostingDTOList: list(PRODUCT_POSTING),
  },
  required: [],
  own: ['productCode', 'changeTime', 'changeUser', 'productEntityDescriptionDTOList', 'productEntityPostingDTOList'],
};

/** What a list shows of a product: ProductEntityDTO. */
export const PRODUCT_IN_LIST = ['productCode', 'description', 'eanCode', 'changeTime'] as const;
