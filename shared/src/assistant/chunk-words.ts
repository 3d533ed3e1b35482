import { sql } from 'kysely';
import type { Tx } from '../platform/index.ts';

/** What a chunk says, as ranking counts it. */
export interface ChunkWords {
  readonly number: number;
  /** A tsvector as Postgres writes it: `'it''s':3,17 'said':2`. */
  readonly lexemes: string;
  /** In lexemes. */
  readonly length: number;
}

/** The words of chunks. As text, looked through here: unnested in SQL they take several times as long. */
export async function readChunkWords(tx: Tx, chunks: readonly { readonly number: number }[]): Promise<ChunkWords[]> {
  const { rows } = await sql<ChunkWords>`
    select number, ' ' || lexemes::text as lexemes, lexeme_count as length from chunks
    where number = any(${chunks.map(({ number }) => number)}::integer[])
  `.execute(tx);
  return rows;
}

/** How a lexeme begins its entry. Inside another one its quote would be doubled, so nothing else looks like it. */
export const entryOf = (lexeme: string): string => ` '${lexeme.replaceAll(/['\\]/g, '$&$&')}'`;

/** How often a lexeme, given as its entry, stands in a chunk. */
export function frequencyOf(entry: string, { lexemes }: ChunkWords): number {
  const at = lexemes.indexOf(entry);
  return at < 0 ? 0 : countPositions(lexemes, at + entry.length);
}

/** Every lexeme of a chunk with how often it stands there. */
export function frequenciesIn({ lexemes }: ChunkWords): Map<string, number> {
  const frequencies = new Map<string, number>();
  for (const { 0: entry, 1: quoted = '', index } of lexemes.matchAll(/ '((?:[^'\\]|''|\\\\)*)'/g)) {
    frequencies.set(quoted.replaceAll(/(['\\])\1/g, '$1'), countPositions(lexemes, index + entry.length));
  }
  return frequencies;
}

const COMMA = 44;
const SPACE = 32;

/** Positions are numbers with commas between, up to the next entry; a stripped vector has none. */
function countPositions(lexemes: string, from: number): number {
  let count = 1;
  for (let at = from; at < lexemes.length; at++) {
    const code = lexemes.charCodeAt(at);
    if (code === SPACE) break;
    if (code === COMMA) count++;
  }
  return count;
}
