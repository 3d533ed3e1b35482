import { cp, mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addSampleItems, insertSteps, STEP_JOBS, uploadPrefix } from '@nexus/shared/archive';
import type { Tx } from '@nexus/shared/platform';
import { handle } from '../platform/handle.ts';
import type { WorkerPorts } from '../platform/ports.ts';
import { removeDirectory } from './work-directory.ts';

const ASSETS = fileURLToPath(new URL('../../assets/sample/', import.meta.url));

/** Made and spoken by `scripts/make-sample.ts`. */
const SAMPLE = [
  { file: 'how-nexus-works.m4a', subtitles: 'how-nexus-works.vtt', title: 'How Nexus works', mimeType: 'audio/mp4' },
  { file: 'getting-started.md', subtitles: null, title: 'Getting started', mimeType: 'text/markdown' },
] as const;

/** Puts the sample into an organisation that has none, all of it or nothing. It goes through the same steps as anything else. */
export default handle(addSampleItems, async ({ orgId, userId }, ports, { log }) => {
  if (await ports.db.transaction().execute((tx) => hasSample(tx, orgId))) return log.set({ outcome: 'present' });

  // As uploads: what a killed process leaves unclaimed is pruned like any other.
  const kept = await Promise.all(
    SAMPLE.map(async ({ file, subtitles, title, mimeType }) => ({
      file,
      title,
      originalPath: await keep(ports, orgId, file, mimeType),
      subtitlePath: subtitles && (await keep(ports, orgId, subtitles, 'text/vtt')),
    })),
  );
  await ports.db.transaction().execute(async (tx) => {
    // Two at once take turns here.
    await tx.selectFrom('orgs').select('id').where('id', '=', orgId).forNoKeyUpdate().executeTakeFirst();
    if (await hasSample(tx, orgId)) return log.set({ outcome: 'present' });
    for (const { file, title, originalPath, subtitlePath } of kept) {
      const { id: itemId } = await tx
        .insertInto('items')
        .values({
          org_id: orgId,
          source: 'file',
          original_name: file,
          original_path: originalPath,
          subtitle_path: subtitlePath,
          title,
          title_given: true,
          is_sample: true,
          created_by: userId,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      await insertSteps(tx, orgId, itemId);
      await ports.queue.send(STEP_JOBS.acquire, { orgId, itemId }, { tx });
    }
  });
});

async function hasSample(tx: Tx, orgId: string): Promise<boolean> {
  const found = await tx
    .selectFrom('items')
    .select('id')
    .where('org_id', '=', orgId)
    .where('is_sample', '=', true)
    .executeTakeFirst();
  return found !== undefined;
}

/** Stores a copy: `put` may move the file away. */
async function keep(ports: WorkerPorts, orgId: string, file: string, mimeType: string): Promise<string> {
  await mkdir(ports.workDirectory, { recursive: true });
  const directory = await mkdtemp(join(ports.workDirectory, 'sample-'));
  try {
    const copy = join(directory, file);
    await cp(join(ASSETS, file), copy);
    const path = uploadPrefix(orgId, crypto.randomUUID()) + file;
    await ports.media.put(path, copy, mimeType);
    return path;
  } finally {
    await removeDirectory(directory);
  }
}
