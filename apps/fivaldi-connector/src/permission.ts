import type { AccessAnswer, DocumentStream } from '#lib/contracts';
import { AppError, kindOf } from '#lib/errors';
import { crashPoint } from '#lib/service';
import type { Database } from '#lib/store';
import { beginTransfer, type Claim, returnAttempt } from '#lib/transfers';

/** Where permission is asked, and kept. */
interface Gate {
  readonly database: Database;
  /** Asks the auth service; throws an `unavailable` error when nobody answers. */
  readonly decide: (transfer: Claim['transfer']) => Promise<AccessAnswer>;
}

/** Rules that change so often, while one transfer waits to begin, are being worked on: it tries again later. */
const MAX_QUESTIONS = 5;

/** Somebody goes on changing the rules that a transfer is about to begin under. */
class RulesUnsettled extends AppError {
  readonly kind = 'unavailable';
  readonly code = 'rules.unsettled';

  constructor(transferId: string) {
    super('The rules change faster than they can be asked about', { transferId });
  }
}

/**
 * Asks whether a claimed transfer may be carried out and, when it may, begins it: an answer that allows is given only
 * after the beginning is committed, under rules that stood at that moment. `null`: another worker holds the lane.
 * Where the document brings records of several streams, each of them must be allowed, under the same rules.
 *
 * However long nobody is there to decide, the attempt is given back: the document must not be given up for that.
 */
export async function permit(
  gate: Gate,
  claim: Claim,
  streams: readonly [DocumentStream, ...DocumentStream[]],
): Promise<AccessAnswer | null> {
  try {
    for (let asked = 0; asked < MAX_QUESTIONS; asked += 1) {
      const [access, ...others] = await decideAll(gate, claim, streams);
      crashPoint('connector.after-decision');
      if (!access.allowed) return access;
      if (others.some(({ rulesVersion }) => rulesVersion !== access.rulesVersion)) continue;
      const beginning = await beginTransfer(gate.database, claim, access.rulesVersion);
      if (beginning === 'begun') return access;
      if (beginning === 'superseded') return null;
    }
    throw new RulesUnsettled(claim.transfer.id);
  } catch (error) {
    if (kindOf(error) === 'unavailable')
      await gate.database.transaction((sql) => returnAttempt(sql, claim), inEnvironmentOf(claim));
    throw error;
  }
}

/** The answers for all the streams, or the first no alone. */
async function decideAll(
  gate: Gate,
  { transfer }: Claim,
  [stream, ...others]: readonly [DocumentStream, ...DocumentStream[]],
): Promise<[AccessAnswer, ...AccessAnswer[]]> {
  const answers: [AccessAnswer, ...AccessAnswer[]] = [await gate.decide({ ...transfer, stream })];
  for (const other of others) {
    const answer = await gate.decide({ ...transfer, stream: other });
    if (!answer.allowed) return [answer];
    answers.push(answer);
  }
  return answers;
}

const inEnvironmentOf = ({ transfer }: Claim) => ({ scope: { tenant: transfer.environmentId } });
