import {
  type AuditAction,
  AUDIT_ACTIONS,
  AUDIT_OUTCOMES,
  auditEvent,
  type Direction,
  DIRECTIONS,
  laneTicket,
  LINK_FLOWS,
  onboardingWork,
  rulesChanged,
  DOCUMENT_STREAM_NAMES,
  type DocumentStream,
  supports,
} from '#lib/contracts';

/**
 * The words that may stand in a label. Closed lists: code, dashboards and the
 * reference page read the same one. Never a label: an environment, a company, a
 * user, a document, a message id, a URL, the text of an error.
 */
export const SERVICES = ['gateway', 'auth', 'fivaldi-connector', 'severa-connector', 'audit'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** A stream in one of the directions it has: `tuoterekisteri.import`. */
export type Flow = `${DocumentStream}.${Direction}`;
export const flowOf = (stream: DocumentStream, direction: Direction): Flow => `${stream}.${direction}`;

/** The eleven cells of the streams that move as documents. */
export const FLOWS: readonly Flow[] = DOCUMENT_STREAM_NAMES.flatMap((stream) =>
  DIRECTIONS.filter((direction) => supports(stream, direction)).map((direction) => flowOf(stream, direction)),
);

/** Who started a transfer. */
export const TRIGGERS = ['api', 'manual', 'schedule', 'replay'] as const;

/** Final states only: waiting for a window is a state, not an outcome. */
export const TRANSFER_OUTCOMES = ['succeeded', 'partial', 'failed', 'denied', 'expired', 'cancelled'] as const;

/** Whose fault an end is. Only `platform` counts against us. */
export const FAULTS = ['none', 'platform', 'upstream', 'data', 'credentials', 'policy', 'config'] as const;

/** The ends that make sense; every other pair of outcome and fault is a mistake of the caller. */
export const TRANSFER_ENDS = [
  { outcome: 'succeeded', fault: 'none' },
  { outcome: 'partial', fault: 'data' },
  { outcome: 'failed', fault: 'platform' },
  { outcome: 'failed', fault: 'upstream' },
  { outcome: 'failed', fault: 'data' },
  { outcome: 'failed', fault: 'credentials' },
  { outcome: 'failed', fault: 'config' },
  { outcome: 'denied', fault: 'policy' },
  { outcome: 'denied', fault: 'credentials' },
  { outcome: 'expired', fault: 'policy' },
  { outcome: 'expired', fault: 'platform' },
  { outcome: 'cancelled', fault: 'none' },
] as const;

/** What a transfer waited for before it ran. */
export const WAIT_CAUSES = ['queue', 'window', 'release'] as const;

export const RECORD_RESULTS = [
  'created',
  'updated',
  'unchanged',
  'skipped',
  'duplicate',
  'rejected',
  'exported',
] as const;

/** Why a record was refused, in groups; the item itself tells the rest. */
export const REJECTIONS = ['schema_invalid', 'duplicate_key', 'reference_missing', 'over_limit', 'other'] as const;

export const DRY_RUN_RESULTS = ['clean', 'changes', 'destructive'] as const;

/** The access reasons of `libs/policy` in lower case; a spec compares the two lists. */
export const DENIALS = [
  'auth_failed',
  'account_locked',
  'partner_disabled',
  'tenant_suspended',
  'company_not_visible',
  'direction_unsupported',
  'visma_grant_missing',
  'company_grant_missing',
  'ip_not_allowed',
  'group_ip_not_allowed',
  'weekday_window',
  'weekend',
  'group_time',
  'xml_settings_incomplete',
  'decision_error',
] as const;
export const ACCESS_LABELS = ['granted', ...DENIALS] as const;

/** Why the gateway refused a request; what merely is not there, or has changed, is no refusal. */
export const REQUEST_REFUSALS = ['cross_site', 'malformed', 'limited', 'unauthenticated', 'denied'] as const;

/** The partners' systems that requests go to. */
export const UPSTREAMS = ['fivaldi', 'severa', 'netvisor'] as const;

/** What a request to a partner's system is for; the first six change nothing there. */
export const UPSTREAM_OPERATIONS = [
  'pull',
  'index',
  'search',
  'batch',
  'read',
  'look-up',
  'create',
  'update',
  'create-part',
  'update-part',
  'change',
  'status',
  'attach',
] as const;

/** What an answer meant: `limited` is one request too many, `unknown` an answer that was lost. */
export const UPSTREAM_ANSWERS = [
  'ok',
  'refused',
  'unauthorised',
  'not-set-up',
  'limited',
  'unavailable',
  'unknown',
  'unreachable',
] as const;

/** What the transfer history of a link tells of a record. */
export const LINK_RESULTS = ['moved', 'rejected', 'unknown', 'waits', 'gone', 'denied'] as const;

/** The registers that are delivered to Fivaldi. */
export const DELIVERED_REGISTERS = ['dimension', 'company', 'product', 'order', 'payroll_batch'] as const;

/** How a delivery comes to rest: well, or until somebody does something. */
export const DELIVERY_OUTCOMES = ['delivered', 'rejected', 'denied', 'review', 'conflict'] as const;

/** Where a delivery is before that. */
export const DELIVERY_STATES = ['due', 'sending', 'unknown'] as const;

const DURABLE = [auditEvent, onboardingWork, laneTicket, rulesChanged] as const;
/** The bus names these as plain text; whatever is not in the list is counted as `other`. */
export const EXCHANGES: readonly string[] = ['tietovirta.messages'];
export const MESSAGE_TYPES: readonly string[] = DURABLE.map(({ type }) => type);
export const QUEUES: readonly string[] = DURABLE.map(({ queue }) => queue);

/** The first part of an audit action: `transfer` of `transfer.finished`. */
export type AuditCategory = AuditAction extends `${infer Category}.${string}` ? Category : never;
export const categoryOf = (action: AuditAction): AuditCategory => action.slice(0, action.indexOf('.')) as AuditCategory;
export const AUDIT_CATEGORIES: readonly AuditCategory[] = [...new Set(AUDIT_ACTIONS.map(categoryOf))];

export { AUDIT_OUTCOMES, LINK_FLOWS };

/** The label of an access reason as `libs/policy` names it: `GROUP_TIME` is `group_time`. */
export const accessLabel = (reason: string): (typeof ACCESS_LABELS)[number] =>
  DENIALS.find((known) => known === reason.toLowerCase()) ?? 'decision_error';
