import { any, may, maybe, must, one, type Part } from '../shape.js';
import { code, day, decimal, integer, text, time } from '../value.js';
import { dimensions } from './dimension.js';

const ratio = one('collectorratio', text(), { type: must('number') });
const acceptance = one('acceptancestatus', code('confirmed', 'accepted'));
const description = one('description', text());
const product = maybe('invoicingproductidentifier', text());

/** workday.nv: one employee, one day; in Netvisor's order. */
export const WORKDAY: Part = one('workday', [
  one('date', day, { format: must('ansi'), method: may('replace', 'increment') }),
  one('employeeidentifier', text(), {
    type: must('personalidentificationnumber', 'number', 'netvisorkey'),
    defaultdimensionhandlingtype: may('none', 'usedefault'),
  }),
  any('workdayhour', [
    one('hours', decimal),
    ratio,
    acceptance,
    description,
    maybe('crmprocessidentifier', text(), { billingtype: may('unbillable', 'billable') }),
    product,
    maybe('customeridentifier', text(), { type: must('netvisor', 'customer') }),
    dimensions,
  ]),
  any('workdaytime', [
    one('starttimeofday', time),
    one('endtimeofday', time),
    one('breaktime', integer, { type: must('minutes') }),
    ratio,
    acceptance,
    description,
    product,
    dimensions,
  ]),
]);
