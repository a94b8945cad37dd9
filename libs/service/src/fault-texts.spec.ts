import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { requestInvalid } from './request-pipe.js';

const schema = z.strictObject({
  kind: z.enum(['a', 'b']),
  name: z.string().max(3),
  count: z.int().min(2),
  id: z.uuid(),
  either: z.union([z.literal(1), z.literal(2)]),
  own: z
    .string()
    .refine(() => false, { error: 'must be so', params: { code: 'own.not-so', said: { fi: 'Ei näin.' } } }),
  bare: z.string().refine(() => false, 'must be so'),
});
const GIVEN = { kind: 'c', name: 'four', count: 1, id: 'x', either: 3, own: '', bare: '', more: true };

describe('what is wrong with a field', () => {
  it('is said in Finnish and Swedish, where the schema itself has found it', () => {
    const { issues } = schema.safeParse(GIVEN).error ?? { issues: [] };
    const { errors } = requestInvalid(issues as Parameters<typeof requestInvalid>[0]).details as {
      errors: readonly { pointer: string; said: object }[];
    };
    expect(Object.fromEntries(errors.map(({ pointer, said }) => [pointer, said]))).toEqual({
      '': { fi: 'Kenttää ei tunneta.', sv: 'Fältet är okänt.' },
      '/kind': { fi: 'Arvo ei ole mikään sallituista.', sv: 'Värdet är inget av de tillåtna.' },
      '/name': { fi: 'Arvo on liian suuri tai pitkä (3).', sv: 'Värdet är för stort eller långt (3).' },
      '/count': { fi: 'Arvo on liian pieni tai lyhyt (2).', sv: 'Värdet är för litet eller kort (2).' },
      '/id': { fi: 'Arvo ei ole pyydettyä muotoa.', sv: 'Värdet har inte den form som krävs.' },
      '/either': {
        fi: 'Arvo ei ole mitään sallituista muodoista.',
        sv: 'Värdet har ingen av de tillåtna formerna.',
      },
      '/own': { fi: 'Ei näin.' },
      '/bare': {},
    });
  });
});
