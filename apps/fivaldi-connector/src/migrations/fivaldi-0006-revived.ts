import { Migration } from '#lib/store';

/** Register and key. */
const REGISTERS = [
  ['product', 'product_code'],
  ['company', 'company_code'],
  ['order', 'order_number'],
  ['payroll_batch', 'payroll_batch_id'],
  ['dimension', 'dimension_id'],
  ['posting_group', 'posting_group_id'],
  ['payment_term', 'payment_term_id'],
  ['discount', 'discount_id'],
  ['employee', 'employee_id'],
  ['sales_history', 'order_number'],
  ['housing_company', 'housing_company_id'],
  ['premises', 'premises_id'],
  ['estate_person', 'person_id'],
  ['bond', 'reference_number'],
] as const;

/**
 * An import that makes a deleted record again writes over what it held, and its items say only that it was made. So
 * what it held is kept as a version, which can be gone back to.
 *
 * A trigger, because several statements make records and none of them sees what it writes over. It fires for such rows
 * alone: who writes a register under a transfer's id holds its lock, and people write their versions themselves.
 */
export class Fivaldi0006Revived extends Migration {
  override up(): void {
    this.addSql(`
      create function fivaldi.keep_revived() returns trigger language plpgsql as $$
      declare
        was jsonb := to_jsonb(old);
        place text := was ->> tg_argv[1];
      begin
        insert into fivaldi.record_version
          (environment_id, company_id, register, key, no, what, by, transfer_id, before, changes)
        select old.environment_id, old.company_id, tg_argv[0], place,
               coalesce((select max(v.no) from fivaldi.record_version v
                          where v.environment_id = old.environment_id and v.company_id = old.company_id
                            and v.register = tg_argv[0] and v.key = place), 0) + 1,
               'created',
               coalesce((select 'partner-user:' || t.partner_user_id from transfers.transfer t
                          where t.id = new.written_by::uuid), new.written_by),
               new.written_by::uuid,
               jsonb_build_object(
                 'fields', (select coalesce(jsonb_object_agg(field.key, field.value), '{}')
                              from jsonb_each_text(was - array[tg_argv[1], 'environment_id', 'company_id', 'children',
                                'imported', 'written_by', 'created_at', 'updated_at', 'deleted_at']) as field),
                 'children', coalesce(was -> 'children', '{}'),
                 'imported', old.imported, 'deleted', true),
               '[]';
        return null;
      end $$`);
    for (const [register, key] of REGISTERS) {
      this.addSql(`
        create trigger keep_revived after update on fivaldi.${register}_record for each row
          when (old.deleted_at is not null and new.deleted_at is null and new.written_by ~ '^[0-9a-f-]{36}$')
          execute function fivaldi.keep_revived('${register}', '${key}')`);
    }
  }
}
