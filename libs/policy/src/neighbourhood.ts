import { parseAddressRule } from './address.js';

/** Who comes from one place: IPv4 by itself; IPv6 by its /64, because whoever has one address of it has them all. */
export function neighbourhood(address: string | null): string {
  const block = address === null ? undefined : parseAddressRule(address);
  if (!block || 'code' in block) return 'unreadable';
  return block.family === 6 ? `6:${block.first >> 64n}` : `4:${block.first}`;
}
