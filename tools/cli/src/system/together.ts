/**
 * Like Promise.all, but leaves nothing running unseen: it waits for every one before it throws what failed first.
 * `onFailure` lets the others know that there is no point in going on.
 */
export async function together<const T extends readonly Promise<unknown>[]>(
  work: T,
  onFailure: () => void = () => undefined,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  let first: { readonly reason: unknown } | null = null;
  const noted = work.map((one) =>
    one.catch((reason: unknown) => {
      if (first === null) {
        first = { reason };
        onFailure();
      }
      return null;
    }),
  );
  const answers = await Promise.all(noted);
  if (first !== null) throw (first as { readonly reason: unknown }).reason;
  return answers as never;
}
