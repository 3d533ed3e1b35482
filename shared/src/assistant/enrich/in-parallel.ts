/** Results in the order of the items, at most `limit` in work at once. The first failure aborts the others and is thrown. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  limit: number,
  signal: AbortSignal | undefined,
  work: (item: Item, index: number, signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> {
  const failed = new AbortController();
  const either = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const results: Result[] = [];
  let next = 0;
  let problem: { error: unknown } | undefined;

  async function workOn(): Promise<void> {
    while (next < items.length && !problem) {
      const index = next++;
      try {
        results[index] = await work(items[index]!, index, either);
      } catch (error) {
        // What the others say after they were aborted is no news.
        problem ??= { error };
        failed.abort(error);
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, workOn));
  if (problem) throw problem.error;
  return results;
}
