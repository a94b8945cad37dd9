import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import { auditEvent, type NewAuditEvent, type Principal } from '#lib/contracts';
import type { Log, ProblemFilter } from '#lib/service';
import { type Database, outgoing, writeOutbox } from '#lib/store';

import { addressOf } from './caller.js';
import { CrossSite, OutOfReach, RoleMissing } from './errors.js';

/** Where refusals are written down. */
export interface RefusalParts {
  readonly database: Pick<Database, 'transaction'>;
  readonly relay: { nudge(): void };
  readonly log: Pick<Log, 'error'>;
}

/**
 * Answers as {@link ProblemFilter} does, and has the audit log know who was refused what: whoever tries doors leaves a
 * trace. What a partner user's rights forbid is not among these, since auth has written down its own decision.
 *
 *   refused because                            | reasons
 *   -------------------------------------------+------------------------
 *   no role of theirs has the act              | ROLE_MISSING
 *   one has, and its reach ends elsewhere      | ROLE_REACHES_ELSEWHERE
 *   another site's page sent their browser     | CROSS_SITE
 *
 * The event is of the operator's chain: the environment that was asked for is not the caller's, or none at all. The
 * answer does not wait for it; that it could not be written is an error in the log.
 */
@Catch()
export class RefusalLog implements ExceptionFilter {
  constructor(
    private readonly problems: ProblemFilter,
    private readonly parts: RefusalParts,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest & { user?: Principal }>();
    const event = refusalEvent(thrown, request);
    if (event) {
      this.write(event).catch((error: unknown) =>
        this.parts.log.error({ error }, 'a refusal could not be written down'),
      );
    }
    this.problems.catch(thrown, host);
  }

  private async write(event: Omit<NewAuditEvent, 'occurredAt'>): Promise<void> {
    await this.parts.database.transaction(async (sql) => {
      const [clock] = await sql.rows<{ now: string }>('select clock_timestamp() as now');
      const occurredAt = new Date(clock?.now ?? '').toISOString();
      await writeOutbox(sql, [outgoing(auditEvent, { ...event, occurredAt }, event.eventId)]);
    });
    this.parts.relay.nudge();
  }
}

const id = z.uuid();

function refusalEvent(
  thrown: unknown,
  request: FastifyRequest & { user?: Principal },
): Omit<NewAuditEvent, 'occurredAt'> | undefined {
  const reason = reasonOf(thrown);
  if (reason === undefined) return undefined;
  const { user, method, params } = request;
  const { environmentId, companyId } = params as Readonly<Record<string, unknown>>;
  // What was typed in a path is told only where it is an id: a name may be anything.
  const asked = { environmentId: id.safeParse(environmentId).data, companyId: id.safeParse(companyId).data };
  return {
    eventId: uuid(),
    environmentId: null,
    action: 'access.refused',
    outcome: 'denied',
    actor: user ? { kind: user.kind, id: user.id } : { kind: 'person', id: 'unknown' },
    partnerUserId: user?.kind === 'partner-user' ? user.id : null,
    address: addressOf(request),
    reasons: [reason],
    details: { method, route: request.routeOptions.url ?? null, asked },
  };
}

function reasonOf(thrown: unknown): string | undefined {
  if (thrown instanceof RoleMissing) return 'ROLE_MISSING';
  if (thrown instanceof OutOfReach) return 'ROLE_REACHES_ELSEWHERE';
  return thrown instanceof CrossSite ? 'CROSS_SITE' : undefined;
}
