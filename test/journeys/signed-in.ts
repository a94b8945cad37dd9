import { ApiClient } from '../../scripts/local/api-client.ts';
import { type PersonAtWork, signInStep } from '../../scripts/local/person-at-work.ts';

export { type PersonAtWork, personAtWork } from '../../scripts/local/person-at-work.ts';

/** The same person in another browser, in which they hold the `standing` session, if any. */
export async function signedInAgain(
  { email, password, recoveryCodes, client }: PersonAtWork,
  nth = 0,
  standing?: string,
): Promise<ApiClient> {
  const first = await signInStep(client.url, '/v1/session', { email, password }, standing);
  const code = recoveryCodes[nth] ?? '';
  const second = await signInStep(client.url, '/v1/session/second-factor', { code }, first.token);
  return new ApiClient(client.url, second.token);
}
