/**
 * What companies, main users and the operator have decided, as pure functions that answer.
 *
 * Start with `access.ts`: it puts the other rules about a caller together. `import-mode.ts` is the executable
 * specification of what an import does to a register; `brake.ts` says when a person must confirm it first.
 * Nothing here reads, sends, stores or knows the time. Imports `errors` only.
 */
export {
  ACCESS_REASONS,
  type AccessDecision,
  type AccessQuestion,
  type AccessReason,
  type AccessSnapshot,
  decideAccess,
  type PartnerUserFacts,
  type RestrictionGroupFacts,
} from './access.js';
export { ACCESS_EXPLANATIONS, type AccessExplanation, explainReasons, type RuleOwner } from './access-explanation.js';
export {
  type AddressFault,
  type AddressFaultCode,
  addressMatches,
  type AddressRule,
  normaliseAddress,
  parseAddressRule,
} from './address.js';
export {
  brake,
  BRAKE_REASONS,
  type BrakeReason,
  type BrakeVerdict,
  type Effect,
  type RegisterEffect,
  rejectsWholeDocument,
} from './brake.js';
export { businessIdFault, type BusinessIdFault, hyphenated } from './business-id.js';
export { clientAddress } from './client-address.js';
export {
  decimalOf,
  decimalText,
  type ExactDecimal,
  fixedText,
  isSame,
  minus,
  negated,
  plus,
  rounded,
  roundedTogether,
  signOf,
  times,
  ZERO,
} from './decimal.js';
export { decide, type Decision } from './decision.js';
export {
  GRANT_OBJECTION_TEXTS,
  GRANT_OBJECTIONS,
  type GrantFacts,
  grantability,
  type Grantability,
  GRANT_OUTCOMES,
  type GrantObjection,
  type GrantOutcome,
  type MatrixFacts,
  matrixOutcome,
  RIGHT_LABELS,
} from './grantability.js';
export { guessedBy, guessersWords, SERVICE_WORDS } from './guessable-password.js';
export {
  BASE_DATA_MODES,
  type BaseDataMode,
  COMPANY_REGISTER_MODES,
  type CompanyRegisterMode,
  PAYROLL_MODES,
  type PayrollMode,
  planRecord,
  PRODUCT_REGISTER_MODES,
  type ProductRegisterMode,
  type RecordPlan,
  type RegisterModes,
  SALES_ORDER_MODES,
  type SalesOrderMode,
} from './import-mode.js';
export {
  LINK_PHASES,
  type LinkFacts,
  type LinkPhase,
  phaseLight,
  type PhaseLight,
  START_OBJECTIONS,
  type StartObjection,
  startObjections,
} from './link-onboarding.js';
export {
  type BilledRow,
  creditRows,
  creditTotals,
  type InvoiceTotals,
  invoiceTotals,
  type RowTotal,
  type StatedTotals,
} from './invoice-totals.js';
export {
  explainLockout,
  type KnownAddresses,
  locksOut,
  type LockoutWarning,
  lockoutWarnings,
  type Reach,
} from './lockout.js';
export {
  CHOICE_WARNINGS,
  type ChoiceWarning,
  type DestructiveChoice,
  DESTRUCTIVE_CHOICES,
  destructiveChoices,
  newlyDestructive,
} from './destructive-choice.js';
export { dialledNumber } from './mobile-number.js';
export {
  type Change,
  type Children,
  complete,
  type FieldNames,
  type Fields,
  type IncomingRecord,
  listChanges,
  overlay,
  type RegisterRecord,
  sameChildren,
  UnknownField,
} from './register-record.js';
export {
  completeOrder,
  type Discount,
  type MissingProduct,
  type OrderCompletion,
  type OrderOptions,
  type OrderSurroundings,
} from './order-completion.js';
export { type Employees, PAYROLL_DIMENSIONS, type PayrollDimensions, payrollDimensions } from './payroll-dimensions.js';
export { neighbourhood } from './neighbourhood.js';
export {
  type BuyerTerritory,
  buyerTerritory,
  needsVatNumber,
  NETVISOR_VAT_CODES,
  type NetvisorVatCode,
  type SaleVat,
  takesPercent,
  VAT_OBJECTIONS,
  vatCodeOf,
  type VatCodeVerdict,
  type VatObjection,
  type ZeroVatChoices,
} from './netvisor-vat.js';
export { NETVISOR_CODE_FAULTS, type NetvisorCodeFault, netvisorCodeFault } from './netvisor-code.js';
export {
  type Act,
  ACTS,
  mayAct,
  type Place,
  type Role,
  type RoleAssignment,
  ROLE_REACH,
  ROLES,
  waysTo,
} from './person-access.js';
export {
  exposure,
  type ExportedField,
  leaves,
  MASK,
  PROTECTED_PERSONS,
  type ProtectedPersons,
} from './protected-person.js';
export { ruleWords, type Words } from './rule-words.js';
export { explainStake, type StakeFigures } from './stake-words.js';
export { type Pace, takeToken, type TokenBucket } from './token-bucket.js';
export { type Wall, wallMinute } from './wall-clock.js';
export {
  CLOSING_RULES,
  type ClosingRule,
  minutesOpen,
  type WeekDay,
  weekOf,
  type WeekPiece,
  type WeekRules,
} from './week.js';
export {
  type AllowedTime,
  groupAllows,
  nextOpening,
  UnreadableWindow,
  type WeekdayRestriction,
  weekdayRestricted,
  weekendRestricted,
} from './window.js';
export { type AccessChanges, applyChanges } from './what-if.js';
export {
  explainMissing,
  missingSections,
  type WishedChoices,
  type XmlChoices,
  type XmlSection,
  XML_SECTION_LABELS,
  XML_SECTIONS,
} from './xml-settings-choice.js';
