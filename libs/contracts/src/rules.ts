import { z } from 'zod';

import { PROTECTED_PERSONS } from '#lib/policy';

import { DIRECTIONS, STREAM_NAMES } from './streams.js';

/** Minutes after local midnight, 0:00 to 24:00. */
const minute = z.int().min(0).max(1440);

/** One address, a CIDR block or an inclusive range, as `libs/policy` reads it. */
const addressRule = z.string().min(1).max(100);

const rights = z.array(z.object({ stream: z.enum(STREAM_NAMES), direction: z.enum(DIRECTIONS) })).max(32);

/** A tenant: an accounting firm or a group [ympäristö]. */
export const environmentBody = z.object({
  name: z.string().min(1).max(100),
  active: z.boolean().default(true),
  timeZone: z.string().max(64).default('Europe/Helsinki'),
});

/** A client company [asiakasyritys]. `fivaldiNumber` is what documents carry as FVBusinessId. */
export const companyBody = z.object({
  environmentId: z.uuid(),
  name: z.string().min(1).max(100),
  fivaldiNumber: z.string().regex(/^\d{1,12}$/, 'digits only, at most 12'),
  /** Y-tunnus; `null` for a company that has none. */
  businessId: z
    .string()
    .regex(/^\d{7}-\d$/, 'seven digits, a hyphen and the check digit')
    .nullable()
    .default(null),
  /** Web Services are on: Service Management shows the branch of partner users, and rights can be granted. */
  webServices: z.boolean().default(true),
});

/** A partner user's usage restrictions [käyttörajoitukset] and scope [asyritys], set by the operator. */
export const partnerUserBody = z.object({
  userName: z.string().min(1).max(20),
  company: z.string().min(1).max(60),
  /** Business ID, e-mail and mobile are asked of whoever enters one (`partnerUserForm`); earlier rows may lack them. */
  businessId: z
    .string()
    .regex(/^\d{7}-\d$/, 'seven digits, a hyphen and the check digit')
    .nullable()
    .default(null),
  email: z.string().min(3).max(100).nullable().default(null),
  mobile: z.string().min(1).max(20).nullable().default(null),
  internalNote: z.string().max(2000).nullable().default(null),
  externalNote: z.string().max(2000).nullable().default(null),
  language: z.enum(['FIN', 'SWE', 'ENG']).default('FIN'),
  active: z.boolean().default(true),
  /** `null` is visible to all environments, otherwise the one customer company. */
  scopeCompanyId: z.uuid().nullable().default(null),
  /** Not usable Mon–Fri from `from` until `to`; `null` is no restriction. */
  weekdayRestriction: z.object({ from: minute, to: minute }).nullable().default(null),
  /** Not usable from Saturday 0:00 to Sunday 24:00. */
  weekendRestricted: z.boolean().default(false),
  /** The only addresses it may come from; `null` is any. */
  addresses: z.array(addressRule).max(100).nullable().default(null),
  /** Set when given; never read back. */
  password: z.string().min(15).max(128).optional(),
});

/** Upper rights: the operator's, per stream and direction. */
export const upperRightsBody = z.object({ rights });

/** Grants: the main user's, to one partner user in one company: "lisäys" for import, "käyttö" for export. */
export const grantsBody = z.object({ partnerUserId: z.uuid(), rights });

/** A login restriction group [kirjautumisen rajoitusryhmä] and the partner users in it. */
export const restrictionGroupBody = z.object({
  /** Allowed weekly times; `null` is any time, an empty list is never. ISO weekday: 1 is Monday. */
  times: z
    .array(z.object({ weekday: z.int().min(1).max(7), from: minute, to: minute }))
    .max(100)
    .nullable()
    .default(null),
  /** Allowed addresses; `null` is any, an empty list is none. */
  addresses: z.array(addressRule).max(100).nullable().default(null),
  partnerUserIds: z.array(z.uuid()).max(1000).default([]),
});

export const COMPANY_REGISTER_MODES = ['add-only', 'update-all', 'update-keep'] as const;
export const PRODUCT_REGISTER_MODES = ['add-only', 'update-all', 'replace-all', 'update-keep'] as const;
export const SALES_ORDER_MODES = ['add-only', 'update-all'] as const;
export const PAYROLL_DIMENSIONS = ['from-data', 'from-employee', 'data-then-employee'] as const;

/** A level of dimensions [seurantakohdetaso]. */
export const dimensionLevel = z.literal([1, 2, 3, 4]);
export type DimensionLevel = z.output<typeof dimensionLevel>;

/** Building the exported data [aineiston muodostuksen perustiedot]. */
export const exportSettings = z.object({
  /** Of the file that an export is read as; `null` is `ulosluettu.xml`. */
  fileName: z
    .string()
    .regex(
      /^(?![. ])[^\p{Cc}\p{Cf}\p{Cs}/\\:*?"<>|]{1,100}(?<![. ])$/u,
      'a file name without folders, with no dot or space at either end',
    )
    .nullable()
    .default(null),
  dimensionLevel: dimensionLevel.nullable().default(null),
  protectedPersons: z.enum(PROTECTED_PERSONS).default('leave-out'),
});
export const EXPORT_DEFAULTS: z.output<typeof exportSettings> = exportSettings.parse({});

/** Base settings of XML transfers [XML-siirtojen perustiedot]: all four sections, or nothing is saved. */
export const xmlSettingsBody = z.object({
  companyRegister: z.enum(COMPANY_REGISTER_MODES),
  productRegister: z.enum(PRODUCT_REGISTER_MODES),
  salesOrders: z.object({
    mode: z.enum(SALES_ORDER_MODES),
    useDiscountRegister: z.boolean().default(false),
    createMissingProducts: z.boolean().default(false),
    fetchMissingDimensions: z.array(z.int().min(1).max(4)).max(4).default([]),
  }),
  payroll: z.object({ dimensions: z.enum(PAYROLL_DIMENSIONS) }),
  /** An import that empties fields in more than this share of the records it touches, and in at least 10, is held. */
  brakePercent: z.int().min(0).max(100).default(20),
  export: exportSettings.default(EXPORT_DEFAULTS),
});
export type XmlSettings = z.output<typeof xmlSettingsBody>;

/** What may be put in place by the operator, by noun; the path's id is the row's. */
export const RULE_BODIES = {
  environment: environmentBody,
  company: companyBody,
  'partner-user': partnerUserBody,
  'upper-rights': upperRightsBody,
  grants: grantsBody,
  'restriction-group': restrictionGroupBody,
  'xml-settings': xmlSettingsBody,
} as const;
