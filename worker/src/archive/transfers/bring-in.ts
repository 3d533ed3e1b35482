import { itemPrefix, safeName } from '@nexus/shared/archive';
import { isProblem, NexusError, type Tx } from '@nexus/shared/platform';
import { sql } from 'kysely';
import type { ArchivedItem, ArchivedTranscripts } from './archive-format.ts';
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

interface Wanted {
  /** What the file calls it. */
  key: string;
  title: string;
  /** The id it had: kept where it is free, so that old links and citations lead to it. */
  wantedId: string | null;
  /** Items before it in the file. */
  index: number;
}

/** Items between two signs of life on the row. */
const EVERY = 20;
const MIME_TYPES = { subtitles: 'text/vtt', poster: 'image/jpeg' } as const;

/**
 * Brings one item in, unless an earlier attempt has, or it is here already. Its files are stored first, under an id that is written
 * down before, so that an attempt after a crash writes over them. Answers its id here; null when it could not be brought in.
 */
export async function bringIn(
  run: TransferRun,
  wanted: Wanted,
  read: (itemId: string) => Promise<Incoming>,
): Promise<string | null> {
  run.signal.throwIfAborted();
  const entry = await begin(run, wanted);
  if (wanted.index % EVERY === 0) await run.write({ finished: wanted.index });
  if (entry.state === 'failed') return null;
  if (entry.state !== 'begun') return entry.item_id;
  try {
    const incoming = await read(entry.item_id);
    const known = await run.ports.db.transaction().execute((tx) => findHere(tx, run.row.org_id, incoming.item));
    if (known) {
      await settle(run, wanted.key, { state: 'here', item_id: known });
      return known;
    }
    await store(run, wanted.key, entry.item_id, incoming);
    return entry.item_id;
  } catch (error) {
    const problem = problemOf(error);
    if (!problem || problem.code === 'no-space' || problem.code === 'canceled') throw error;
    await markFailed(run, { key: wanted.key, title: wanted.title, detail: problem.detail });
    return null;
  }
}

/** An entry that cannot be brought in, with the reason for its user. */
export async function markFailed(
  run: TransferRun,
  { key, title, detail }: { key: string; title: string; detail: string },
): Promise<void> {
  const problem = JSON.stringify({ code: 'unreadable-media', detail });
  await run.ports.db.transaction().execute((tx) =>
    tx
      .insertInto('transfer_entries')
      .values({
        transfer_id: run.row.id,
        org_id: run.row.org_id,
        key,
        title,
        item_id: crypto.randomUUID(),
        state: 'failed',
        problem,
      })
      .onConflict((conflict) => conflict.columns(['transfer_id', 'key']).doUpdateSet({ state: 'failed', problem }))
      .execute(),
  );
}

async function begin({ ports, row }: TransferRun, { key, title, wantedId }: Wanted) {
  return ports.db.transaction().execute(async (tx) => {
    const taken =
      wantedId !== null &&
      (await tx.selectFrom('items').select('org_id').where('id', '=', wantedId).executeTakeFirst());
    // Another organisation's item may have the id; one of this organisation is found as being here.
    const itemId = wantedId !== null && (!taken || taken.org_id === row.org_id) ? wantedId : crypto.randomUUID();
    await tx
      .insertInto('transfer_entries')
      .values({ transfer_id: row.id, org_id: row.org_id, key, title, item_id: itemId })
      .onConflict((conflict) => conflict.columns(['transfer_id', 'key']).doNothing())
      .execute();
    return tx
      .selectFrom('transfer_entries')
      .select(['state', 'item_id'])
      .where('transfer_id', '=', row.id)
      .where('key', '=', key)
      .executeTakeFirstOrThrow();
  });
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

async function store(run: TransferRun, key: string, itemId: string, incoming: Incoming): Promise<void> {
  const { ports, row } = run;
  const { item, transcripts, idHere } = incoming;
  const objects = { original: null, subtitles: null, poster: null } as Record<
    keyof ArchivedItem['files'],
    string | null
  >;
  for (const kind of ['original', 'subtitles', 'poster'] as const) {
    const file = await incoming.file(kind);
    if (!file) continue;
    const path = `${itemPrefix(row.org_id, itemId)}${kind}/${safeName(file.name)}`;
    const type = kind === 'original' ? String(item.row.mime_type ?? 'application/octet-stream') : MIME_TYPES[kind];
    await ports.media.put(path, file.local, type);
    objects[kind] = path;
  }
  await ports.db.transaction().execute(async (tx) => {
    await restoreItem(
      tx,
      { orgId: row.org_id, itemId, userId: row.created_by, item, transcripts, objects, idHere },
      ports,
    );
    await incoming.after?.(tx, idHere);
    await settleIn(tx, run, key, { state: 'done', item_id: itemId });
  });
}

const settle = (run: TransferRun, key: string, values: { state: 'done' | 'here'; item_id: string }) =>
  run.ports.db.transaction().execute((tx) => settleIn(tx, run, key, values));

/** Fails when the import was canceled: its entries are gone with it. */
async function settleIn(
  tx: Tx,
  { row }: TransferRun,
  key: string,
  values: { state: 'done' | 'here'; item_id: string },
): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('transfer_entries')
    .set(values)
    .where('transfer_id', '=', row.id)
    .where('key', '=', key)
    .where(sql<boolean>`exists (select from transfers t where t.id = transfer_id and t.attempt = ${row.attempt})`)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new NexusError('canceled', 'It was canceled.');
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
