import { z } from 'zod';

import { defineQuestion } from './message.js';
import { keeper } from './principal.js';

/** PostgreSQL keeps every text but one with this character in it. */
const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => !value.includes('\0'));
const instant = z.iso.datetime({ offset: true });
/** Names a record as it was read; an `ETag` over HTTP. */
const mark = z.string().max(64);

/** A register by its name in the record tables, `product`; what it is not is for its owner to say. */
export const registerName = z.string().regex(/^[a-z_]{1,40}$/);
export const recordKey = text(200).min(1);

const inRegister = { environmentId: z.uuid(), companyId: z.uuid(), register: registerName };
const ofRecord = { ...inRegister, key: recordKey };

/** Whether values that say who somebody is, such as personal identity codes, are shown or stand as `•••`. */
const sensitive = z.enum(['shown', 'masked']);

/** A value as documents write it; also `true` and `false`. `null` is empty. Numbers are texts, so none loses a digit. */
const value = z.string().nullable();
const values = z.record(z.string().max(64), value);
/** By kind; each child names itself in its own id field: `{"addresses": [{"address_id": "10", "name": "…"}]}`. */
const children = z.record(z.string().max(64), z.array(values));

/** What a person writes: the record without its key, which the path names. */
export const recordBody = z.strictObject({ fields: values, children: children.prefault({}) });

/**
 * A part of a record. Fields and children that are absent stay; `null` empties a field; a child of a known id is
 * changed field by field, another is added; `removed` takes children away, by kind and id.
 */
export const recordPatch = z.strictObject({
  fields: values.prefault({}),
  children: children.prefault({}),
  removed: z.record(z.string().max(64), z.array(z.string().max(200))).prefault({}),
});

/** A record of a register without its children, as lists show it. */
export const recordEntry = z.object({
  key: z.string(),
  /** Every field of the register but the key, in canonical text. */
  fields: values,
  /** Whether an import has ever named it; one made by hand has not been. */
  imported: z.boolean(),
  /** Who wrote it last: a transfer's id, `person:<id>`, or another word with a colon. */
  writtenBy: z.string(),
  createdAt: instant,
  updatedAt: instant,
  /** When it was deleted; it can be restored. */
  deletedAt: instant.nullable(),
});
export type RecordEntry = z.output<typeof recordEntry>;

export const RECORD_CHANGES = ['created', 'changed', 'deleted', 'restored'] as const;

/** One field before and after; a child's is `addresses/10/name`. */
const change = z.object({ field: z.string(), before: value, after: value });

/** A page of a register by key; `search` is the start of a key, or a part of one of the first two texts of the record. */
export const listRecords = defineQuestion({
  pattern: 'fivaldi.record-list.v1',
  service: 'fivaldi',
  ask: z.object({
    ...inRegister,
    sensitive,
    search: text(100).optional(),
    deleted: z.enum(['without', 'with', 'only']).default('without'),
    cursor: z.string().max(1200).optional(),
    limit: z.int().min(1).max(200).default(50),
  }),
  answer: z.object({ records: z.array(recordEntry), next: z.string().nullable() }),
});

/** One record, deleted ones too, with the mark that a change of it must carry. */
export const showRecord = defineQuestion({
  pattern: 'fivaldi.record-show.v1',
  service: 'fivaldi',
  ask: z.object({ ...ofRecord, sensitive }),
  answer: z.object({
    /** `null` when there are too many children to answer with. */
    record: recordEntry.extend({ children: children.nullable() }),
    mark,
  }),
});

const changing = {
  ...ofRecord,
  by: keeper,
  address: z.string().max(64).nullable(),
  /** For what is wrong with the record. */
  language: z.enum(['fi', 'sv', 'en']),
};

/** Puts a whole record in place. `ifMark`: `null` when there must be no such record yet. */
export const putRecord = defineQuestion({
  pattern: 'fivaldi.record-put.v1',
  service: 'fivaldi',
  ask: z.object({ ...changing, ifMark: mark.nullable(), record: recordBody }),
  answer: z.object({ mark }),
});

