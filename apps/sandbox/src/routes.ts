import type { Route } from './call.js';
import { CUSTOMER_ROUTES } from './customers.js';
import { DIMENSION_ROUTES } from './dimensions.js';
import { ESTATE_ROUTES } from './estate.js';
import { ORDER_ROUTES } from './orders.js';
import { PAYROLL_ROUTES } from './payroll.js';
import { PRODUCT_ROUTES } from './products.js';

const ROUTES = [
  ...CUSTOMER_ROUTES,
  ...PRODUCT_ROUTES,
  ...ORDER_ROUTES,
  ...DIMENSION_ROUTES,
  ...PAYROLL_ROUTES,
  ...ESTATE_ROUTES,
].map((route) => ({ route, pattern: patternOf(route.path) }));

/** Where a path leads. `methods` are those of the operations that have it, for a call with another. */
export interface Found {
  readonly route: Route | null;
  readonly methods: readonly string[];
  readonly path: Readonly<Record<string, string>>;
}

/** `path` stands after `/companies/{cuid}`, still encoded. Routes are tried in order: words come before braces. */
export function routeOf(method: string, path: string): Found {
  const fitting = ROUTES.filter(({ pattern }) => pattern.test(path));
  const found = fitting.find(({ route }) => route.method === method);
  const groups = found?.pattern.exec(path)?.groups ?? {};
  const parts = Object.entries(groups).map(([name, value]) => [name, decoded(value)]);
  return {
    route: found?.route ?? null,
    methods: fitting.map(({ route }) => route.method),
    path: Object.fromEntries(parts) as Record<string, string>,
  };
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
