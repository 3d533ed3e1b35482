import { mkdir, mkdtemp, open } from 'node:fs/promises';
import { join } from 'node:path';
import { importArchive } from '@nexus/shared/archive';
import { NexusError } from '@nexus/shared/platform';
import { handle } from '../../platform/handle.ts';
import { removeDirectory } from '../work-directory.ts';
import { archiveEarlierItem } from './archive-earlier-item.ts';
import { ArchivedItem, ArchivedTranscripts, Manifest } from './archive-format.ts';
import { readEarlierExport } from './earlier-nexus.ts';
import { bringIn, type Wanted } from './bring-in.ts';
import { failEntry } from './entries.ts';
import { openArchive } from './open-archive.ts';
import { restoreBelongings, restoreFeeds, restoreVerdicts } from './restore-organisation.ts';
import { runTransfer, type TransferRun } from './run-transfer.ts';

/** As much JSON as is read into memory at once. */
const MOST_JSON_BYTES = 512 * 1024 ** 2;

export default handle(importArchive, (payload, ports, io) =>
  runTransfer(payload, ports, io, async (run) => {
    await mkdir(ports.workDirectory, { recursive: true });
    const directory = await mkdtemp(join(ports.workDirectory, 'import-'));
    try {
      const path = await ports.media.openLocal(run.row.path ?? '', directory, run.signal);
      if (await isZip(path)) await importNexus(path, directory, run);
      else await importEarlier(path, directory, run);
    } finally {
      await removeDirectory(directory);
    }
  }),
);

async function isZip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.readUInt32LE(0) === 0x04034b50;
  } finally {
    await file.close();
  }
}

async function importNexus(path: string, directory: string, run: TransferRun): Promise<void> {
  const { db } = run.ports;
  const { org_id: orgId } = run.row;
  await using archive = await openArchive(path);
  if (!archive.has('manifest.json'))
    throw new NexusError('unreadable-media', 'This ZIP has no manifest.json, so it is no export of Nexus.');
  const manifest = await archive.readJson('manifest.json', Manifest);
  await run.write({ format: 'nexus', total: manifest.items.length });
  await db.transaction().execute((tx) => restoreBelongings(tx, orgId, manifest));

  const here = new Map<string, string>();
  const wanted = manifest.items.map(({ id, title, folder }, index): Wanted => ({
    key: id,
    title,
    wantedId: id,
    async read(itemId) {
      const item = await archive.readJson(`${folder}/item.json`, ArchivedItem);
      return {
        item,
        transcripts: await archive.readJson(`${folder}/transcripts.json`, ArchivedTranscripts),
        idHere: (archivedId) => here.get(archivedId),
        async file(kind) {
          const name = item.files[kind];
          if (name === null) return null;
          const local = join(directory, `${kind}-${index}`);
          await archive.extract(`${folder}/${name}`, local, run.signal);
          return { name, local };
        },
        after: (tx, idHere) => restoreVerdicts(tx, orgId, itemId, manifest.verdicts, idHere),
      };
    },
  }));
  await bringIn(run, wanted, (key, itemId) => here.set(key, itemId));
  await db.transaction().execute((tx) => restoreFeeds(tx, orgId, manifest, (id) => here.get(id)));
}

async function importEarlier(path: string, directory: string, run: TransferRun): Promise<void> {
  const file = Bun.file(path);
  if (file.size > MOST_JSON_BYTES)
    throw new NexusError('too-large', 'An export of the earlier Nexus may have up to 512 MB. Export it in parts.');
  const { items, faults } = readEarlierExport(await file.text());
  await run.write({ format: 'earlier-nexus', total: items.length + faults.length });
  const wanted = items.map((earlier, index): Wanted => ({
    key: earlier.key,
    title: earlier.title,
    wantedId: null,
    async read(itemId) {
      const { item, transcripts, original } = archiveEarlierItem(earlier, itemId, run.ports.now());
      return {
        item,
        transcripts,
        idHere: () => undefined,
        async file(kind) {
          const name = item.files[kind];
          if (name === null) return null;
          const local = join(directory, `${kind}-${index}`);
          await Bun.write(local, original);
          return { name, local };
        },
      };
    },
  }));
  await bringIn(run, wanted, () => undefined);
  for (const fault of faults) await failEntry(run, fault);
  await run.write({ finished: items.length + faults.length });
}
