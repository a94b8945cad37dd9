/** What became of a promise within its time: its value, its failure, or neither yet. */
export type Within<T> =
  | { readonly ended: 'value'; readonly value: T }
  | { readonly ended: 'failure'; readonly error: unknown }
  | { readonly ended: 'not-yet' };

/** Waits for a promise no longer than `ms` milliseconds. It never rejects, and its timer keeps no process alive. */
export async function within<T>(ms: number, work: Promise<T>): Promise<Within<T>> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<Within<T>>((resolve) => {
    timer = setTimeout(resolve, ms, { ended: 'not-yet' });
    timer.unref();
  });
  const outcome = work.then(
    (value): Within<T> => ({ ended: 'value', value }),
    (error: unknown): Within<T> => ({ ended: 'failure', error }),
  );
  return Promise.race([outcome, limit]).finally(() => clearTimeout(timer));
}
