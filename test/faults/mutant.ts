import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Some words of one built file, and what stands there instead. */
export interface Cut {
  /** Below `dist/`. */
  readonly file: string;
  /** Must be there exactly once: a guard that was renamed must not pass for one that holds. */
  readonly guard: string;
  readonly without: string;
}

/** One guard taken out of the build, by its very words; several cuts where one promise is kept in several places. */
export interface Mutation {
  readonly name: string;
  readonly cuts: readonly Cut[];
}

/**
 * A copy of the checkout's build that lacks one guard, able to run by itself: services started from it load their
 * libraries from it too, since the nearest package.json says where `#lib/*` is.
 */
export function breed(checkout: string, { name, cuts }: Mutation): string {
  const place = join(checkout, '.local', 'mutants', name);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  cpSync(join(checkout, 'dist'), join(place, 'dist'), { recursive: true });
  symlinkSync(join(checkout, 'node_modules'), join(place, 'node_modules'));
  const { type, imports } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as Record<string, unknown>;
  writeFileSync(join(place, 'package.json'), JSON.stringify({ type, imports }));

  for (const cut of cuts) {
    const path = join(place, 'dist', cut.file);
    const parts = partsOf(place, cut);
    if (parts.length !== 2) throw new Error(told(cut, parts));
    writeFileSync(path, parts.join(cut.without));
  }
  return place;
}

/** What of the mutation does not fit the checkout's build, in words: a guard that has gone, or stands there twice. */
export function misfits(checkout: string, { cuts }: Mutation): readonly string[] {
  return cuts.flatMap((cut) => {
    const parts = partsOf(checkout, cut);
    return parts.length === 2 ? [] : [told(cut, parts)];
  });
}

const partsOf = (root: string, { file, guard }: Cut): readonly string[] =>
  readFileSync(join(root, 'dist', file), 'utf8').split(guard);

const told = ({ file, guard }: Cut, parts: readonly string[]): string =>
  `${file} has the guard ${parts.length - 1} times: ${guard}`;
