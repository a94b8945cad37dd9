import { z } from 'zod';

import { AUDIT_ACTIONS, type AuditFilters, type searchAudit } from '#lib/contracts';
import { AppError } from '#lib/errors';

import { chainOfScope, type Entry, instant, text } from './entry.js';
import { ENTRY_COLUMNS } from './entry-row.js';

export type AuditSearch = Omit<z.output<typeof searchAudit.ask>, 'reader'>;

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The place where a page ended, or an attempt at one. */
export class CursorUnknown extends AppError {
  readonly kind = 'invalid';
  readonly code = 'cursor.unknown';

  constructor() {
    super('The cursor is not one that a page has ended with');
  }
}

const place = z.tuple([z.iso.datetime({ precision: 6 }), z.uuid(), z.int().positive()]);

export const cursorOf = ({ occurredAt, environmentId, sequence }: Entry): string =>
  Buffer.from(JSON.stringify([occurredAt, environmentId, sequence])).toString('base64url');

function placeOf(cursor: string): z.output<typeof place> {
  try {
    return place.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    throw new CursorUnknown();
  }
}

/** Collects the values of a statement; gives each its placeholder. */
export type Bind = (value: unknown) => string;

/** Actions by which somebody changes what somebody may do, or how. */
const RULE_CHANGES = AUDIT_ACTIONS.filter((action) =>
  /\.(saved|removed|erased|changed|enrolled|password-sent)$/.test(action),
);

/** The conditions of filters on a row of `audit.entry`; see the contract for what each means. */
export function conditionsOf(filters: AuditFilters, bind: Bind): string[] {
  const { companyId, partnerUserId, transferId, documentId, actorId, subject, action, outcome } = filters;
  const equal = (column: string, value: string | undefined) => value !== undefined && `${column} = ${bind(value)}`;
  return [
    equal('company_id', companyId),
    equal('partner_user_id', partnerUserId),
    equal('transfer_id', transferId),
    equal('document_id', documentId),
    equal('actor_id', actorId === undefined ? undefined : text(actorId)),
    equal('action', action),
    equal('outcome', outcome),
    subject !== undefined && isAbout(bind(subject.toLowerCase()), bind(RULE_CHANGES)),
    filters.address !== undefined && isWithin(bind(filters.address)),
    filters.from !== undefined && `occurred_at >= ${bind(instant(filters.from))}`,
    filters.until !== undefined && `occurred_at < ${bind(instant(filters.until))}`,
  ].filter((condition) => condition !== false);
}

/**
 * An address, or one of a block. As a range: under row-level security PostgreSQL looks only comparisons up in an index,
 * since `<<=` could tell of rows that the policy hides.
 */
const isWithin = (block: string): string =>
  `address_ip >= network(${block}::inet)::inet
     and address_ip <= set_masklen(broadcast(${block}::inet), case family(${block}::inet) when 4 then 32 else 128 end)`;

const isAbout = (subject: string, changes: string): string =>
  `action = any(${changes}::text[]) and (company_id = ${subject}::uuid or partner_user_id = ${subject}::uuid
     or details ->> 'personId' = ${subject}::text)`;

/**
 * The statement for one page, and one entry more to know whether another follows.
 *
 * In the order of happening, then of environment and place: support asks for a night of last year, and an index that
 * begins with what is asked for and goes on with that time serves every such page without a sort. The page goes on
 * from the last entry of the one before, so what arrives in between moves nothing.
 *
 * Everywhere is each chain's own page, merged: it costs a look-up for each environment instead of a second set of
 * indexes that every append would pay for.
 */
export function searchStatement({ scope, filters, order, cursor, limit }: AuditSearch): Statement {
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const [direction, beyond] = order === 'newest' ? (['desc', '<'] as const) : (['asc', '>'] as const);
  const chain = chainOfScope(scope);
  const most = bind(limit + 1);

  const conditions = conditionsOf(filters, bind);
  if (cursor !== undefined) {
    const [at, environmentId, sequence] = placeOf(cursor);
    const when = `${bind(at)}::timestamptz`;
    conditions.push(
      `occurred_at ${beyond}= ${when}`,
      `(occurred_at, environment_id, sequence) ${beyond} (${when}, ${bind(environmentId)}::uuid, ${bind(sequence)}::bigint)`,
    );
  }
  const pageOf = (whose: string) =>
    `select occurred_at, environment_id, sequence from audit.entry
      where ${[`environment_id = ${whose}`, ...conditions].join(' and ')}
      order by occurred_at ${direction}, sequence ${direction} limit ${most}`;
  const keys =
    chain === null
      ? `select page.* from audit.chain cross join lateral (${pageOf('chain.environment_id')}) as page
          order by page.occurred_at ${direction}, page.environment_id ${direction}, page.sequence ${direction} limit ${most}`
      : pageOf(bind(chain));
  return {
    text: `select ${ENTRY_COLUMNS}
             from (select environment_id, sequence from (${keys}) as keys) as found
             join audit.entry using (environment_id, sequence)
            order by occurred_at ${direction}, environment_id ${direction}, sequence ${direction}`,
    values,
  };
}