/** Changes a part of a record. */
export const patchRecord = defineQuestion({
  pattern: 'fivaldi.record-patch.v1',
  service: 'fivaldi',
  ask: z.object({ ...changing, ifMark: mark, patch: recordPatch }),
  answer: z.object({ mark }),
});

/** Marks a record as deleted; it stays, and can be restored. */
export const removeRecord = defineQuestion({
  pattern: 'fivaldi.record-remove.v1',
  service: 'fivaldi',
  ask: z.object({ ...changing, ifMark: mark }),
  answer: z.object({ mark }),
});

/** Brings a deleted record back; with `version`, puts the record back as it stood before that change of it. */
export const restoreRecord = defineQuestion({
  pattern: 'fivaldi.record-restore.v1',
  service: 'fivaldi',
  ask: z.object({ ...changing, ifMark: mark, version: z.int().min(1).optional() }),
  answer: z.object({ mark }),
});

/** What became of a record, the newest first: changes by hand and by imports. */
export const listVersions = defineQuestion({
  pattern: 'fivaldi.record-versions.v1',
  service: 'fivaldi',
  ask: z.object({
    ...ofRecord,
    sensitive,
    cursor: z.string().max(200).optional(),
    limit: z.int().min(1).max(200).default(50),
  }),
  answer: z.object({
    versions: z.array(
      z.object({
        /** Of a change that can be gone back before; `null` for an import's, which is restored from its transfer. */
        version: z.int().nullable(),
        at: instant,
        /** `person:<id>`, `partner-user:<id>`, or another word; `null` where nobody knows. */
        by: z.string().nullable(),
        what: z.enum(RECORD_CHANGES),
        /** The import that did it, or whose harm was undone. */
        transferId: z.uuid().nullable(),
        /** Sensitive values stand as `•••`. */
        changes: z.array(change),
      }),
    ),
    next: z.string().nullable(),
  }),
});

export const RESTORE_OUTCOMES = ['restored', 'conflict', 'not-restorable', 'nothing'] as const;
export const restoreOutcome = z.enum(RESTORE_OUTCOMES);
export type RestoreOutcome = z.output<typeof restoreOutcome>;

const restoreCounts = z.object({
  restored: z.int(),
  conflict: z.int(),
  'not-restorable': z.int(),
  nothing: z.int(),
});
export type RestoreCounts = z.output<typeof restoreCounts>;

/**
 * Puts back what an import deleted or emptied, where nobody has changed it since. `dryRun` says the same and changes
 * nothing.
 */
export const restoreTransfer = defineQuestion({
  pattern: 'fivaldi.transfer-restore.v1',
  service: 'fivaldi',
  ask: z.object({
    environmentId: z.uuid(),
    companyId: z.uuid(),
    transferId: z.uuid(),
    by: keeper,
    address: z.string().max(64).nullable(),
    dryRun: z.boolean(),
    /** Items after this one, by their number in the transfer. */
    after: z.int().min(0).default(0),
    limit: z.int().min(1).max(200).default(50),
  }),
  answer: z.object({
    dryRun: z.boolean(),
    /** Records by what became of them: the best of what became of their fields. */
    records: restoreCounts,
    /** Fields that had been emptied, by what became of them. */
    fields: restoreCounts,
    items: z.array(
      z.object({
        no: z.int(),
        register: registerName,
        key: z.string(),
        lost: z.enum(['record', 'fields']),
        outcome: restoreOutcome,
        /** Who wrote the record last, where that stands in the way. */
        changedBy: z.string().nullable(),
        /** Fields that had been emptied; the first hundred of them are named. */
        fieldsLost: z.int(),
        fields: z.array(z.object({ field: z.string(), outcome: restoreOutcome })),
      }),
    ),
    next: z.int().nullable(),
  }),
});
export type RestoreAnswer = z.output<typeof restoreTransfer.answer>;

export const REGISTER_QUESTIONS = {
  listRecords,
  showRecord,
  putRecord,
  patchRecord,
  removeRecord,
  restoreRecord,
  listVersions,
  restoreTransfer,
} as const;
