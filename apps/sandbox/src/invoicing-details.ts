import type { Dto } from './field-check.js';

/** The lists that the id fields of orders, products and customers are taken from, under the names seen in the wild. */
export interface InvoicingDetails {
  readonly salesPostingGroupDTOList: readonly Dto[];
  readonly currencyDTOList: readonly Dto[];
  readonly paymentTermDTOList: readonly Dto[];
  readonly deliveryMethodDTOList: readonly Dto[];
  readonly deliveryTermDTOList: readonly Dto[];
  readonly salesPersonDTOList: readonly Dto[];
  readonly transmissionTypeDTOList: readonly Dto[];
  readonly unitDTOS: readonly Dto[];
  /** With `vatPercent`, which Fivaldi counts sums from. */
  readonly productPostingCodeDTOS: readonly Dto[];
}

/** A company that nobody told otherwise. Two of each where a choice can be wrong. */
export const STANDARD_DETAILS: InvoicingDetails = {
  salesPostingGroupDTOList: [
    { postingGroupId: '0000000001', description: 'Kotimaa', defaultPostingId: '1', defaultPostingGroupForSales: true },
    { postingGroupId: '0000000002', description: 'EU', defaultPostingId: '2', defaultPostingGroupForSales: false },
  ],
  currencyDTOList: [{ currency: 'EUR', description: 'Euro', currencyRate: 1 }],
  paymentTermDTOList: [
    { paymentTermId: '14', netDueDate: 14, description: '14 pv netto', defaultPaymentTerm: true },
    { paymentTermId: '30', netDueDate: 30, description: '30 pv netto', defaultPaymentTerm: false },
  ],
  deliveryMethodDTOList: [{ deliveryMethodId: '1', description: 'Posti', defaultDeliveryMethod: true }],
  deliveryTermDTOList: [{ deliveryTermId: '1', description: 'Vapaasti varastossa', defaultDeliveryTerm: true }],
  salesPersonDTOList: [{ salesPersonId: '1', name: 'Myyjä', email: null, phoneNumber: null }],
  transmissionTypeDTOList: [
    { transmissionTypeId: '0000000001', description: 'Tulostus', type: '1' },
    { transmissionTypeId: '0000000003', description: 'Verkkolasku', type: '3' },
  ],
  unitDTOS: [
    { unitId: '1', unit: 'h', description: 'tunti' },
    { unitId: '2', unit: 'kpl', description: 'kappale' },
  ],
  productPostingCodeDTOS: [
    { id: '1', description: 'Myynti 25,5 %', vatPercent: 25.5 },
    { id: '2', description: 'Myynti EU', vatPercent: 0 },
  ],
};
