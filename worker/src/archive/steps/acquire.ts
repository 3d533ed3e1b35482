import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ItemKind, itemPrefix } from '@nexus/shared/archive';
import { NexusError } from '@nexus/shared/platform';
import { z } from 'zod';
import { findEqualFile } from '../duplicates/find-equal-file.ts';
import { detectKind } from '../kinds.ts';
import { type BroughtLink, bringLink } from '../links/bring-link.ts';
import { writeLinkFacts } from '../links/link-facts.ts';
import { renameUnlessGiven } from '../rename-unless-given.ts';
import type { Step, StepIo, StepItem } from '../step.ts';

/** What `acquire` leaves for the other steps. */
export const Acquired = z.object({
  path: z.string(),
  /** `media` until ffprobe has looked whether it holds pictures. */
  kind: z.enum(['media', ...ItemKind.options]),
  mimeType: z.string(),
  encoding: z.string().optional(),
  /** The picture its page shows for it. */
  posterPath: z.string().optional(),
});
export type Acquired = z.infer<typeof Acquired>;

interface Brought {
  localPath: string;
  objectPath: string;
  name: string;
  /** Of a link: what it brings besides its file. */
  link?: BroughtLink;
}

/** Brings the original into the store, whatever it comes from, and tells what it is by its content. */
export const acquire: Step = {
  name: 'acquire',
  stallSeconds: 300,

  inputs: ({ row }) => [row.source, row.source_url, row.original_path, row.id],

  async run(item, io) {
    const brought = await bring(item, io);
    const { size } = await stat(brought.localPath);
    if (size === 0) throw new NexusError('unreadable-media', 'The file is empty. Nothing can be made of it.');
    const sha256 = await hashFile(brought.localPath, io);
    const kind = await detectKind(brought.localPath, brought.name);
    if (brought.objectPath !== item.row.original_path)
      await io.ports.media.put(brought.objectPath, brought.localPath, kind.mimeType);

    const output: Acquired = {
      path: brought.objectPath,
      kind: kind.kind,
      mimeType: kind.mimeType,
      encoding: kind.encoding,
      ...(brought.link?.posterPath && { posterPath: brought.link.posterPath }),
    };
    return {
      outcome: 'done',
      output,
      async apply(tx) {
        await tx
          .updateTable('items')
          .set({
            original_path: brought.objectPath,
            original_name: item.row.original_name ?? brought.name,
            size_bytes: size,
            sha256,
            mime_type: kind.mimeType,
            // Whether a container holds sound or pictures is for ffprobe to say.
            ...(kind.kind !== 'media' && { kind: kind.kind }),
          })
          .where('id', '=', item.row.id)
          .execute();
        if (brought.link?.facts) await writeLinkFacts(tx, item.row, brought.link.facts);
        else if (brought.link) await renameUnlessGiven(tx, item.row.id, titleOf(brought.name));
        await tx.deleteFrom('item_texts').where('item_id', '=', item.row.id).execute();
        return findEqualFile(tx, item.row, sha256);
      },
    };
  },
};

async function bring(item: StepItem, io: StepIo): Promise<Brought> {
  const { row } = item;
  if (row.source === 'file' || row.original_path) {
    if (!row.original_path)
      throw new NexusError('not-found', 'The uploaded file is not there (any more). Upload it again.');
    const localPath = await io.ports.media.openLocal(row.original_path, io.directory, io.signal);
    return { localPath, objectPath: row.original_path, name: row.original_name ?? 'file' };
  }
  if (row.source === 'url') {
    const link = await bringLink(item, io);
    return { ...link, link };
  }

  const text = await io.ports.db
    .transaction()
    .execute((tx) => tx.selectFrom('item_texts').select('text').where('item_id', '=', row.id).executeTakeFirst());
  if (!text) throw new NexusError('not-found', 'The text is not there (any more). Add it again.');
  const localPath = join(io.directory, 'given.txt');
  await Bun.write(localPath, text.text);
  return {
    localPath,
    name: row.original_name ?? 'text.md',
    objectPath: `${itemPrefix(row.org_id, row.id)}original/text.txt`,
  };
}

/** Streams the file once; 5 GB take about 10 s, so it says how far it is. */
async function hashFile(path: string, io: StepIo): Promise<string> {
  const hasher = new Bun.CryptoHasher('sha256');
  const file = Bun.file(path);
  let read = 0;
  for await (const chunk of file.stream()) {
    io.signal.throwIfAborted();
    hasher.update(chunk);
    read += chunk.byteLength;
    io.progress(0.9 + (0.1 * read) / Math.max(1, file.size));
  }
  return hasher.digest('hex');
}

const titleOf = (name: string): string => name.replace(/\.[a-z0-9]{1,5}$/i, '') || name;
