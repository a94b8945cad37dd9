/** A bound that a figure has to keep, on itself or on its ratio to the floor. */
export interface Target {
  readonly of: 'value' | 'ratio';
  readonly kind: 'at most' | 'at least';
  readonly bound: number;
}

/** What this machine can do at best, measured in the same run: what it was, and how much of it. */
export interface Floor {
  readonly what: string;
  readonly value: number;
}

/** One thing measured. Value and floor are in the same unit. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly floor?: Floor;
  readonly target?: Target;
  /** What a reader must know to believe it. */
  readonly note?: string;
}

/** A figure with what follows from it. */
export interface JudgedFigure extends Figure {
  /** Value over floor. */
  readonly ratio: number | null;
  /** `null` where nothing was promised. */
  readonly met: boolean | null;
}

export const atMost = (bound: number, of: Target['of'] = 'value'): Target => ({ of, kind: 'at most', bound });
export const atLeast = (bound: number, of: Target['of'] = 'value'): Target => ({ of, kind: 'at least', bound });

export function judge(figure: Figure): JudgedFigure {
  const { value, floor, target } = figure;
  const ratio = floor === undefined ? null : value / floor.value;
  if (target === undefined) return { ...figure, ratio, met: null };
  const judged = target.of === 'value' ? value : (ratio ?? Number.NaN);
  return { ...figure, ratio, met: target.kind === 'at most' ? judged <= target.bound : judged >= target.bound };
}

/** The figures as a Markdown table, their notes below it. */
export function markdownTable(figures: readonly JudgedFigure[]): string {
  const notes: string[] = [];
  const rows = figures.map((figure) => {
    if (figure.note !== undefined) notes.push(figure.note);
    const mark = figure.note === undefined ? '' : ` (${notes.length})`;
    const { floor, ratio, target, met } = figure;
    return [
      figure.name + mark,
      `${shown(figure.value)} ${figure.unit}`,
      floor === undefined ? '' : `${shown(floor.value)} ${figure.unit}: ${floor.what}`,
      ratio === null ? '' : `${shown(ratio)} ×`,
      target === undefined ? '' : `${target.kind} ${shown(target.bound)} ${target.of === 'ratio' ? '×' : figure.unit}`,
      met === null ? '' : met ? 'yes' : '**no**',
    ];
  });
  const head = ['figure', 'measured', 'floor', 'ratio', 'target', 'met'];
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return [...lines, '', ...notes.map((note, index) => `(${index + 1}) ${note}`)].join('\n');
}

/** Three digits that count, and no more. */
function shown(value: number): string {
  return value.toLocaleString('en-GB', { maximumSignificantDigits: Math.abs(value) >= 1000 ? 6 : 3 });
}
