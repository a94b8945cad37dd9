import { Migration } from '#lib/store';

/**
 * An import that makes many deleted records again numbers a version for each. The look-up of the last number keeps the
 * plan of its first run: where the table was empty by PostgreSQL's count then, that plan reads all of it, for every
 * record, however many versions the same statement has added by now. Of 100,000 records none ends within five minutes.
 */
export class Fivaldi0007RevivedByIndex extends Migration {
  override up(): void {
    this.addSql('alter function fivaldi.keep_revived() set enable_seqscan to off');
  }
}
