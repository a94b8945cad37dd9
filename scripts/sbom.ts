/**
 * The inventory of what runs, as CycloneDX on standard output: `node scripts/sbom.ts > sbom.json`.
 *
 * From `package-lock.json`. npm makes it of everything, and what is for development alone is taken out here: npm's own
 * `--omit dev` also leaves out what a tool of development needs beside the services.
 */
import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';

/** As much of a CycloneDX document as is read. */
export interface Inventory {
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}
interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly properties: readonly { readonly name: string; readonly value: string }[];
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
}

const isOfDevelopment = ({ properties }: Component): boolean =>
  properties.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true');

/** The same without what is for development alone, and without the edges that lead there. */
export function whatRuns<Whole extends Inventory>(whole: Whole): Whole {
  const left = new Set(whole.components.filter(isOfDevelopment).map((component) => component['bom-ref']));
  return {
    ...whole,
    components: whole.components.filter((component) => !left.has(component['bom-ref'])),
    dependencies: whole.dependencies
      .filter(({ ref }) => !left.has(ref))
      .map((edge) => ({ ...edge, dependsOn: edge.dependsOn.filter((ref) => !left.has(ref)) })),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const asked = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
  const told = execFileSync('npm', asked, {
    cwd: new URL('..', import.meta.url),
    encoding: 'utf8',
    maxBuffer: 100_000_000,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  console.log(JSON.stringify(whatRuns(JSON.parse(told) as Inventory), null, 2));
}
