import { date, type Field, ours, wholeNumber } from '../../record-table.js';

/*
 * Property management [Kiinteistöhallinta, Kiha], read out for other systems in
 * four parts (contract §2.4): the housing company, premises, bonds and persons.
 * What they hold is of the contract's §1.6.7; where that has no length, the
 * length is ours, and so is every name: none is public.
 */

/** Fivaldi's own number of a person, premises or bond. */
export const number = wholeNumber(9);

/** A share's number in its series. */
export const shareNumber = wholeNumber(12);

export const validity = (prefix: string): readonly Field[] => [
  ours(`${prefix}BeginDate`, 'begin_date', date, 'Voimassa alkaen', 'Giltig från', 'Valid from'),
  ours(`${prefix}EndDate`, 'end_date', date, 'Voimassa päättyen', 'Giltig till', 'Valid until'),
];
