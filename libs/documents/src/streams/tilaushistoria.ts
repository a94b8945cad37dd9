import { type Field, ours, type RecordTable, required, text } from '../record-table.js';
import { tilaukset } from './tilaukset.js';

/** The same thing under a name of the history's own: no public program names these. */
const asHistory = (field: Field): Field => ({
  ...field,
  element: field.element.replace(/^SalesOrder/, 'SalesHistory'),
  source: 'ours',
});

/**
 * Sales history [Tilaushistoria]: orders that Fivaldi has invoiced, with their
 * rows. Fivaldi names no invoice in them (contract §1.6.4).
 *
 * Told apart by Fivaldi's own number, because one made by hand has no other.
 */
export const tilaushistoria: RecordTable = {
  stream: 'tilaushistoria',
  register: 'sales_history',
  element: 'SalesHistory',
  key: 'order_number',
  label: { fi: 'Laskutettu tilaus', sv: 'Fakturerad order', en: 'Invoiced order' },
  fields: [
    required(ours('SalesHistoryNumber', 'order_number', text(100), 'Tilausnumero', 'Ordernummer', 'Order number')),
    ours(
      'SalesHistoryExternalNumber',
      'external_order_number',
      text(100),
      'Ulkoinen tilausnumero',
      'Externt ordernummer',
      'External order number',
    ),
    ...tilaukset.fields.filter(({ field }) => field !== tilaukset.key).map(asHistory),
  ],
  children: tilaukset.children.map((child) => ({
    ...child,
    element: child.element.replace(/^SalesOrder/, 'SalesHistory'),
    fields: child.fields.map(asHistory),
  })),
};
