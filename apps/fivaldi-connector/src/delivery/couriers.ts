import type { Courier, DeliveredRegister } from './courier.js';
import { customerCourier } from './customer-courier.js';
import { dimensionCourier } from './dimension-courier.js';
import { orderCourier } from './order-courier.js';
import { payrollCourier } from './payroll-courier.js';
import { productCourier } from './product-courier.js';

const COURIERS: Readonly<Record<DeliveredRegister, Courier>> = {
  dimension: dimensionCourier,
  company: customerCourier,
  product: productCourier,
  order: orderCourier,
  payroll_batch: payrollCourier,
};

/** Who delivers a register's records. */
export const courierOf = (register: DeliveredRegister): Courier => COURIERS[register];
