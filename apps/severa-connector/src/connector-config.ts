import { z } from 'zod';

import { serviceEnvironment } from '#lib/service';
import { secretKeys } from '#lib/store';

const url = (otherwise: string) => z.url({ protocol: /^https?$/, error: 'must be an https:// URL' }).default(otherwise);

const SYSTEMS = ['SEVERA_URL', 'SEVERA_SOAP_URL', 'NETVISOR_PRODUCTION_URL', 'NETVISOR_TRAINING_URL'] as const;

/** What the connector is told by its environment, beside what every service is. */
export const connectorEnvironment = serviceEnvironment
  .extend({
    /** The keys that the companies' credentials are sealed under. */
    SECRET_KEYS: secretKeys,
    SEVERA_URL: url('https://api.severa.visma.com/rest-api'),
    /** The older interface, where API keys are. */
    SEVERA_SOAP_URL: url('https://sync.severa.com/webservice/S3/API.svc'),
    NETVISOR_PRODUCTION_URL: url('https://integration.netvisor.fi/'),
    NETVISOR_TRAINING_URL: url('https://isvapi.netvisor.fi/'),
    /** The service's own partner id and key at Netvisor: one pair for every company. Without them no link runs. */
    NETVISOR_PARTNER_ID: z.string().min(1).max(60).optional(),
    NETVISOR_PARTNER_KEY: z.string().min(16).optional(),
    /** What Netvisor's support sees us as. */
    NETVISOR_SENDER: z
      .string()
      .regex(/^[\x20-\x25\x27-\x7e]{1,60}$/, 'must be at most 60 ASCII characters without &')
      .default('Tietovirta'),
    /** Places for links in one process, which lends some (`link-loop.ts`); with 40 it stays under 256 MiB. */
    LINK_WORKERS: z.coerce.number().int().min(1).max(500).default(40),
  })
  .refine(({ NETVISOR_PARTNER_ID: id, NETVISOR_PARTNER_KEY: key }) => (id === undefined) === (key === undefined), {
    path: ['NETVISOR_PARTNER_KEY'],
    error: 'goes together with NETVISOR_PARTNER_ID',
  })
  .superRefine((env, context) => {
    for (const name of SYSTEMS) {
      if (env.NODE_ENV === 'production' && !env[name].startsWith('https:')) {
        context.addIssue({ code: 'custom', path: [name], message: 'must be https:// in production' });
      }
    }
  });
