import { employee, palkat, type RecordTable } from '#lib/documents';
import type { PayrollDimensions } from '#lib/policy';
import type { ConnectionSql } from '#lib/store';
import type { Transfer } from '#lib/transfers';

import { asComing, comingSql } from './coming-sql.js';
import type { Completion, Portion } from './completion.js';
import { BY_INDEX, registerTable, stagedTable } from './record-sql.js';

const COMING_EMPLOYEES = comingSql(employee, ['social_security_number']);
const STAGED = stagedTable(palkat);
const DIMENSIONS = ['dimension1', 'dimension2', 'dimension3', 'dimension4'];

/** `payrollDimensions` of `libs/policy` for the batches of a portion, of which those that came before are rejected. */
export class PayrollCompletion implements Completion {
  readonly session = COMING_EMPLOYEES.session;
  readonly looksInto: ReadonlyMap<RecordTable, string>;
  readonly #fill: string | null;

  constructor(dimensions: PayrollDimensions) {
    const isFilled = dimensions !== 'from-data';
    this.looksInto = new Map(isFilled ? [[employee, COMING_EMPLOYEES.note]] : []);
    this.#fill = isFilled ? fill(dimensions) : null;
  }

  async complete(
    sql: ConnectionSql,
    { environmentId, companyId }: Transfer,
    { after, upTo }: Portion,
    options: { prepare: boolean },
  ): Promise<void> {
    const where = [environmentId, companyId, after, upTo];
    await sql.rows(REFUSE_REPEATED, where, options);
    if (this.#fill !== null) await sql.rows(this.#fill, where, options);
  }

  planOthers(): Promise<null> {
    return Promise.resolve(null);
  }

  applyOthers(): Promise<void> {
    return Promise.resolve();
  }
}

const keyElement = palkat.fields.find(({ field }) => field === palkat.key)?.element ?? '';
const concerned = `s.no > $3 and s.no <= $4 and s.faults is null`;

/** A batch that was deleted counts too: what it said may have been paid. */
const REFUSE_REPEATED = `
  update ${STAGED} s
     set faults = jsonb_build_array(jsonb_build_object('line', s.line, 'column', s."column", 'element', '${keyElement}',
                                                       'reason', 'repeated-batch'))
   where ${concerned}
     and exists (select from ${registerTable(palkat)} b
                  where b.environment_id = $1 and b.company_id = $2 and b.payroll_batch_id = s.payroll_batch_id
                  ${BY_INDEX})`;

function fill(dimensions: Exclude<PayrollDimensions, 'from-data'>): string {
  const value = (name: string): string =>
    dimensions === 'from-employee' ? `e.${name}` : `coalesce(own.${name}, e.${name})`;
  const byCode = asComing(
    employee,
    [employee.key, ...DIMENSIONS],
    (of) => `${of}.social_security_number = own.social_security_number`,
  );
  const byId = asComing(employee, [employee.key, ...DIMENSIONS], (of) => `${of}.employee_id = own.employee_id`);
  return `
    update ${STAGED} s
       set children = jsonb_set(s.children, '{rows}', coalesce((
         select jsonb_object_agg(entry.key,
                  entry.value || jsonb_build_object(${DIMENSIONS.map((name) => `'${name}', ${value(name)}`).join(', ')}))
           from jsonb_each(s.children -> 'rows') entry
           cross join lateral jsonb_to_record(entry.value) own (employee_id text, social_security_number text,
             ${DIMENSIONS.map((name) => `${name} text`).join(', ')})
           left join lateral (
             select e.* from (
               select * from ${byCode} by_code
               union all
               select * from ${byId} by_id where own.social_security_number is null) e
              order by e.${employee.key} collate "C" limit 1) e on true), '{}'))
     where ${concerned} and s.children ? 'rows'`;
}
