import type { AuditAction } from '#lib/contracts';

/** What became of a rule, for the audit log and for those whose work waits for it. */
export interface SavedRule {
  readonly action: AuditAction;
  readonly environmentId: string | null;
  readonly companyId: string | null;
  readonly partnerUserId: string | null;
  /** The rule as it stood, in the shape of its body; `null` when it is new. Never a credential. */
  readonly before: unknown;
  readonly after: unknown;
  /** What else support will want to know. */
  readonly notes?: Readonly<Record<string, unknown>>;
}
