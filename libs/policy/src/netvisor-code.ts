/** Why a customer code cannot go from Severa to Netvisor or back; each is the cause that people are told. */
export const NETVISOR_CODE_FAULTS = [
  'customer-number-missing',
  'customer-code-not-numeric',
  'customer-code-leading-zero',
  'customer-code-too-long',
] as const;
export type NetvisorCodeFault = (typeof NETVISOR_CODE_FAULTS)[number];

const LONGEST = 50;

/**
 * What is wrong with the code [asiakasnumero] that a customer is known by on both sides; `null` for a sound one.
 *
 *   code                                      | fault
 *   ------------------------------------------+------------------------------
 *   none, or empty                            | `customer-number-missing`
 *   has anything but the digits 0 to 9        | `customer-code-not-numeric`
 *   begins with 0 (`0` itself, too)           | `customer-code-leading-zero`
 *   more than 50 digits                       | `customer-code-too-long`
 *   anything else                             | –
 *
 * Nothing is trimmed or mended. Source: contracts/netvisor §5.5 for the digits, §4.1 for the length.
 */
export function netvisorCodeFault(code: string | null): NetvisorCodeFault | null {
  if (code === null || code === '') return 'customer-number-missing';
  if (!/^[0-9]+$/.test(code)) return 'customer-code-not-numeric';
  if (code.startsWith('0')) return 'customer-code-leading-zero';
  return code.length > LONGEST ? 'customer-code-too-long' : null;
}
