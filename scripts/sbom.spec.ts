import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { beforeAll, describe, expect, it } from '@jest/globals';

import type { Inventory } from './sbom.ts';

const here = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');

interface Pinned {
  readonly version: string;
  readonly dev?: boolean;
  readonly name?: string;
}
const { packages } = JSON.parse(here('../package-lock.json')) as { packages: Readonly<Record<string, Pinned>> };
const pinned = Object.entries(packages)
  .filter(([path]) => path !== '')
  .map(([path, { name = path.split('node_modules/').at(-1), version, dev = false }]) => ({
    component: `${name}@${version}`,
    dev,
  }));
const running = new Set(pinned.filter(({ dev }) => !dev).map(({ component }) => component));

let inventory: Inventory;

beforeAll(() => {
  const script = new URL('./sbom.ts', import.meta.url).pathname;
  inventory = JSON.parse(execFileSync('node', [script], { encoding: 'utf8', stdio: 'pipe' })) as Inventory;
}, 60_000);

const named = (): readonly string[] => inventory.components.map(({ name, version }) => `${name}@${version}`);

describe('the inventory of what runs', () => {
  it('has every package that a service needs, with its version, and none that only development needs', () => {
    expect([...running].filter((component) => !named().includes(component))).toEqual([]);
    expect(named().filter((component) => !running.has(component))).toEqual([]);
    expect(running.size).toBeGreaterThan(100);
  });

  it('has all that package.json asks for by name', () => {
    const { dependencies } = JSON.parse(here('../package.json')) as { dependencies: Record<string, string> };
    const wanted = Object.entries(dependencies).map(([name, version]) => `${name}@${version}`);
    expect(wanted.filter((component) => !named().includes(component))).toEqual([]);
  });

  it('says by which bytes each is known, and who brings it', () => {
    expect(inventory.components.filter(({ hashes = [] }) => hashes.length === 0).map(({ name }) => name)).toEqual([]);
    const refs = new Set(inventory.components.map((component) => component['bom-ref']));
    const edges = inventory.dependencies.flatMap(({ dependsOn }) => dependsOn);
    expect(edges.filter((ref) => !refs.has(ref))).toEqual([]);
    expect([...refs].filter((ref) => !edges.includes(ref))).toEqual([]);
  });
});
