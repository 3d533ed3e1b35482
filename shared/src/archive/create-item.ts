import { type Context, isProblem, NexusError, requireScope, type Tx } from '../platform/index.ts';
import { claimUploads, sizeOfUpload } from './claim-upload.ts';
import { type NewItem, STEP_NAMES } from './contracts.ts';
import { presentItem, readItem } from './item-rows.ts';
import { removeFiles, STEP_JOBS } from './jobs.ts';
import type { AddedItem } from './link-contracts.ts';
import { linkKey } from './link-key.ts';
import { requireRoom } from './require-room.ts';
import { reuseLink } from './reuse-link.ts';
import { cutText, oneLine } from './storable-text.ts';

/**
 * Stores an item with its steps and queues the first. The same link twice is the same item: what is there is returned. Called
 * by the API, the CLI through it, and by sources.
 */
export async function createItem(ctx: Context, input: NewItem): Promise<AddedItem> {
  requireScope(ctx.actor, 'archive:write');
  const sizeBytes = await sizeOfSource(ctx, input);
  const key = input.source === 'url' ? await linkKey(input.url) : null;

  const work = ctx.db.transaction().execute(async (tx) => {
    const known = key === null ? undefined : await reuseLink(ctx, tx, key);
    if (known) return { alreadyHere: true, ...(await readItem(tx, known.id)) };
    await claimUploads(tx, uploadsOf(input));
    await requireRoom(tx, ctx.orgId, sizeBytes ?? 0);
    const itemId = crypto.randomUUID();
    const inserted = await tx
      .insertInto('items')
      .values({
        id: itemId,
        org_id: ctx.orgId,
        link_key: key,
        source: input.source,
        source_url: input.source === 'url' ? input.url : null,
        original_name: originalName(input),
        original_path: input.source === 'file' ? input.path : null,
        subtitle_path: input.source === 'file' ? (input.subtitlePath ?? null) : null,
        title: input.title ?? provisionalTitle(input),
        title_given: input.title !== undefined,
        language_given: input.language ?? null,
        size_bytes: sizeBytes,
        created_by: ctx.actor.userId,
      })
      // Waits for another request that adds the same link at this moment.
      .onConflict((conflict) => conflict.columns(['org_id', 'link_key']).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!inserted && key !== null) return { alreadyHere: true, ...(await readItem(tx, await added(ctx, tx, key))) };
    if (input.source === 'text') await keepText(tx, ctx.orgId, itemId, input.text);
    await insertSteps(tx, ctx.orgId, itemId);
    await ctx.queue.send(STEP_JOBS.acquire, { orgId: ctx.orgId, itemId }, { tx });
    return { alreadyHere: false, ...(await readItem(tx, itemId)) };
  });
  const record = await work.catch(async (error: unknown) => {
    if (isProblem(error, 'quota-exceeded')) await dropUploads(ctx, uploadsOf(input));
    throw error;
  });
  return { ...(await presentItem(record, ctx.storage)), alreadyHere: record.alreadyHere };
}

/** What the other request has added. */
async function added(ctx: Context, tx: Tx, key: string): Promise<string> {
  const item = await reuseLink(ctx, tx, key);
  if (!item) throw new NexusError('conflict', 'This link was added and removed at the same moment. Add it again.');
  return item.id;
}

export async function insertSteps(tx: Tx, orgId: string, itemId: string): Promise<void> {
  await tx
    .insertInto('item_steps')
    .values(STEP_NAMES.map((name, position) => ({ org_id: orgId, item_id: itemId, name, position })))
    .execute();
}

async function sizeOfSource(ctx: Context, input: NewItem): Promise<number | null> {
  if (input.source === 'text') return new TextEncoder().encode(input.text).byteLength;
  if (input.source === 'url') return null;
  if (input.subtitlePath !== undefined) await sizeOfUpload(ctx, input.subtitlePath, 'subtitlePath');
  return sizeOfUpload(ctx, input.path);
}

/** A file that does not fit goes at once, or it would stand in the way of a smaller one until it is pruned. */
async function dropUploads(ctx: Context, paths: readonly string[]): Promise<void> {
  await ctx.db.transaction().execute(async (tx) => {
    for (const path of paths) {
      const prefix = path.slice(0, path.lastIndexOf('/') + 1);
      await ctx.queue.send(removeFiles, { orgId: ctx.orgId, prefix }, { tx });
    }
  });
}

const uploadsOf = (input: NewItem): string[] =>
  input.source === 'file' ? [input.path, input.subtitlePath].filter((path) => path !== undefined) : [];

/** Text given directly waits in the first step's output, so that it is stored as a file by the worker like any other source. */
async function keepText(tx: Tx, orgId: string, itemId: string, text: string): Promise<void> {
  await tx.insertInto('item_texts').values({ item_id: itemId, org_id: orgId, text }).execute();
}

function originalName(input: NewItem): string | null {
  if (input.source === 'url') return null;
  const name = oneLine(input.name?.split(/[/\\]/).at(-1) ?? '');
  return name ? cutText(name, 500) : null;
}

/** Until something better is found. File names that write spaces as dashes are read as people mean them. */
function provisionalTitle(input: NewItem): string {
  if (input.source === 'url') return cutText(input.url, 500);
  const name = originalName(input)?.replace(/\.[a-z0-9]{1,5}$/i, '');
  if (name) return name.includes(' ') ? name : oneLine(name.replaceAll(/[-_]+/g, ' ')) || name;
  const firstLine =
    input.source === 'text'
      ? input.text
          .trim()
          .split('\n')[0]
          ?.replace(/^#+\s*/, '')
      : undefined;
  return cutText(oneLine(firstLine ?? ''), 120) || 'Untitled';
}
