import { describe, expect, it } from '@jest/globals';

import { NETVISOR_CODE_FAULTS } from '#lib/policy';

import { CONNECTION_CAUSES } from '../link/connection-causes.js';
import { TRANSFER_CAUSES } from '../link/transfer-causes.js';
import { DOCUMENT_CAUSES } from './document-causes.js';
import { REGISTER_CAUSES } from './register-causes.js';

describe('a cause of registers', () => {
  it.each(Object.entries(REGISTER_CAUSES))('%s says what is wrong and what to do, in three languages', (_, cause) => {
    for (const { what, remedy } of [cause.fi, cause.sv, cause.en]) {
      expect(what).toMatch(/^\p{Lu}.+\.$/u);
      expect(remedy).toMatch(/^\p{Lu}.+\.$/u);
    }
    expect(new Set([cause.fi.what, cause.sv.what, cause.en.what]).size).toBe(3);
  });

  it.each(NETVISOR_CODE_FAULTS)('is written for the fault %s', (fault) => {
    expect(REGISTER_CAUSES).toHaveProperty(fault);
  });

  it('stands in no other list', () => {
    const others = { ...CONNECTION_CAUSES, ...TRANSFER_CAUSES, ...DOCUMENT_CAUSES };
    expect(Object.keys(REGISTER_CAUSES).filter((code) => code in others)).toEqual([]);
  });
});
