import type { ConnectionSql } from '#lib/store';

type JoinBy = Parameters<ConnectionSql['joinBy']>[0];

/** How one transaction joins just now. It begins by index; whoever works in it asks here, and only here. */
export class Joining {
  #by: JoinBy = 'index';

  constructor(private readonly sql: ConnectionSql) {}

  async by(wanted: JoinBy): Promise<void> {
    if (wanted === this.#by) return;
    await this.sql.joinBy(wanted);
    this.#by = wanted;
  }
}
