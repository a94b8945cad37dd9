import type { SecretContext } from '#lib/store';

/** What the secret of a person's second factor is sealed for. People belong to no environment. */
export const totpContext = (personId: string): SecretContext => ({
  tenant: 'people',
  subject: personId,
  field: 'totp',
});
