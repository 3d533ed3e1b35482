import type { JournalEntry } from './journal.ts';

const lockName = (id: string): string => `nexus-recording:${id}`;

/** Says to other tabs that this one records it. Ends with the tab at the latest; returns how to end it. */
export function holdRecording(id: string): Promise<() => void> {
  return new Promise((held) => {
    void navigator.locks.request(lockName(id), () => new Promise<void>((release) => held(release)));
  });
}

/** Those that no tab works on any more, the newest first. */
export async function findInterrupted(
  entries: readonly JournalEntry[],
  current: string | undefined,
): Promise<JournalEntry[]> {
  const { held = [] } = await navigator.locks.query();
  const names = new Set(held.map(({ name }) => name));
  return entries
    .filter(
      ({ id, state, chunkCount }) =>
        id !== current && state !== 'discarded' && chunkCount > 0 && !names.has(lockName(id)),
    )
    .sort((a, b) => b.startedAtMs - a.startedAtMs);
}
