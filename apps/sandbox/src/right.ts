/** What rights are ticked for: the registers and modules of a company. */
export const AREAS = ['customers', 'products', 'sales', 'dimensions', 'payroll', 'estate'] as const;
export type Area = (typeof AREAS)[number];

/** `read` [käyttö] or `add` [lisäys], as the customer's main user ticks it for a partner. */
export type Right = `${Area}:${'read' | 'add'}`;

export const RIGHTS: readonly Right[] = AREAS.flatMap((area) => [`${area}:read` as const, `${area}:add` as const]);
