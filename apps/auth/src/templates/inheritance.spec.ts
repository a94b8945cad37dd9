import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { inherit, provenance, type Settings, templateSettings } from './inheritance.js';

const USER = 'grants.0190a7c0-0000-7000-8000-000000000001';

describe('inheritance', () => {
  it.each<[string, Settings, Settings, Settings, Settings]>([
    ['a value that the company lacks', {}, {}, { brake: 1 }, { brake: 1 }],
    ['a right that was taken by hand', {}, { [USER]: ['a'] }, { [USER]: ['a', 'b'] }, {}],
    ['an inherited value', { brake: 1 }, { brake: 1 }, { brake: 2 }, { brake: 2 }],
    ["a value of the company's own", { brake: 7 }, { brake: 1 }, { brake: 2 }, { brake: 7 }],
    ['a value from before any template', { brake: 7 }, {}, { brake: 2 }, { brake: 7 }],
    ['a value that the template no longer gives', { brake: 1 }, { brake: 1 }, {}, { brake: 1 }],
    ['an inherited right that it no longer gives', { [USER]: ['a'] }, { [USER]: ['a'] }, {}, {}],
    ["a right of the company's own", { [USER]: ['a', 'b'] }, { [USER]: ['a'] }, {}, { [USER]: ['a', 'b'] }],
    [
      'an inherited group that it no longer gives',
      { restrictionGroup: 1 },
      { restrictionGroup: 1 },
      {},
      { restrictionGroup: 1 },
    ],
  ])('decides what becomes of %s', (_, standing, applied, template, after) => {
    expect(inherit(standing, applied, template)).toEqual(after);
  });

  const settings = fc.dictionary(fc.constantFrom('a', 'b', 'grants.x', 'grants.y'), fc.integer({ min: 0, max: 2 }), {
    noNullPrototype: true,
  });

  it('changes nothing when the same template is applied again', () => {
    fc.assert(
      fc.property(settings, settings, settings, (standing, applied, template) => {
        const once = inherit(standing, applied, template);
        expect(inherit(once, template, template)).toEqual(once);
      }),
    );
  });

  it("never touches what is the company's own", () => {
    fc.assert(
      fc.property(settings, settings, settings, (standing, applied, template) => {
        const after: Settings = inherit(standing, applied, template);
        for (const [key, value] of Object.entries(standing)) if (applied[key] !== value) expect(after[key]).toBe(value);
      }),
    );
  });

  it.each([
    ['as the template gives it', 1, 1, 1, { from: 'template', differs: false }],
    ['as the template once gave it', 1, 1, 2, { from: 'template', differs: true }],
    ['its own', 3, 1, 1, { from: 'own', differs: true }],
    ['as the template gives it by now', 2, 1, 2, { from: 'template', differs: false }],
  ])('says of a value that is %s where it comes from', (_, standing, applied, template, says) => {
    expect(provenance('key', { key: standing }, { key: applied }, { key: template })).toEqual(says);
  });

  it('spells the same rights and times alike, in whatever order they were given', () => {
    const [one, other] = [false, true].map((turned) => {
      const list = <T>(...items: T[]): T[] => (turned ? items.toReversed() : items);
      const times = list({ weekday: 1, from: 0, to: 60 }, { weekday: 2, from: 0, to: 60 });
      return templateSettings({
        isDefault: false,
        webServices: null,
        xmlSettings: null,
        restrictionGroup: { name: 'r', times, addresses: list('::1', '192.0.2.1'), partnerUserIds: list('B', 'a') },
        grants: [
          {
            partnerUserId: 'a',
            rights: list({ stream: 'tilaukset', direction: 'import' }, { stream: 'kiha', direction: 'export' }),
          },
        ],
      });
    });
    expect(one).toEqual(other);
  });
});
