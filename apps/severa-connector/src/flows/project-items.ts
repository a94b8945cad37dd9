import type { Reading } from '../engine/flow.js';
import { dimensionItem } from './dimension-item.js';
import { numberIn, objectOf, objectsOf, type SeveraObject, textIn } from './severa-json.js';

const AT_ONCE = 50;

/** The names of a project's dimension items. */
export interface ProjectItem {
  readonly project: string | null;
  readonly businessUnit: string | null;
}

/**
 * Severa's projects as dimension items, each asked for once a reading: by the names under which the dimensions flow has
 * moved them, else by those under which it would.
 */
export class ProjectItems {
  private readonly items = new Map<string, ProjectItem>();

  constructor(private readonly reading: Reading) {}

  /** @param projects their guids. */
  async know(projects: readonly string[]): Promise<void> {
    const missing = [...new Set(projects)].filter((guid) => !this.items.has(guid));
    for (let from = 0; from < missing.length; from += AT_ONCE) await this.read(missing.slice(from, from + AT_ONCE));
  }

  of(project: string | null): ProjectItem | undefined {
    return project === null ? undefined : this.items.get(project);
  }

  private async read(guids: readonly string[]): Promise<void> {
    const query = [['rowCount', '100'] as const, ...guids.map((guid) => ['projectGuids', guid] as const)];
    const pages = this.reading.calls.severaPages({ method: 'GET', path: ['projects'], query, paging: 'token' });
    for await (const page of pages) await this.meet(objectsOf(page));
  }

  /** Projects that need not be asked for, since what names them tells enough of them. */
  async meet(met: readonly SeveraObject[]): Promise<void> {
    const unknown = met.filter((of) => !this.items.has(textIn(of, 'guid') ?? ''));
    const projects = [...new Map(unknown.map((of) => [textIn(of, 'guid') ?? '', of])).values()];
    if (projects.length === 0) return;
    const keys = projects.flatMap((of) => [textIn(of, 'guid') ?? [], textIn(of, 'businessUnit', 'guid') ?? []].flat());
    const moved = await this.reading.pairs('dimensions', [...new Set(keys)]);
    const named = (of: SeveraObject, number: string | null): string | null =>
      moved.get(textIn(of, 'guid') ?? '')?.netvisorKey ?? dimensionItem(number, textIn(of, 'name'));
    for (const project of projects) {
      const number = numberIn(project, 'number');
      const unit = objectOf(project['businessUnit']);
      this.items.set(textIn(project, 'guid') ?? '', {
        project: named(project, number === null ? null : String(number)),
        businessUnit: named(unit, textIn(unit, 'code')),
      });
    }
  }
}
