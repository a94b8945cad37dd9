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

  for (const { file, guard, without } of cuts) {
    const path = join(place, 'dist', file);
    const parts = readFileSync(path, 'utf8').split(guard);
    if (parts.length !== 2) throw new Error(`${file} has the guard ${parts.length - 1} times: ${guard}`);
    writeFileSync(path, parts.join(without));
  }
  return place;
}
