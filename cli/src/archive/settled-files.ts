import { stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

/** Those that have not changed for so many seconds: what is still being written is left out. */
export async function settledFiles(waiting: ReadonlySet<string>, settleSeconds: number): Promise<string[]> {
  const before = new Map(await Promise.all([...waiting].map(async (path) => [path, await mark(path)] as const)));
  const isFresh = [...before.values()].some(
    (found) => found !== null && Date.now() - found.modifiedMs < settleSeconds * 1000,
  );
  if (isFresh) await wait(settleSeconds * 1000);
  const settled = await Promise.all(
    [...before].map(async ([path, found]) => {
      const now = await mark(path);
      return now !== null && now.key === found?.key ? [path] : [];
    }),
  );
  return settled.flat();
}

async function mark(path: string): Promise<{ key: string; modifiedMs: number } | null> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { key: `${size}:${mtimeMs}`, modifiedMs: mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
