import { z } from 'zod';

import { businessIdFault, dialledNumber, parseAddressRule } from '#lib/policy';

const minute = z.int().min(0).max(1440);

/** A fault of our own: the code that a caller acts on, and what would be accepted where there is one such thing. */
interface OwnFault {
  readonly code: string;
  readonly message: string;
  readonly limit?: number;
  readonly corrected?: string | null;
}

/** Every field checks itself, so that one fault hides no other. */
const sound = (faultOf: (text: string) => OwnFault | undefined) => (text: string, context: z.RefinementCtx) => {
  const fault = faultOf(text);
  if (fault) context.addIssue({ code: 'custom', message: fault.message, params: { ...fault } });
};

const isKept = (text: string): boolean => text.isWellFormed() && !text.includes('\0');
const UNKEPT: OwnFault = { code: 'text.unusable', message: 'It holds a character that cannot be kept' };

/** One line, such as a name: not padded, without control characters. */
const line = (limit: number) =>
  z
    .string()
    .min(1)
    .max(limit)
    .superRefine(
      sound((text) => {
        if (!isKept(text) || /\p{Cc}/u.test(text)) return UNKEPT;
        if (text === text.trim()) return undefined;
        return { code: 'text.padded', message: 'It begins or ends with white space', corrected: text.trim() };
      }),
    );

const note = z
  .string()
  .max(2000)
  .superRefine(sound((text) => (isKept(text) ? undefined : UNKEPT)))
  .nullable()
  .default(null);

const businessId = z.string().superRefine(
  sound((text) => {
    const fault = businessIdFault(text);
    switch (fault?.code) {
      case undefined:
        return undefined;
      case 'business-id.check-digit': {
        const message = `The check digit of this number is ${fault.expected}`;
        return { code: fault.code, message, corrected: text.slice(0, -1) + fault.expected };
      }
      case 'business-id.never-issued':
        return { code: fault.code, message: 'No business ID has this number' };
      case 'business-id.malformed':
        return { code: fault.code, message: 'Seven digits, a hyphen and a check digit: 9 characters', limit: 9 };
    }
  }),
);

const mobile = z
  .string()
  .max(20)
  .superRefine(
    sound((text) =>
      dialledNumber(text) === undefined
        ? { code: 'mobile.undiallable', message: 'Digits and spaces, as +358 40 123 4567 or 040 123 4567' }
        : undefined,
    ),
  );

const addressRule = z
  .string()
  .max(100)
  .superRefine(
    sound((text) => {
      const rule = parseAddressRule(text);
      return 'code' in rule ? { ...rule, message: 'An address, a CIDR block or a range, as it is written' } : undefined;
    }),
  );

/** From as late as to is refused: one reader takes it for never, the next for always. */
const weekdayRestriction = z
  .strictObject({ from: minute, to: minute })
  .superRefine(({ from, to }, context) => {
    if (from !== to) return;
    const message = 'The same time twice closes nothing: send null for that, or from 0 to 1440 for the whole day';
    context.addIssue({ code: 'custom', message, params: { code: 'weekday-restriction.ambiguous', corrected: null } });
  })
  .nullable();

/** The operator's usage restrictions [käyttörajoitukset]; all of them, since what is left out would be lifted. */
export const usageRestrictionsForm = z.strictObject({
  /** Not usable Mon–Fri from `from` until `to`, in minutes after midnight; over midnight when `from` is the later. */
  weekdayRestriction,
  /** Not usable from Saturday 0:00 to Sunday 24:00. */
  weekendRestricted: z.boolean(),
  /** The only addresses it may come from; `null` is any, an empty list none. */
  addresses: z.array(addressRule).max(100).nullable(),
});

/**
 * A partner user as the operator enters it; the seed's "Fields of a partner user". Stricter than `partnerUserBody`,
 * by which rows from before these fields, and imports, are still kept.
 */
export const partnerUserForm = z.strictObject({
  userName: line(20),
  company: line(60),
  businessId,
  email: z.email().max(100),
  /** User name and one-time password are sent to it. */
  mobile,
  language: z.enum(['FIN', 'SWE', 'ENG']),
  active: z.boolean().default(true),
  /** `null` is visible to all environments, otherwise the one customer company [asyritys]. */
  scopeCompanyId: z.uuid().nullable(),
  internalNote: note,
  externalNote: note,
  weekdayRestriction: weekdayRestriction.default(null),
  weekendRestricted: z.boolean().default(false),
  addresses: usageRestrictionsForm.shape.addresses.default(null),
});
export type PartnerUserForm = z.output<typeof partnerUserForm>;

/** At least this many characters; what is longer than 128 is not a password but a burden. */
const ownPassword = z.string().min(15).max(128);

/** User name, the password that stands and a new one: the only thing that a one-time password is good for. */
export const passwordChangeForm = z.strictObject({
  userName: z.string().min(1).max(20),
  oldPassword: z.string().min(1).max(128),
  newPassword: ownPassword,
});
