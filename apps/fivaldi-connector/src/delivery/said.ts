import type { Listed } from './courier.js';

/** What Fivaldi said, read without trust: anything may be missing, or be something else. */
export type Said = Readonly<Record<string, unknown>>;

export const recordOf = (said: unknown): Said =>
  typeof said === 'object' && said !== null && !Array.isArray(said) ? (said as Said) : {};

/** A list; where Fivaldi shows the only one of a list without the list, that one. */
export function listOf(said: unknown): readonly Said[] {
  if (Array.isArray(said)) return said.map(recordOf);
  return typeof said === 'object' && said !== null ? [recordOf(said)] : [];
}

/** An id is a text to us, whether it was sent as one or as a number. */
export function idOf(said: unknown): string | null {
  if (typeof said === 'number' && Number.isSafeInteger(said)) return String(said);
  return typeof said === 'string' && said !== '' ? said : null;
}

/**
 * A moment as the day that Fivaldi's filters take, `dd.mm.yyyy` in Finland; the day before it, since neither clock is
 * the other's and midnight may lie between them.
 */
export function dayBefore(moment: Date): string {
  const day = new Intl.DateTimeFormat('fi-FI', {
    timeZone: 'Europe/Helsinki',
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
  });
  return day.format(new Date(moment.getTime() - 86_400_000));
}

/** Of a list, what each is called, when it was last changed, and by what it is linked to one of ours. */
export function changesIn(said: unknown, names: { readonly id: string; readonly link: string }): readonly Listed[] {
  return listOf(said).flatMap((one) => {
    const [id, changed] = [idOf(one[names.id]), idOf(one['changeTime'])];
    return id === null || changed === null ? [] : [{ id, changed, link: idOf(one[names.link]) }];
  });
}

/** When Fivaldi says that it was changed, where it says so. */
export function changeTimeOf(said: unknown): { readonly changed?: string } {
  const { changeTime } = recordOf(said);
  return typeof changeTime === 'string' ? { changed: changeTime } : {};
}
