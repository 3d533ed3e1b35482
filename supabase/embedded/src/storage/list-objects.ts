import { z } from 'zod';
import { asCaller, type StorageDatabase } from './as-caller.ts';
import type { Caller } from './caller.ts';
import { StorageError } from './storage-error.ts';

export const ListQuery = z.object({
  prefix: z.string().default(''),
  limit: z.number().int().min(1).default(100),
  offset: z.number().int().min(0).default(0),
  search: z.string().nullish(),
  exactMatch: z.boolean().nullish(),
  sortBy: z.object({ column: z.string().nullish(), order: z.string().nullish() }).nullish(),
});

export const ListV2Query = z.object({
  prefix: z.string().default(''),
  limit: z.number().int().min(1).default(1000),
  cursor: z.string().nullish(),
  with_delimiter: z.boolean().nullish(),
  exactMatch: z.boolean().nullish(),
  sortBy: z
    .object({ column: z.enum(['name', 'updated_at', 'created_at']), order: z.enum(['asc', 'desc']).nullish() })
    .nullish(),
});

/** Null everywhere but in `name` for a folder. */
interface ListedObject {
  name: string;
  id: string | null;
  version: string | null;
  updated_at: Date | null;
  created_at: Date | null;
  last_accessed_at: Date | null;
  metadata: Record<string, unknown> | null;
}

const SORT_COLUMNS: Record<string, string> = {
  name: 'name collate "C"',
  updated_at: 'updated_at',
  created_at: 'created_at',
  last_accessed_at: 'last_accessed_at',
};

/** One folder's entries: its folders, then its files, names relative to it. `search` is the beginning of a name, any case. */
export async function listObjects(
  database: StorageDatabase,
  caller: Caller,
  bucketId: string,
  query: z.infer<typeof ListQuery>,
): Promise<ListedObject[]> {
  const folder = query.prefix.normalize('NFC').replace(/\/+$/, '');
  const prefix = folder === '' ? '' : `${folder}/`;
  const depth = prefix === '' ? 1 : folder.split('/').length + 1;
  const column = SORT_COLUMNS[query.sortBy?.column ?? 'name'] ?? SORT_COLUMNS.name;
  const order = query.sortBy?.order?.toLowerCase() === 'desc' ? 'desc' : 'asc';
  const search = (query.search ?? '').normalize('NFC');

  return asCaller(database, caller, async (tx) => {
    const { rows } = await tx.query<ListedObject>(
      `with below as (
         select path_tokens[$3] as entry, array_length(path_tokens, 1) > $3 as is_folder, objects.*
         from storage.objects
         where bucket_id = $1 and starts_with(name, $2) and array_length(path_tokens, 1) >= $3
           and case when $5 then path_tokens[$3] = $4 else starts_with(lower(path_tokens[$3]), lower($4)) end
       ), entries as (
         select distinct on (entry) 0 as rank, entry as name, null::uuid as id, null::text as version,
           null::timestamptz as updated_at, null::timestamptz as created_at, null::timestamptz as last_accessed_at,
           null::jsonb as metadata
         from below where is_folder
         union all
         select 1, entry, id, version, updated_at, created_at, last_accessed_at, metadata from below where not is_folder
       )
       select name, id, version, updated_at, created_at, last_accessed_at, metadata from entries
       order by rank, ${column} ${order}, name collate "C" ${order} limit $6 offset $7`,
      [bucketId, prefix, depth, search, query.exactMatch ?? false, query.limit, query.offset],
    );
    return rows;
  });
}

interface ListedV2 {
  hasNext: boolean;
  folders: { name: string; key: string }[];
  objects: (ListedObject & { key: string })[];
  nextCursor?: string;
}

/** Where the next page begins: after the entry `name`, whose sort value (for times, exact to the microsecond) is `value`. */
const Cursor = z.object({ name: z.string(), value: z.string() });

/** Everything below a prefix, in pages of at most 1000; with a delimiter, what lies deeper is folded into folders. */
export async function listObjectsV2(
  database: StorageDatabase,
  caller: Caller,
  bucketId: string,
  query: z.infer<typeof ListV2Query>,
): Promise<ListedV2> {
  const prefix = query.prefix.normalize('NFC');
  const limit = Math.min(query.limit, 1000);
  const column = query.sortBy?.column ?? 'name';
  const descending = query.sortBy?.order === 'desc';
  const order = descending ? 'desc' : 'asc';
  const after = query.cursor ? readCursor(query.cursor) : null;

  // Folders have no times of their own: they sort by the newest time of what they hold.
  const value = column === 'name' ? `name` : `to_char(sort_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')`;
  const rows = await asCaller(database, caller, async (tx) => {
    const result = await tx.query<ListedObject & { is_folder: boolean; value: string }>(
      `with below as (
         select *, strpos(substr(name, length($2) + 1), '/') as slash, ${column === 'name' ? 'null::timestamptz' : column} as sort_time
         from storage.objects
         where bucket_id = $1 and case when $4 then name = $2 else starts_with(name, $2) end
       ), entries as (
         select false as is_folder, name, id, version, updated_at, created_at, last_accessed_at, metadata, sort_time
         from below where not ($3 and slash > 0)
         union all
         select true, left(name, length($2) + slash), null, null, null, null, null, null, max(sort_time)
         from below where $3 and slash > 0 group by left(name, length($2) + slash)
       ), keyed as (select *, ${value} as value from entries)
       select * from keyed
       where $5::text is null
         or (value collate "C", name collate "C") ${descending ? '<' : '>'} ($5::text collate "C", $6::text collate "C")
       order by value collate "C" ${order}, name collate "C" ${order} limit $7`,
      [
        bucketId,
        prefix,
        query.with_delimiter ?? false,
        query.exactMatch ?? false,
        after?.value ?? null,
        after?.name ?? '',
        limit + 1,
      ],
    );
    return result.rows;
  });

  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const hasNext = rows.length > limit;
  return {
    hasNext,
    folders: page.filter((row) => row.is_folder).map(({ name }) => ({ name, key: name.slice(0, -1) })),
    objects: page
      .filter((row) => !row.is_folder)
      .map(({ name, id, version, updated_at, created_at, last_accessed_at, metadata }) => {
        return { key: name, name, id, version, updated_at, created_at, last_accessed_at, metadata };
      }),
    ...(hasNext && last
      ? { nextCursor: Buffer.from(JSON.stringify({ name: last.name, value: last.value })).toString('base64url') }
      : {}),
  };
}

function readCursor(cursor: string): z.infer<typeof Cursor> {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) {
      throw new StorageError('InvalidRequest', 'The cursor is not one this server gave', { cause: error });
    }
    throw error;
  }
}
