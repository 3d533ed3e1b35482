import { itemPrefix, safeName } from '@nexus/shared/archive';
import { isProblem, NexusError, type Tx } from '@nexus/shared/platform';
import { connectionsOf } from '../../platform/connections.ts';
import type { ArchivedItem, ArchivedTranscripts } from './archive-format.ts';
import { beginEntries, type EntryWanted, failEntry, settleEntry } from './entries.ts';
import { restoreItem } from './restore-item.ts';
import type { TransferRun } from './run-transfer.ts';

export interface Incoming {
  item: ArchivedItem;
  transcripts: ArchivedTranscripts;
  idHere(archivedId: string): string | undefined;
  /** Makes one of its files on this machine; null when it has none. */
  file(kind: 'original' | 'subtitles' | 'poster'): Promise<{ name: string; local: string } | null>;
  /** What else belongs to it, in the same transaction. */
  after?(tx: Tx, idHere: (archivedId: string) => string | undefined): Promise<void>;
}

export interface Wanted extends EntryWanted {
  read(itemId: string): Promise<Incoming>;
}

/** Items of one transaction: each costs a database of one session as much as ten statements do. */
const BATCH = 10;
const MIME_TYPES = { subtitles: 'text/vtt', poster: 'image/jpeg' } as const;

/**
 * Brings items in, unless an earlier attempt has, or they are here already. `onHere` hears the id of each that is. Their files are
 * stored first, under ids that are written down before, so that an attempt after a crash writes over them.
 */
export async function bringIn(
  run: TransferRun,
  wanted: readonly Wanted[],
  onHere: (key: string, itemId: string) => void,
): Promise<void> {
  const embedders = await connectionsOf(run.ports, run.row.org_id, 'embedder');
  for (let from = 0; from < wanted.length; from += BATCH) {
    run.signal.throwIfAborted();
    const batch = wanted.slice(from, from + BATCH);
    const ids = await beginEntries(run, batch, onHere);
    const arrived: Arrived[] = [];
    for (const one of batch) {
      const itemId = ids.get(one.key);
      const incoming = itemId && (await arrive(run, one, itemId, onHere));
      if (incoming) arrived.push(incoming);
    }
    await settleTogether(run, arrived, embedders.length === 0, onHere);
    await run.write({ finished: from + batch.length });
  }
}

interface Arrived {
  wanted: Wanted;
  itemId: string;
  incoming: Incoming;
  objects: Record<keyof ArchivedItem['files'], string | null>;
}

/** Reads one and stores its files. Null when it is here already, or cannot be read. */
async function arrive(
  run: TransferRun,
  wanted: Wanted,
  itemId: string,
  onHere: (key: string, itemId: string) => void,
): Promise<Arrived | null> {
  try {
    const incoming = await wanted.read(itemId);
    const known = await run.ports.db.transaction().execute((tx) => findHere(tx, run.row.org_id, incoming.item));
    if (known) {
      await run.ports.db
        .transaction()
        .execute((tx) => settleEntry(tx, run, wanted.key, { state: 'here', item_id: known }));
      onHere(wanted.key, known);
      return null;
    }
    return { wanted, itemId, incoming, objects: await storeFiles(run, itemId, incoming) };
  } catch (error) {
    await blame(run, wanted, error);
    return null;
  }
}

/** All in one transaction; when something is wrong with one of them, each in its own. */
async function settleTogether(
  run: TransferRun,
  arrived: readonly Arrived[],
  indexesHere: boolean,
  onHere: (key: string, itemId: string) => void,
): Promise<void> {
  if (arrived.length === 0) return;
  try {
    await run.ports.db.transaction().execute(async (tx) => {
      for (const one of arrived) await restore(tx, run, one, indexesHere, onHere);
    });
  } catch (error) {
    if (arrived.length === 1) return blame(run, arrived[0]!.wanted, error);
    if (!problemOf(error)) throw error;
    for (const one of arrived) await settleTogether(run, [one], indexesHere, onHere);
  }
}

async function restore(
  tx: Tx,
  run: TransferRun,
  { wanted, itemId, incoming, objects }: Arrived,
  indexesHere: boolean,
  onHere: (key: string, itemId: string) => void,
): Promise<void> {
  const { org_id: orgId, created_by: userId } = run.row;
  const { item, transcripts, idHere } = incoming;
  const restoration = { orgId, itemId, userId, item, transcripts, objects, indexesHere, idHere };
  await restoreItem(tx, restoration, run.ports);
  // Later items of the same transaction may refer to it.
  onHere(wanted.key, itemId);
  await incoming.after?.(tx, idHere);
  await settleEntry(tx, run, wanted.key, { state: 'done', item_id: itemId });
}

/** What is wrong with the entry alone is written in the report; anything else ends the attempt. */
async function blame(run: TransferRun, { key, title }: Wanted, error: unknown): Promise<void> {
  const problem = problemOf(error);
  if (!problem || problem.code === 'no-space' || problem.code === 'canceled') throw error;
  await failEntry(run, { key, title, detail: problem.detail });
}

/** The same item, the same link or the same file. What failed or was canceled here does not stand in the way of a whole one. */
async function findHere(tx: Tx, orgId: string, { id, row, status }: ArchivedItem): Promise<string | null> {
  const [linkKey, sha256] = [row.link_key, status === 'duplicate' ? null : row.sha256].map((value) =>
    typeof value === 'string' ? value : null,
  );
  const found = await tx
    .selectFrom('items')
    .select('id')
    .where('org_id', '=', orgId)
    .where((eb) =>
      eb.or([
        eb('id', '=', id),
        ...(linkKey ? [eb('link_key', '=', linkKey)] : []),
        ...(sha256 ? [eb.and([eb('sha256', '=', sha256), eb('status', 'not in', ['failed', 'canceled'])])] : []),
      ]),
    )
    .executeTakeFirst();
  return found?.id ?? null;
}

async function storeFiles(
  { ports, row }: TransferRun,
  itemId: string,
  incoming: Incoming,
): Promise<Arrived['objects']> {
  const objects: Arrived['objects'] = { original: null, subtitles: null, poster: null };
  for (const kind of ['original', 'subtitles', 'poster'] as const) {
    const file = await incoming.file(kind);
    if (!file) continue;
    const path = `${itemPrefix(row.org_id, itemId)}${kind}/${safeName(file.name)}`;
    const original = String(incoming.item.row.mime_type ?? 'application/octet-stream');
    await ports.media.put(path, file.local, kind === 'original' ? original : MIME_TYPES[kind]);
    objects[kind] = path;
  }
  return objects;
}

/** Classes 22 and 23 of SQLSTATE: values that no column takes, and rows that contradict each other. */
function problemOf(error: unknown): NexusError | null {
  if (isProblem(error)) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!/^2[23]...$/.test(code)) return null;
  return new NexusError('unreadable-media', 'What the export says of it contradicts itself. Nothing of it was kept.', {
    cause: error,
  });
}
