import { netvisorText } from './netvisor-text.js';

/** Netvisor allows this many characters (contract §4.5). */
const LONGEST_ITEM = 200;

/**
 * The name of a dimension item [laskentakohde]: the number or code people know it by, then its name. Netvisor matches
 * items by this name alone, so every flow that names one asks here. What is too long is cut.
 */
export function dimensionItem(number: string | null, name: string | null): string | null {
  const text = [number, name]
    .map((part) => netvisorText(part).replace(/\s+/g, ' '))
    .filter((part) => part !== '')
    .join(' ');
  return text === '' ? null : text.slice(0, LONGEST_ITEM).trimEnd();
}
