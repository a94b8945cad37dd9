import { NetvisorClient, SeveraClient } from '#lib/upstream';

import type { RequestBudget } from './engine/request-budget.js';

/** Where the two systems are, and what this service is at Netvisor. */
export interface SystemSettings {
  readonly SEVERA_URL: string;
  readonly SEVERA_SOAP_URL: string;
  readonly NETVISOR_PRODUCTION_URL: string;
  readonly NETVISOR_TRAINING_URL: string;
  readonly NETVISOR_PARTNER_ID?: string | undefined;
  readonly NETVISOR_PARTNER_KEY?: string | undefined;
  readonly NETVISOR_SENDER: string;
}

/** The clients of both systems; no Netvisor where the service is no partner of it, and then no link runs. */
export interface Systems {
  readonly severa: SeveraClient;
  readonly netvisor: NetvisorClient | null;
  close(): void;
}

export function systemsOf(settings: SystemSettings, budget: RequestBudget): Systems {
  const { NETVISOR_PARTNER_ID: partnerId, NETVISOR_PARTNER_KEY: partnerKey } = settings;
  const severa = new SeveraClient({
    url: settings.SEVERA_URL,
    soapUrl: settings.SEVERA_SOAP_URL,
    pace: (clientId) => budget.pace(clientId),
  });
  const netvisor =
    partnerId === undefined || partnerKey === undefined
      ? null
      : new NetvisorClient({
          urls: { production: settings.NETVISOR_PRODUCTION_URL, training: settings.NETVISOR_TRAINING_URL },
          sender: settings.NETVISOR_SENDER,
          partnerId,
          partnerKey,
        });
  const close = (): void => {
    severa.close();
    netvisor?.close();
  };
  return { severa, netvisor, close };
}
