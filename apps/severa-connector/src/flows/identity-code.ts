/**
 * A Finnish personal identity code [henkilötunnus] by its form. Both systems keep a private person's where companies have
 * their business id; it does not move, and is not kept here.
 */
const IDENTITY_CODE = /^\d{6}[-+A-FU-Y]\d{3}[0-9A-Y]$/i;

/** A business id, a VAT number: as it stands, unless it is a person's identity code. */
export const withoutIdentityCode = <Text extends string | null>(text: Text, otherwise: Text): Text =>
  text !== null && IDENTITY_CODE.test(text.replace(/\s/g, '')) ? otherwise : text;
