import { may, maybe, must, one, type Part, some } from '../shape.js';
import { base64, code, day, decimal, integer, moment, text } from '../value.js';
import { dimensions } from './dimension.js';

const employee = one('employeeidentifier', text(), { type: must('number', 'finnishpersonalidentifier') });

/** What every kind of line ends with. */
const rest: readonly Part[] = [
  maybe('linestatus', code('open', 'confirmed', 'contentsupervisored', 'contentsupervisiored', 'accepted', 'paid')),
  dimensions,
  maybe('tripexpenseattachments', [
    some('tripexpenseattachment', [
      one('mimetype', text()),
      one('attachmentdescription', text()),
      one('filename', text()),
      one('documentdata', base64),
    ]),
  ]),
];
const process = maybe('crmprocessidentifier', text());
const customer = maybe('customeridentifier', text(), { type: must('netvisor', 'customer') });

/** tripexpense.nv, in Netvisor's order. */
export const TRIP_EXPENSE: Part = one('tripexpense', [
  one('header', text()),
  maybe('description', text()),
  maybe('customlines', [
    some('customline', [
      employee,
      one('ratio', text(), { type: must('name') }),
      one('amount', decimal),
      one('customlineunitprice', decimal, { iso4217currencycode: may(), currencyrate: may() }),
      maybe('vatpercentage', decimal),
      one('linedescription', text()),
      one('begindate', day, { format: may('ansi') }),
      one('enddate', day, { format: may('ansi') }),
      process,
      customer,
      maybe('expenseaccountnumber', integer),
      ...rest,
    ]),
  ]),
  maybe('travellines', [
    some('travelline', [
      employee,
      one(
        'traveltype',
        code(
          ...['car', 'car_with_trailer', 'car_with_caravan', 'car_with_heavy_cargo', 'car_with_big_machinery'],
          ...['car_with_dog', 'car_travel_in_rough_terrain', 'motorboat_max_50hp', 'motorboat_over_50hp'],
          ...['snowmobile', 'atv', 'motorbike', 'moped', 'other', 'carbenefit'],
        ),
      ),
      one('passengeramount', integer),
      one('kilometeramount', decimal),
      maybe('unitprice', decimal),
      one('linedescription', text()),
      one('traveldate', day, { format: may('ansi') }),
      one('routedescription', text()),
      process,
      customer,
      ...rest,
    ]),
  ]),
  maybe('dailycompensationlines', [
    some('dailycompensationline', [
      employee,
      one('compensationtype', code('domesticfull', 'domestichalf', 'foreign')),
      one('amount', decimal),
      maybe('unitprice', decimal),
      one('linedescription', text()),
      one('timeofdeparture', moment),
      one('returntime', moment),
      process,
      customer,
      ...rest,
    ]),
  ]),
]);
