import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { exportArchive, exportPrefix } from '@nexus/shared/archive';
import { isProblem } from '@nexus/shared/platform';
import { handle } from '../../platform/handle.ts';
import { removeDirectory } from '../work-directory.ts';
import { FORMAT, FORMAT_VERSION, type Manifest } from './archive-format.ts';
import { type CollectedItem, collectItem } from './collect-item.ts';
import { collectOrganisation } from './collect-organisation.ts';
import { runTransfer, type TransferRun } from './run-transfer.ts';
import { type ArchiveWriter, openArchiveWriter } from './write-archive.ts';

/** Parts stay below the 5 GB that the store takes as one file, with room for the largest single file within. */
const PART_BYTES = 2 * 1024 ** 3;
/** Rows written between two signs of life. */
const EVERY = 25;

export default handle(exportArchive, (payload, ports, io) => runTransfer(payload, ports, io, writeParts));

async function writeParts(run: TransferRun): Promise<void> {
  const { ports, row } = run;
  await mkdir(ports.workDirectory, { recursive: true });
  const directory = await mkdtemp(join(ports.workDirectory, 'export-'));
  try {
    const ids = await itemIds(run);
    await run.write({ total: ids.length, finished: 0 });
    const belongings = await ports.db.transaction().execute((tx) => collectOrganisation(tx, row.org_id));
    const parts: { path: string; sizeBytes: number }[] = [];
    for (let from = 0; from < ids.length || parts.length === 0;) {
      const part = parts.length + 1;
      const local = join(directory, `part-${part}.zip`);
      const writer = openArchiveWriter(local, run.signal);
      const items: Manifest['items'] = [];
      for (; from < ids.length && writer.bytes < PART_BYTES; from++) {
        run.signal.throwIfAborted();
        const entry = await addItem(writer, ids[from]!, items.length + 1, directory, run);
        if (entry) items.push(entry);
        if (from % EVERY === 0) await run.write({ finished: from });
      }
      const manifest: Manifest = {
        format: FORMAT,
        version: FORMAT_VERSION,
        exportedAt: ports.now().toISOString(),
        part,
        withMedia: row.with_media,
        items,
        ...belongings,
      };
      writer.addText('manifest.json', `${JSON.stringify(manifest, null, 2)}\n`);
      const { sizeBytes } = await writer.close();
      const path = `${exportPrefix(row.org_id, row.id)}${nameOf(run, part)}`;
      await ports.media.put(path, local, 'application/zip');
      parts.push({ path, sizeBytes });
    }
    await run.write({ finished: ids.length, parts: JSON.stringify(parts) });
  } finally {
    await removeDirectory(directory);
  }
}

const nameOf = ({ row }: TransferRun, part: number): string =>
  `nexus-archive-${row.created_at.toISOString().slice(0, 10)}-part-${part}.zip`;

/** Originals before their duplicates, old before new: an import meets them in this order. */
async function itemIds({ ports, row }: TransferRun): Promise<string[]> {
  const rows = await ports.db.transaction().execute((tx) =>
    tx
      .selectFrom('items')
      .select('id')
      .where('org_id', '=', row.org_id)
      .orderBy((eb) => eb('duplicate_of', 'is not', null))
      .orderBy('created_at')
      .orderBy('id')
      .execute(),
  );
  return rows.map(({ id }) => id);
}

async function addItem(
  writer: ArchiveWriter,
  itemId: string,
  number: number,
  directory: string,
  run: TransferRun,
): Promise<Manifest['items'][number] | null> {
  const { ports, row } = run;
  const collected = await ports.db.transaction().execute((tx) => collectItem(tx, row.org_id, itemId));
  if (!collected) return null;
  const title = String(collected.item.row.title);
  const folder = `items/${String(number).padStart(5, '0')}-${slugOf(title)}`;
  const files = row.with_media
    ? await addFiles(writer, folder, collected, directory, run)
    : { original: null, subtitles: null, poster: null };
  const json = (content: unknown) => `${JSON.stringify(content, null, 1)}\n`;
  writer.addText(`${folder}/item.json`, json({ ...collected.item, files }));
  writer.addText(`${folder}/transcripts.json`, json(collected.transcripts));
  if (collected.vtt !== null) writer.addText(`${folder}/transcript.vtt`, collected.vtt);
  if (collected.markdown !== null) writer.addText(`${folder}/text.md`, collected.markdown);
  return { id: itemId, title, folder };
}

/** A file that is not there (any more) does not keep the rest from being saved. */
async function addFiles(
  writer: ArchiveWriter,
  folder: string,
  { item, objects }: CollectedItem,
  directory: string,
  { ports, row, signal }: TransferRun,
): Promise<CollectedItem['item']['files']> {
  const files = { ...item.files };
  for (const kind of ['original', 'subtitles', 'poster'] as const) {
    const name = files[kind];
    const object = objects[kind];
    if (!name || !object) continue;
    // Each in a folder of its own: a store elsewhere downloads under the file's name.
    const scratch = await mkdtemp(join(directory, `${kind}-`));
    try {
      await writer.addFile(`${folder}/${name}`, await ports.media.openLocal(object, scratch, signal));
    } catch (error) {
      if (!isProblem(error, 'not-found')) throw error;
      ports.log({ event: 'export-without-file', orgId: row.org_id, itemId: item.id, file: kind });
      files[kind] = null;
    }
  }
  return files;
}

const slugOf = (title: string): string =>
  title
    .normalize('NFKD')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60)
    .toLowerCase() || 'item';
