import type { AuditExport } from '#lib/contracts';

import { canonicalJson } from '../canonical-json.js';
import { type ChainHead, EMPTY_CHAIN } from '../chain.js';
import type { StoredEntry } from '../entry.js';

/** An end of a chain, or of what is exported of it. */
interface End {
  readonly sequence: number;
  readonly hash: string;
}

/** What an export holds of one chain. */
export interface ChainPart {
  readonly environmentId: string;
  readonly entries: number;
  readonly first: End;
  readonly last: End;
  /** Where the chain ended when the export began. */
  readonly head: End;
}

export interface ExportedFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What `manifest.json` says of the files beside it; `manifest.sig` is the signature over its bytes. */
export interface Manifest {
  readonly version: 1;
  readonly exportId: string;
  readonly scope: AuditExport['scope'];
  readonly format: AuditExport['format'];
  readonly filters: AuditExport['filters'];
  /** Every entry of every chain of the scope is there: a gap is then a fault. */
  readonly complete: boolean;
  readonly exportedAt: string;
  readonly entries: number;
  readonly chains: readonly ChainPart[];
  readonly files: readonly ExportedFile[];
  readonly keyId: string;
}

export const manifestText = (manifest: Manifest): string => canonicalJson(manifest);

/** Notes what goes by, chain after chain. */
export class ChainNotes {
  readonly #parts: { environmentId: string; entries: number; first: End; last: End }[] = [];

  note({ entry, hash }: StoredEntry): void {
    const end = { sequence: entry.sequence, hash: hash.toString('hex') };
    const current = this.#parts.at(-1);
    if (current?.environmentId === entry.environmentId) {
      current.entries += 1;
      current.last = end;
    } else this.#parts.push({ environmentId: entry.environmentId, entries: 1, first: end, last: end });
  }

  get entries(): number {
    return this.#parts.reduce((sum, part) => sum + part.entries, 0);
  }

  /** In a `complete` export a chain of which nothing went by is named too: its head says that there was something. */
  parts(heads: ReadonlyMap<string, ChainHead>, complete: boolean): readonly ChainPart[] {
    const seen = new Set(this.#parts.map(({ environmentId }) => environmentId));
    const unseen = [...heads].filter(([chain, { sequence }]) => complete && sequence > 0 && !seen.has(chain));
    const nothing = endOf(EMPTY_CHAIN);
    const emptied = unseen.map(([environmentId]) => ({ environmentId, entries: 0, first: nothing, last: nothing }));
    return [...this.#parts, ...emptied].map((part) => {
      const head = heads.get(part.environmentId);
      return { ...part, head: head ? endOf(head) : { sequence: 0, hash: '' } };
    });
  }
}

const endOf = ({ sequence, hash }: ChainHead): End => ({ sequence, hash: hash.toString('hex') });
