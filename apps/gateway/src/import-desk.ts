import { v7 as uuid } from 'uuid';

import type { OutboxRelay, QuestionClient } from '#lib/bus';
import { type AccessAnswer, decideAccess, type DocumentStream } from '#lib/contracts';
import { bringsBasicData, type RegisterName } from '#lib/documents';
import { crashPoint } from '#lib/service';
import type { Database } from '#lib/store';
import { type Acceptance, type Accepted, acceptTransfer, findSameUnfinished } from '#lib/transfers';

import { admitted, fingerprintOf } from './acceptance-answer.js';
import type { ReceivedDocument } from './document-receiver.js';
import type { GatewayMetrics } from './gateway-metrics.js';

/** Who brings documents into which company, and from where. */
export interface Bringer {
  readonly partnerUserId: string;
  readonly companyId: string;
  readonly address: string | null;
  /** Whether they would rather wait for an opening than be refused. */
  readonly patient: boolean;
}

/** As what a document comes in. */
export interface ImportOrder extends Pick<Acceptance, 'environmentId' | 'stream' | 'dryRun'> {
  /**
   * The name that its sender gives the request. `null` from those who give none: the same bytes are then the same
   * request for as long as its transfer has not ended, and a new one afterwards.
   */
  readonly idempotencyKey: string | null;
}

/**
 * Where documents are decided on and accepted, whichever door they come by. A door knows its form and its own words for
 * a no.
 */
export class ImportDesk {
  constructor(
    private readonly database: Database,
    private readonly questions: Pick<QuestionClient, 'ask'>,
    private readonly relay: Pick<OutboxRelay, 'nudge'>,
    private readonly metrics: Pick<GatewayMetrics, 'accepted'>,
  ) {}

  /** Each call is a decision in the audit log; what it says is read with `admitted`. */
  decide({ partnerUserId, companyId, address }: Bringer, stream: DocumentStream): Promise<AccessAnswer> {
    const moment = { at: 'acceptance', client: address } as const;
    return this.questions.ask(decideAccess, { partnerUserId, companyId, stream, direction: 'import', moment });
  }

  /**
   * The decision that keeps a document out for the base data it brings; `undefined` when nothing does.
   *
   * Base data comes "together with other transfers" from whoever has its right as well. Asked only when a document
   * brings some: most do not.
   */
  async basicDataDenial(
    bringer: Bringer,
    stream: DocumentStream,
    registers: readonly RegisterName[],
  ): Promise<AccessAnswer | undefined> {
    if (!bringsBasicData(stream, registers)) return undefined;
    const beside = await this.decide(bringer, 'perustiedot');
    return admitted(beside, bringer.patient) ? undefined : beside;
  }

  /**
   * Makes the document ours, in one transaction. One that is here already is forgotten, and so is one whose key stands
   * for another request.
   */
  async accept({ document, discard }: ReceivedDocument, bringer: Bringer, order: ImportOrder): Promise<Accepted> {
    const { partnerUserId, companyId, address } = bringer;
    const { environmentId, stream, dryRun, idempotencyKey } = order;
    const sent = { environmentId, companyId, partnerUserId, stream };
    const acceptance: Acceptance = {
      ...{ ...sent, address, direction: 'import', dryRun, document },
      // No key that a sender can choose: those have no space in them.
      idempotencyKey: idempotencyKey ?? `keyless ${uuid()}`,
      fingerprint: fingerprintOf([stream, dryRun, document.gzip, document.charset], document.sha256),
    };
    const accepted = await this.database.transaction(
      async (sql) => {
        const same = { ...sent, sha256: document.sha256 };
        const first = idempotencyKey === null ? await findSameUnfinished(sql, same) : undefined;
        const outcome: Accepted = first ? { as: 'repeated', transferId: first } : await acceptTransfer(sql, acceptance);
        crashPoint('gateway.before-accept-commit');
        return outcome;
      },
      { scope: { tenant: environmentId } },
    );
    crashPoint('gateway.after-accept-commit');
    this.relay.nudge();
    if (accepted.as !== 'new') await discard();
    this.metrics.accepted({ stream, direction: 'import' }, accepted.as, document.bytes);
    return accepted;
  }
}
