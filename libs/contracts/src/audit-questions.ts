import { z } from 'zod';

import { AUDIT_ACTIONS, AUDIT_OUTCOMES, auditEventBody } from './audit-event.js';
import { defineQuestion } from './message.js';
import { keeper } from './principal.js';

const instant = z.iso.datetime({ offset: true });

/** Which part of the log: one environment's chain, the operator's own, or all of them. */
export const auditScope = z.union([z.uuid(), z.enum(['operator', 'everywhere'])]);
export type AuditScope = z.output<typeof auditScope>;

/** Who reads, and from where: reading is itself an event. */
export const auditReader = z.object({ by: keeper, address: z.string().max(64).nullable() });
export type AuditReader = z.output<typeof auditReader>;

/**
 * What narrows a search or an export; all that is given must fit.
 *
 * `subject` is whose rights, restrictions or settings were changed: a company's, a partner user's or a person's id; it
 * leaves out what they did themselves. `address` is one address or a CIDR block. `from` (inclusive) and `until`
 * (exclusive) are about when it happened.
 */
export const auditFilters = z.object({
  companyId: z.uuid().optional(),
  partnerUserId: z.uuid().optional(),
  transferId: z.uuid().optional(),
  documentId: z.uuid().optional(),
  actorId: z.string().min(1).max(64).optional(),
  subject: z.uuid().optional(),
  action: z.enum(AUDIT_ACTIONS).optional(),
  outcome: z.enum(AUDIT_OUTCOMES).optional(),
  address: z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]).optional(),
  from: instant.optional(),
  until: instant.optional(),
});
export type AuditFilters = z.output<typeof auditFilters>;

/** One entry of the log, as it is read back. */
export const auditEntry = auditEventBody.extend({
  sequence: z.int(),
  recordedAt: instant,
  hash: z.string(),
  /** Its address or its details have been removed, since their time was over. */
  redacted: z.boolean(),
});

/** A page of the log, by the time of happening. It leaves an `audit.searched` behind: every page does. */
export const searchAudit = defineQuestion({
  pattern: 'audit.search.v2',
  service: 'audit',
  ask: z.object({
    reader: auditReader,
    scope: auditScope,
    filters: auditFilters.prefault({}),
    order: z.enum(['newest', 'oldest']).default('newest'),
    /** Where the page before ended. */
    cursor: z.string().max(300).optional(),
    limit: z.int().min(1).max(200).default(50),
  }),
  answer: z.object({ entries: z.array(auditEntry), next: z.string().nullable() }),
});

export const CHAIN_FAULTS = ['altered', 'missing', 'reordered', 'cut'] as const;
export const CHECKPOINT_FAULTS = ['checkpoint-altered', 'checkpoint-missing'] as const;

/** Whether one chain is whole and is what the signed checkpoints say, and where it first is not. */
export const verifyAudit = defineQuestion({
  pattern: 'audit.verify.v2',
  service: 'audit',
  ask: z.object({ reader: auditReader, scope: z.union([z.uuid(), z.literal('operator')]) }),
  answer: z.object({
    entries: z.int(),
    whole: z.boolean(),
    firstFault: z
      .object({
        sequence: z.int(),
        what: z.enum([...CHAIN_FAULTS, ...CHECKPOINT_FAULTS]),
        /** It lies somewhere between `sequence` and here: a checkpoint contradicts a chain written anew. */
        through: z.int().optional(),
      })
      .nullable(),
    /** Checkpoints that bear the chain out; entries after the last one are borne out by the chain alone. */
    checkpoints: z.object({ count: z.int(), last: z.int() }),
    /** Entries whose address or details have been removed after their time. */
    redacted: z.int(),
  }),
});

export const AUDIT_EXPORT_FORMATS = ['jsonl', 'csv'] as const;
export const AUDIT_EXPORT_FILES = [
  'entries.jsonl',
  'entries.csv',
  'checkpoints.jsonl',
  'manifest.json',
  'manifest.sig',
] as const;

/** How far an export has come. Its files are there from `ready` until it expires. */
export const auditExport = z.object({
  id: z.uuid(),
  scope: auditScope,
  format: z.enum(AUDIT_EXPORT_FORMATS),
  filters: auditFilters,
  state: z.enum(['waiting', 'running', 'ready', 'failed']),
  entries: z.int(),
  bytes: z.int(),
  requestedAt: instant,
  expiresAt: instant,
  files: z.array(z.enum(AUDIT_EXPORT_FILES)),
});
export type AuditExport = z.output<typeof auditExport>;

/** Begins an export, with its `audit.exported`, and answers at once. */
export const requestAuditExport = defineQuestion({
  pattern: 'audit.export-request.v1',
  service: 'audit',
  ask: z.object({
    reader: auditReader,
    scope: auditScope,
    format: z.enum(AUDIT_EXPORT_FORMATS),
    filters: auditFilters.prefault({}),
  }),
  answer: auditExport,
});

/** An export of this scope; `null` when there is none, or none any more. */
export const findAuditExport = defineQuestion({
  pattern: 'audit.export-find.v1',
  service: 'audit',
  ask: z.object({ scope: auditScope, id: z.uuid() }),
  answer: z.object({ found: auditExport.nullable() }),
});

/** One part of a file of an export, in base64; `null` after the last. The first part of a file leaves an event. */
export const readAuditExport = defineQuestion({
  pattern: 'audit.export-read.v1',
  service: 'audit',
  ask: z.object({
    reader: auditReader,
    scope: auditScope,
    id: z.uuid(),
    file: z.enum(AUDIT_EXPORT_FILES),
    part: z.int().min(0),
  }),
  answer: z.object({ data: z.base64().nullable() }),
});

/** The public keys that checkpoints and manifests are signed with: the present one first, then those of before. */
export const auditKeys = defineQuestion({
  pattern: 'audit.keys.v1',
  service: 'audit',
  ask: z.object({}),
  answer: z.object({ keys: z.array(z.object({ id: z.string(), algorithm: z.literal('Ed25519'), pem: z.string() })) }),
});

export const AUDIT_QUESTIONS = {
  searchAudit,
  verifyAudit,
  requestAuditExport,
  findAuditExport,
  readAuditExport,
  auditKeys,
} as const;
