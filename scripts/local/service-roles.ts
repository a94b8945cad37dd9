import { createHmac } from 'node:crypto';
import { SERVICE_ROLES, type ServiceRole } from '../../libs/store/src/service-role.ts';
import type { Service } from './service-processes.ts';

const ROLE_OF: Readonly<Record<Service, ServiceRole>> = {
  gateway: 'gateway',
  auth: 'auth',
  'fivaldi-connector': 'connector',
  'severa-connector': 'severa',
  audit: 'audit',
};

/**
 * The passwords of the services on a server that is ours to set up, made from the password of `databaseUrl`'s user:
 * whoever has that one may do everything there anyway, and every start on the server comes to the same ones. All are
 * `null` where the user needs none.
 */
export function servicePasswords(databaseUrl: string): Readonly<Record<ServiceRole, string | null>> {
  const { password } = new URL(databaseUrl);
  const entries = Object.entries(SERVICE_ROLES).map(([service, role]) => {
    const derived = createHmac('sha256', decodeURIComponent(password)).update(`tietovirta ${role}`).digest('hex');
    return [service, password === '' ? null : derived] as const;
  });
  return Object.fromEntries(entries) as Record<ServiceRole, string | null>;
}

/** The same database for each service, as the role that it is there. */
export function serviceUrls(databaseUrl: string): Readonly<Record<Service, string>> {
  const passwords = servicePasswords(databaseUrl);
  const entries = Object.entries(ROLE_OF).map(([service, role]) => {
    const url = new URL(databaseUrl);
    url.username = SERVICE_ROLES[role];
    url.password = passwords[role] ?? '';
    return [service, url.href] as const;
  });
  return Object.fromEntries(entries) as Record<Service, string>;
}
