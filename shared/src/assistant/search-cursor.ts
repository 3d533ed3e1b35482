import { NexusError } from '../platform/index.ts';
import type { SearchRequest } from './contracts.ts';

/** How far into a ranking the next page begins. Bound to its question, so that it cannot be used with another. */
export async function encodeCursor(request: SearchRequest, offset: number): Promise<string> {
  return `${offset}.${await fingerprint(request)}`;
}

/** 0 without a cursor. `invalid-input` when it was made for another question. */
export async function decodeCursor(request: SearchRequest): Promise<number> {
  if (request.cursor === undefined) return 0;
  const [offset = '', hash] = request.cursor.split('.');
  if (/^\d{1,4}$/.test(offset) && hash === (await fingerprint(request))) return Number(offset);
  throw new NexusError('invalid-input', 'This cursor belongs to another question. Start again without it.', {
    fields: { cursor: ['Unknown cursor'] },
  });
}

async function fingerprint({ limit: _limit, cursor: _cursor, ...asked }: SearchRequest): Promise<string> {
  const parts = Object.entries(asked)
    .map(([name, value]) => [name, Array.isArray(value) ? value.toSorted() : value])
    .sort(([a], [b]) => String(a).localeCompare(String(b)));
  const bytes = new TextEncoder().encode(JSON.stringify(parts));
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest.slice(0, 6)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
