import type { QuestionClient } from '#lib/bus';
import { decideAccess } from '#lib/contracts';
import type { Log } from '#lib/service';
import type { Database } from '#lib/store';
import { FivaldiClient } from '#lib/upstream';

import { Deliverer } from './deliverer.js';
import type { DeliveryObserver } from './delivery-metrics.js';
import { DeliveryLoop } from './delivery-loop.js';
import { permitDelivery } from './permit-delivery.js';
import { Turns } from './turns.js';

/** Fivaldi's interface, and the service's own credentials there. */
export interface FivaldiSettings {
  readonly FIVALDI_URL: string;
  readonly FIVALDI_PARTNER_ID?: string | undefined;
  readonly FIVALDI_PARTNER_SECRET?: string | undefined;
}

interface Around {
  readonly database: Database;
  readonly questions: QuestionClient;
  readonly observe: DeliveryObserver;
  readonly log: Log;
}

/** Delivery to Fivaldi, put together; `null` where the service has no credentials, and delivers nothing. */
export async function deliveryOf(
  { FIVALDI_URL: url, FIVALDI_PARTNER_ID: partnerId, FIVALDI_PARTNER_SECRET: partnerSecret }: FivaldiSettings,
  { database, questions, observe, log }: Around,
): Promise<DeliveryLoop | null> {
  if (partnerId === undefined || partnerSecret === undefined) return null;
  const client = new FivaldiClient({ url, partnerId, partnerSecret });
  const turns = new Turns(database, partnerId);
  await turns.open();
  const deliverer = new Deliverer({
    database,
    turns,
    client,
    permit: (turn, work) => permitDelivery((question) => questions.ask(decideAccess, question), turn, work),
    observe,
    log,
  });
  return new DeliveryLoop(deliverer, log, () => client.close());
}
