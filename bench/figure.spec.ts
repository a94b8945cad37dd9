import { describe, expect, it } from '@jest/globals';
import { atLeast, atMost, type Figure, judge, markdownTable } from './figure.ts';

const figure = (rest: Partial<Figure>): Figure => ({ name: 'a document', unit: 's', value: 3, ...rest });
const floor = { what: 'the parser alone', value: 2 };

describe('a figure', () => {
  it.each([
    ['its value is under the bound', figure({ target: atMost(3) }), true],
    ['its value is over the bound', figure({ target: atMost(2.9) }), false],
    ['its value reaches the bound', figure({ target: atLeast(3) }), true],
    ['its value stays below the bound', figure({ target: atLeast(3.1) }), false],
    ['its ratio is under the bound', figure({ floor, target: atMost(1.5, 'ratio') }), true],
    ['its ratio is over the bound', figure({ floor, target: atMost(1.4, 'ratio') }), false],
    ['nothing was promised', figure({ floor }), null],
    ['its ratio is promised and there is no floor', figure({ target: atMost(1.5, 'ratio') }), false],
  ])('is judged when %s', (_, given, met) => {
    expect(judge(given).met).toBe(met);
  });

  it('has its value over its floor as ratio', () => {
    expect(judge(figure({ floor })).ratio).toBe(1.5);
  });
});

describe('the table', () => {
  it('has a line for each figure and its note below', () => {
    const judged = [figure({ floor, target: atMost(1.4, 'ratio'), note: 'On a quiet machine.' })].map(judge);
    expect(markdownTable(judged).split('\n').slice(2)).toEqual([
      '| a document (1) | 3 s | 2 s: the parser alone | 1.5 × | at most 1.4 × | **no** |',
      '',
      '(1) On a quiet machine.',
    ]);
  });
});
