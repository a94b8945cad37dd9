/** A day as Netvisor answers with it, `2026-03-18` or `18.3.2026`, with a time or without; `YYYY-MM-DD` (contract §2). */
export function netvisorDay(text: string | undefined): string | null {
  const [ansi] = /^\d{4}-\d{2}-\d{2}(?!\d)/.exec(text ?? '') ?? [];
  if (ansi !== undefined) return ansi;
  const [, day = '', month = '', year] = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)/.exec(text ?? '') ?? [];
  return year === undefined ? null : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}
