import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  Configuration,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';

import { AppError } from '#lib/errors';
import type { Log } from '#lib/service';

import { isLoopback, type Site } from './site.js';

const TIMEOUT_SECONDS = 10;

/** Signatures that are taken, whatever else the provider offers: of a key pair, and of today. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'];

interface Strength {
  readonly acr: readonly string[];
  readonly amr: readonly string[];
}

/** Who the provider says that somebody is. */
export interface VouchedFor {
  readonly issuer: string;
  readonly subject: string;
  /** An e-mail that it has verified; else `null`. */
  readonly email: string | null;
}

export interface OidcSettings {
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  /** How the provider says that somebody gave two factors: one of these for `acr`, all of these in `amr`. */
  readonly strength: Strength;
  /** How long ago, in seconds, somebody may have signed in there: longer, and they are to do so again. */
  readonly maxAge: number;
  /** Where the provider sends people back to; registered there. */
  readonly callback: URL;
}

/** What the environment says of the identity provider; `null` when it says nothing. */
export function oidcSettings(
  given: {
    readonly OIDC_ISSUER?: URL | undefined;
    readonly OIDC_CLIENT_ID?: string | undefined;
    readonly OIDC_CLIENT_SECRET?: string | undefined;
    readonly OIDC_ACR_VALUES: readonly string[];
    readonly OIDC_AMR_VALUES: readonly string[];
    readonly OIDC_MAX_AGE_SECONDS: number;
  },
  site: Site,
): OidcSettings | null {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = given;
  if (!issuer || clientId === undefined || clientSecret === undefined) return null;
  const strength = { acr: given.OIDC_ACR_VALUES, amr: given.OIDC_AMR_VALUES };
  const maxAge = given.OIDC_MAX_AGE_SECONDS;
  return { issuer, clientId, clientSecret, strength, maxAge, callback: site.url('/v1/session/oidc/callback') };
}

/** Nobody has told this installation of an identity provider. */
export class IdentityProviderAbsent extends AppError {
  readonly kind = 'absent';
  readonly code = 'identity-provider.absent';

  constructor() {
    super('This installation has no identity provider; sign in with e-mail and password');
  }
}

/** The identity provider does not answer; e-mail and password still do. */
export class IdentityProviderAway extends AppError {
  readonly kind = 'unavailable';
  readonly code = 'identity-provider.away';
}

/**
 * Sign-in at an identity provider: OpenID Connect's authorization code flow with PKCE, state and nonce, and an ID token
 * that is signed with a key of the provider.
 *
 * What ties the provider's answer to the browser that asked, the *flow*, is in that browser's cookie: nothing is kept
 * here, so any gateway takes the answer. The provider is looked up when first needed, and again after a failure.
 */
export class Oidc {
  #provider: Promise<Configuration> | undefined;

  /** `settings`: `null` when there is no identity provider. */
  constructor(
    private readonly settings: OidcSettings | null,
    private readonly log: Pick<Log, 'warn'>,
  ) {}

  /** Where to send a browser to, and what it must bring back. Throws {@link IdentityProviderAway}. */
  async begin(): Promise<{ readonly url: URL; readonly flow: string }> {
    const settings = this.required();
    const provider = await this.provider(settings);
    const [state, nonce, verifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()];
    const url = buildAuthorizationUrl(provider, {
      redirect_uri: settings.callback.href,
      scope: 'openid email',
      state,
      nonce,
      max_age: String(settings.maxAge),
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(settings.strength.acr.length > 0 && { acr_values: settings.strength.acr.join(' ') }),
    });
    return { url, flow: [state, nonce, verifier].join('.') };
  }

  /**
   * Who the provider says that this is; `null` when its answer does not belong to the flow, is not the provider's, or
   * tells of a weaker or an older sign-in than is asked for. `query`: as it came, with its question mark.
   */
  async finish(query: string, flow: string): Promise<VouchedFor | null> {
    const settings = this.required();
    const provider = await this.provider(settings);
    const [expectedState = '', expectedNonce = '', pkceCodeVerifier = ''] = flow.split('.');
    if (!expectedState || !expectedNonce || !pkceCodeVerifier) return null;
    const answer = new URL(query, settings.callback);
    try {
      const { maxAge } = settings;
      const checks = { expectedState, expectedNonce, pkceCodeVerifier, idTokenExpected: true, maxAge };
      const tokens = await authorizationCodeGrant(provider, answer, checks);
      const claims = tokens.claims()!;
      if (!isStrongEnough(claims, settings.strength)) return this.refuse('sign-in too weak');
      const told = 'email' in claims ? claims : await fetchUserInfo(provider, tokens.access_token, claims.sub);
      return { issuer: claims.iss, subject: claims.sub, email: verifiedEmail(told) };
    } catch (error) {
      // Its message may repeat what the provider or a stranger wrote; its code is one of a known few.
      const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
      return this.refuse(code);
    }
  }

  private refuse(reason: string): null {
    this.log.warn({ reason }, 'an answer of the identity provider was refused');
    return null;
  }

  private required(): OidcSettings {
    if (!this.settings) throw new IdentityProviderAbsent();
    return this.settings;
  }

  private async provider(settings: OidcSettings): Promise<Configuration> {
    this.#provider ??= lookUp(settings);
    try {
      return await this.#provider;
    } catch (error) {
      this.#provider = undefined;
      throw new IdentityProviderAway('The identity provider does not answer', {}, { cause: error });
    }
  }
}

async function lookUp({ issuer, clientId, clientSecret }: OidcSettings): Promise<Configuration> {
  const insecurely = isLoopback(issuer) ? [allowInsecureRequests] : [];
  const found = await discovery(issuer, clientId, clientSecret, undefined, {
    execute: insecurely,
    timeout: TIMEOUT_SECONDS,
  });
  const told = found.serverMetadata();
  const offered = told.id_token_signing_alg_values_supported ?? ['RS256'];
  const taken = ALGORITHMS.filter((algorithm) => offered.includes(algorithm));
  // Without its method: only data can be copied.
  const metadata = { ...told, supportsPKCE: undefined, id_token_signing_alg_values_supported: taken };
  const provider = new Configuration(metadata, clientId, clientSecret);
  // TLS alone would do by the letter; a signature also holds where something in between ends the TLS.
  for (const set of [enableNonRepudiationChecks, ...insecurely]) set(provider);
  provider.timeout = TIMEOUT_SECONDS;
  return provider;
}

/**
 * Whether an ID token tells of a sign-in that is strong enough.
 *
 *   asked for      | the token says         | strong enough
 *   ---------------+------------------------+---------------
 *   `acr` values   | one of them            | so far
 *   `acr` values   | another, or none       | no
 *   `amr` values   | all of them, or more   | so far
 *   `amr` values   | not all of them        | no
 */
export function isStrongEnough(claims: Readonly<Record<string, unknown>>, { acr, amr }: Strength): boolean {
  const { acr: told, amr: methods } = claims;
  if (acr.length > 0 && (typeof told !== 'string' || !acr.includes(told))) return false;
  return amr.every((method) => Array.isArray(methods) && methods.includes(method));
}

/** Only what the provider itself has verified: an address that anybody may type in says nothing. */
function verifiedEmail(claims: Readonly<Record<string, unknown>>): string | null {
  const { email, email_verified: isVerified } = claims;
  return typeof email === 'string' && isVerified === true ? email : null;
}
