/** A decimal number as so many of its smallest parts. */
interface Scaled {
  readonly units: bigint;
  readonly scale: number;
}

function scaled(text: string): Scaled {
  const [whole = '0', part = ''] = text.split('.');
  return { units: BigInt(whole + part), scale: part.length };
}

/** Price × quantity, less so many per cent, in cents, half a cent away from zero. No double comes near it. */
export function rowTotal(price: string, quantity: string, discountPercent: string): string {
  const [p, q, d] = [scaled(price), scaled(quantity), scaled(discountPercent)];
  const hundred = 100n * 10n ** BigInt(d.scale);
  const exact = p.units * q.units * (hundred - d.units);
  const scale = BigInt(p.scale + q.scale + d.scale + 2);
  const cents = half(exact * 100n, 10n ** scale);
  const [sign, digits] = cents < 0n ? ['-', String(-cents)] : ['', String(cents)];
  const padded = digits.padStart(3, '0');
  const text = `${padded.slice(0, -2)}.${padded.slice(-2)}`.replace(/\.?0+$/, '');
  return sign + text;
}

function half(number: bigint, by: bigint): bigint {
  const rounded = ((number < 0n ? -number : number) * 2n + by) / (2n * by);
  return number < 0n ? -rounded : rounded;
}
