import { TABLES } from '#lib/documents';

import type { DeliveredRegister } from './courier.js';

/** A register's table in PostgreSQL, and the column that tells its records apart. */
export function tableOfRegister(register: DeliveredRegister): { readonly name: string; readonly key: string } {
  const table = TABLES.find((one) => one.register === register);
  if (!table) throw new Error(`No document brings the register ${register}`);
  return { name: `fivaldi.${register}_record`, key: table.key };
}
