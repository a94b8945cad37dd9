import type { KeyReply, NetvisorReply, SeveraReply } from '#lib/upstream';

import { causeOfCategory } from './transfer-causes.js';

export type Credential = 'severa' | 'severa-key' | 'netvisor';

/** What a test has said about one credential. */
export interface CheckPart {
  readonly credential: Credential;
  /** A green tick, a yellow triangle, or nothing: the other system could not be asked. */
  readonly light: 'green' | 'yellow' | 'none';
  readonly cause: string | null;
  /** The other system's own words. */
  readonly message: string | null;
}

/** The last test of a system, as it is stored with the link. */
export interface StoredCheck {
  readonly at: string;
  readonly parts: readonly CheckPart[];
  /** Of Severa: the scopes that its client was tested with. */
  readonly scopes?: readonly string[];
  /** Of Netvisor: whether each API resource that was looked at is open. */
  readonly resources?: Readonly<Record<string, boolean>>;
  /** Of Netvisor: whether the record TEMP is there. */
  readonly temporary?: Readonly<Partial<Record<'customers' | 'products', boolean>>>;
}

/**
 * Severa's client, by its answer to `heartbeat/authorized` with every scope that the link needs.
 *
 *   answer                       | light  | cause
 *   -----------------------------+--------+--------------------------------------------------------
 *   ok                           | green  |
 *   unauthorised                 | yellow | severa-key-invalid
 *   not-set-up                   | yellow | by its type: scope, add-on, terms; else severa-not-set-up
 *   refused                      | yellow | severa-not-set-up
 *   limited                      | none   | severa-limited
 *   unknown, unreachable         | none   | severa-unreachable
 */
export function severaPart(reply: SeveraReply): CheckPart {
  const part = partOf('severa');
  switch (reply.as) {
    case 'ok':
      return part('green');
    case 'unauthorised':
      return part('yellow', 'severa-key-invalid', reply.text);
    case 'not-set-up':
      return part('yellow', SETUP_CAUSES[reply.type] ?? 'severa-not-set-up', reply.text);
    case 'refused':
      return part('yellow', 'severa-not-set-up', reply.texts.join(' '));
    case 'limited':
      return part('none', 'severa-limited');
    case 'unknown':
    case 'unreachable':
      return part('none', 'severa-unreachable', reply.why);
  }
}

const SETUP_CAUSES: Readonly<Record<string, string>> = {
  InsufficientApiScope: 'severa-scope-missing',
  AddonMissing: 'severa-addon-missing',
  AddonMissingTermsOfServiceApproval: 'severa-terms-not-approved',
  TermsOfServiceNotApproved: 'severa-terms-not-approved',
};

/** Severa's older key, by the answer to its version: as {@link severaPart}; a quota that is used up says nothing. */
export function keyPart(reply: KeyReply): CheckPart {
  const part = partOf('severa-key');
  switch (reply.as) {
    case 'ok':
      return part('green');
    case 'unauthorised':
      return part('yellow', 'severa-key-invalid', reply.text);
    case 'refused':
      if (reply.type.startsWith('QuotaLimitExceeded')) return part('none', 'severa-limited', reply.text);
      return part('yellow', 'severa-not-set-up', reply.text);
    case 'unknown':
    case 'unreachable':
      return part('none', 'severa-unreachable', reply.why);
  }
}

/**
 * Netvisor's identifiers, by the answer to a list of customers that is narrow.
 *
 *   answer                       | light  | cause
 *   -----------------------------+--------+------------------------------------------------------
 *   ok                           | green  |
 *   unauthorised                 | yellow | netvisor-credentials-invalid
 *   refused                      | yellow | by its category: `netvisor-access` is a resource that is switched off
 *   unavailable                  | none   | netvisor-unavailable
 *   unknown, unreachable         | none   | netvisor-unreachable
 */
export function netvisorPart(reply: NetvisorReply): CheckPart {
  const part = partOf('netvisor');
  switch (reply.as) {
    case 'ok':
      return part('green');
    case 'unauthorised':
      return part('yellow', 'netvisor-credentials-invalid', reply.text);
    case 'refused':
      return part('yellow', causeOfCategory(reply.category), reply.text);
    case 'unavailable':
      return part('none', 'netvisor-unavailable', reply.text);
    case 'unknown':
    case 'unreachable':
      return part('none', 'netvisor-unreachable', reply.why);
  }
}

/** Nothing was given to test. */
export const missingPart = (credential: 'severa' | 'netvisor'): CheckPart =>
  partOf(credential)('none', `${credential}-credentials-missing`);

/** The service itself is not a partner of Netvisor's. */
export const partnerMissing: CheckPart = {
  credential: 'netvisor',
  light: 'none',
  cause: 'partner-not-set-up',
  message: null,
};

const partOf =
  (credential: Credential) =>
  (light: CheckPart['light'], cause: string | null = null, message = ''): CheckPart => ({
    credential,
    light,
    cause,
    message: message === '' ? null : message,
  });

/**
 * The light of a whole system.
 *
 *   its parts                        | light
 *   ---------------------------------+-------
 *   any yellow                       | yellow
 *   else the first is green          | green
 *   else                             | none
 *
 * Severa's older key is asked for by nobody; given, it must be right.
 */
export function lightOf(check: Pick<StoredCheck, 'parts'> | null): CheckPart['light'] {
  const parts = check?.parts ?? [];
  if (parts.some(({ light }) => light === 'yellow')) return 'yellow';
  return parts.some(({ light, credential }) => light === 'green' && credential !== 'severa-key') ? 'green' : 'none';
}

/**
 * The test of Severa, for settings that may need more than it was made with: a client that is good for less says nothing
 * of the rest. Yellow until it is tested again; one that was stored before tests told their scopes stands.
 */
export function checkFor(check: StoredCheck | null, scopes: readonly string[]): StoredCheck | null {
  if (!check?.scopes || scopes.every((scope) => check.scopes?.includes(scope))) return check;
  const parts = check.parts.map((part): CheckPart => {
    const isGreen = part.credential === 'severa' && part.light === 'green';
    return isGreen ? { ...part, light: 'yellow', cause: 'severa-scopes-untested' } : part;
  });
  return { ...check, parts };
}

/** Of Netvisor's refusals the one that is about a resource, and not about who asks. */
const CLOSED = 'netvisor-access';

/** Whether the credentials open the system, though one of its resources may be closed to them. */
export const opens = ({ parts }: Pick<StoredCheck, 'parts'>): boolean =>
  lightOf({ parts: parts.filter(({ cause }) => cause !== CLOSED) }) === 'green' ||
  (parts.length > 0 && parts.every(({ cause }) => cause === CLOSED));

/** What is kept of two tests: one that could say nothing leaves standing what the one before has said. */
export function keepCheck(before: StoredCheck | null, now: StoredCheck): StoredCheck {
  const parts = now.parts.map((part) => {
    if (part.light !== 'none') return part;
    return before?.parts.find(({ credential, light }) => credential === part.credential && light !== 'none') ?? part;
  });
  const saysNothing = now.parts.some(({ credential, light }) => credential === 'severa' && light === 'none');
  const scopes = saysNothing ? before?.scopes : now.scopes;
  const resources = { ...before?.resources, ...now.resources };
  const temporary = { ...before?.temporary, ...now.temporary };
  return {
    at: now.at,
    parts,
    ...(scopes && { scopes }),
    ...(Object.keys(resources).length > 0 && { resources }),
    ...(Object.keys(temporary).length > 0 && { temporary }),
  };
}
