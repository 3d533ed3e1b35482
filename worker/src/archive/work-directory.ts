import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Scratch folder of one attempt at a step, in that of its item. */
export async function makeAttemptDirectory(
  workDirectory: string,
  itemId: string,
  step: string,
  attempt: number,
): Promise<string> {
  const directory = join(workDirectory, itemId, `${step}-${attempt}`);
  await mkdir(directory, { recursive: true });
  return directory;
}

export async function removeDirectory(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
}

export async function removeItemDirectory(workDirectory: string, itemId: string): Promise<void> {
  await removeDirectory(join(workDirectory, itemId));
}

/** What a killed process left. Only the sole worker of a machine may do this, before it takes work. */
export async function emptyWorkDirectory(workDirectory: string): Promise<void> {
  await rm(workDirectory, { recursive: true, force: true });
  await mkdir(workDirectory, { recursive: true });
}
