import type { Company } from './company.js';
import type { Dto } from './field-check.js';
import { wallTime } from './helsinki.js';

/** A change that a person makes in Fivaldi's own screens: of no call, so of no line in the journal. */
export interface Edit {
  readonly register: 'customer' | 'product' | 'order';
  /** `customerId`, `productCode`, or the order's `id`. */
  readonly key: string;
  readonly fields: Dto;
}

const PERSON = 'MATTI';

/** False when there is no such record. An order becomes INVOICED this way. */
export function edited(company: Company, { register, key, fields }: Edit, now: Date): boolean {
  const stamped = { ...fields, changeUser: PERSON };
  if (register === 'order') {
    const order = company.orders.get(key);
    if (order) order.fields = { ...order.fields, ...stamped, changeTime: wallTime(now) };
    return order !== undefined;
  }
  const record = register === 'customer' ? company.customers.get(key) : company.products.get(key);
  if (!record) return false;
  record.fields = { ...record.fields, ...stamped };
  record.changedAt = now;
  return true;
}
