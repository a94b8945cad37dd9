import type { Answer } from '../wire.js';

/** The kinds of failure that Severa names. Source: its published interface, `ExceptionTypeEnum`. */
export const EXCEPTION_TYPES = [
  'InternalSystemError',
  'AuthenticationRequired',
  'AddonMissing',
  'FeatureIsNotEnabled',
  'InvalidParameter',
  'InvalidOperation',
  'InvalidRequest',
  'InsufficientApiScope',
  'InvalidApiVersion',
  'ConfigurationError',
  'UserLicenseType',
  'TermsOfServiceNotApproved',
  'HttpsRequired',
  'OrganizationNotActive',
  'PermissionDenied',
  'TrialExpired',
  'NotAvailableInTrial',
  'InvalidRecaptcha',
  'AddonMissingTermsOfServiceApproval',
] as const;
export type ExceptionType = (typeof EXCEPTION_TYPES)[number];

/** One thing that is wrong, and where in the call it stands. */
export interface Detail {
  readonly message: string;
  readonly location?: {
    readonly type: 'PathParameter' | 'RequestBody' | 'RequestHeader' | 'UriParameter';
    readonly name: string;
  };
}

export const jsonAnswer = (status: number, text: string): Answer => ({
  status,
  type: 'application/json; charset=utf-8',
  body: Buffer.from(text, 'utf8'),
});

/** The only shape that Severa's refusals have: `ExceptionModel`. `stack` is always null here. */
export function exception(status: number, type: ExceptionType, ...details: readonly Detail[]): Answer {
  const shown = details.map(({ message, location }) => ({
    message,
    url: null,
    location: location ? { ...location, identifier: null } : null,
  }));
  return jsonAnswer(status, JSON.stringify({ error: { httpStatusCode: status, type, details: shown, stack: null } }));
}

export const unauthenticated = (message = 'Authentication is required.'): Answer =>
  exception(401, 'AuthenticationRequired', { message });

/** The interface names no kind for what is not there; this one stands in. */
export const notFound = (message = 'The resource was not found.'): Answer =>
  exception(404, 'InvalidParameter', { message });

export const badParameter = (name: string, message: string): Answer =>
  exception(400, 'InvalidParameter', { message, location: { type: 'UriParameter', name } });

export const badBody = (type: ExceptionType, ...wrong: readonly { name: string; message: string }[]): Answer =>
  exception(
    400,
    type,
    ...wrong.map(({ name, message }) => ({ message, location: { type: 'RequestBody', name } as const })),
  );
