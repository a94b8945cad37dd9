import { describe, expect, it } from '@jest/globals';

import { mostElements, RecordBound } from './record-bound.js';
import { TABLES } from './streams/tables.js';

describe('the bound of a record’s elements', () => {
  it.each(TABLES.map((table) => [table.register, table] as const))('lets the fullest %s through', (_, table) => {
    const bound = new RecordBound();
    bound.begin(mostElements(table));
    const refused = { direct: 0, inside: 0 };
    const give = (isDirect: boolean): void => {
      if (!bound.takes(isDirect)) refused[isDirect ? 'direct' : 'inside']++;
    };
    for (const _ of table.fields) give(true);
    for (const { atMost, fields } of table.children) {
      for (let child = 0; child < atMost; child++) {
        give(true);
        for (const _ of fields) give(false);
      }
    }
    expect(refused).toEqual({ direct: 0, inside: 0 });
  });

  it('is met after some thousand elements of any other shape, however many a record may have', () => {
    for (const table of TABLES) {
      const most = mostElements(table);
      const bound = new RecordBound();
      bound.begin(most);
      bound.takes(true);
      let inside = 0;
      while (bound.takes(false)) inside++;
      expect(inside).toBeLessThan(1_100);
      expect(most.direct).toBeLessThan(120_000);
    }
  });
});
