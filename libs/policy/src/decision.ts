/** May this be done? Yes, or no with every reason there is: a refusal without a reason cannot be built. */
export type Decision<Reason extends string> =
  { readonly allowed: true } | { readonly allowed: false; readonly reasons: readonly [Reason, ...Reason[]] };

/** Allowed when nothing objects; `false` is a rule that has nothing against it. Keeps the order of the objections. */
export function decide<Reason extends string>(objections: readonly (Reason | false)[]): Decision<Reason> {
  const [primary, ...others] = objections.filter((objection): objection is Reason => objection !== false);
  return primary === undefined ? { allowed: true } : { allowed: false, reasons: [primary, ...others] };
}
