import { z } from 'zod';
import { fromBase64Url, toBase64Url } from './bytes.ts';
import { NexusError } from './errors.ts';

/** Where the next page of a list begins: the sort key of the last row shown. Opaque to clients; not a secret. */
export function encodeCursor(position: readonly (string | number | boolean | null)[]): string {
  return toBase64Url(new TextEncoder().encode(JSON.stringify(position)));
}

/** Throws `invalid-input` for what `encodeCursor` did not make. */
export function decodeCursor<Position>(cursor: string, schema: z.ZodType<Position>): Position {
  const parsed = schema.safeParse(readJson(cursor));
  if (parsed.success) return parsed.data;
  const detail = 'This cursor is not from this list. Start again without one.';
  throw new NexusError('invalid-input', detail, { fields: { cursor: [detail] } });
}

/** Undefined fits no schema of a position. */
function readJson(cursor: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(fromBase64Url(cursor)));
  } catch (error) {
    // Not base64, not UTF-8 or not JSON.
    if (error instanceof DOMException || error instanceof TypeError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What every list accepts in its query. */
export const PageQuery = z.object({
  cursor: z.string().max(1000).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type PageQuery = z.infer<typeof PageQuery>;

/** Splits what a query for `limit + 1` rows gave into the page and the cursor of the next one. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  positionOf: (row: Row) => readonly (string | number | boolean | null)[],
): { rows: Row[]; nextCursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(positionOf(last)) : null };
}
