import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  type Configuration,
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

export interface OidcSettings {
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where the provider sends people back to; registered there. */
  readonly callback: URL;
}

/** What the environment says of the identity provider; `null` when it says nothing. */
export function oidcSettings(
  given: {
    readonly OIDC_ISSUER?: URL | undefined;
    readonly OIDC_CLIENT_ID?: string | undefined;
    readonly OIDC_CLIENT_SECRET?: string | undefined;
  },
  site: Site,
): OidcSettings | null {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = given;
  if (!issuer || clientId === undefined || clientSecret === undefined) return null;
  return { issuer, clientId, clientSecret, callback: site.url('/v1/session/oidc/callback') };
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
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    return { url, flow: [state, nonce, verifier].join('.') };
  }

  /**
   * The e-mail that the provider has verified to be the person's; `null` when its answer does not belong to the flow,
   * is not the provider's, or vouches for none. `query`: as it came, with its question mark.
   */
  async finish(query: string, flow: string): Promise<string | null> {
    const settings = this.required();
    const provider = await this.provider(settings);
    const [expectedState = '', expectedNonce = '', pkceCodeVerifier = ''] = flow.split('.');
    if (!expectedState || !expectedNonce || !pkceCodeVerifier) return null;
    const answer = new URL(query, settings.callback);
    try {
      const checks = { expectedState, expectedNonce, pkceCodeVerifier, idTokenExpected: true };
      const tokens = await authorizationCodeGrant(provider, answer, checks);
      const claims = tokens.claims()!;
      return verifiedEmail('email' in claims ? claims : await fetchUserInfo(provider, tokens.access_token, claims.sub));
    } catch (error) {
      // Its message may repeat what the provider or a stranger wrote; its code is one of a known few.
      const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
      this.log.warn({ reason: code }, 'an answer of the identity provider was refused');
      return null;
    }
  }

  private required(): OidcSettings {
    if (!this.settings) throw new IdentityProviderAbsent();
    return this.settings;
  }

  private async provider({ issuer, clientId, clientSecret }: OidcSettings): Promise<Configuration> {
    this.#provider ??= discovery(issuer, clientId, clientSecret, undefined, {
      // TLS alone would do by the letter; a signature also holds where something in between ends the TLS.
      execute: [enableNonRepudiationChecks, ...(isLoopback(issuer) ? [allowInsecureRequests] : [])],
      timeout: TIMEOUT_SECONDS,
    });
    try {
      return await this.#provider;
    } catch (error) {
      this.#provider = undefined;
      throw new IdentityProviderAway('The identity provider does not answer', {}, { cause: error });
    }
  }
}

/** Only what the provider itself has verified: an address that anybody may type in says nothing. */
function verifiedEmail(claims: Readonly<Record<string, unknown>>): string | null {
  const { email, email_verified: isVerified } = claims;
  return typeof email === 'string' && isVerified === true ? email : null;
}
