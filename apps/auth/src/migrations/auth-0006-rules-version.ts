import { countsAsRuleChange, Migration } from '#lib/store';

/**
 * Whatever a decision rests on, and whose change it counts as.
 *
 * A table that a decision comes to read belongs here too, or a right taken away there may still be used for the moment
 * between a decision and the work (docs/explanation/revocation.md).
 */
const RULES = [
  ['environment', 'environment_id'],
  ['company', 'company_id'],
  ['partner_user', 'partner_user_id'],
  ['upper_right', 'partner_user_id'],
  ['company_grant', 'company_id'],
  ['restriction_group', 'company_id'],
  ['restriction_group_member', 'company_id'],
  ['xml_settings', 'company_id'],
] as const;

export class Auth0006RulesVersion extends Migration {
  override up(): void {
    this.addSql(`set local tietovirta.tenant = 'every'`);
    this.addSql(`
      insert into tietovirta.rules_version (subject, version)
      select environment_id, 1 from auth.environment
      union select company_id, 1 from auth.company
      union select partner_user_id, 1 from auth.partner_user`);
    for (const [table, column] of RULES) {
      for (const statement of countsAsRuleChange(`auth.${table}`, column)) this.addSql(statement);
    }
  }
}
