/** Items and chunks as rows of COPY, with what indexing would leave behind: written once, read by every database measured. */
import { chmod, open } from 'node:fs/promises';
import type { DB } from '@nexus/shared/platform';
import { type Kysely, sql } from 'kysely';
import type { SyntheticLanguage } from './synthetic-language.ts';

export const CHUNKS_PER_ITEM = 50;
const CHARACTERS = 1_150;
export const BENCH_ORG = '00000000-0000-4000-9000-000000000000';

export interface ChunkFixture {
  readonly items: number;
  readonly chunks: number;
}

/** Files named as their tables. `stemmer` is any database: the lexemes are what its `english` makes of every word. */
export async function writeFixture(
  folder: string,
  language: SyntheticLanguage,
  chunks: number,
  stemmer: Kysely<DB>,
): Promise<ChunkFixture> {
  // A native server reads them as a user of its own.
  await chmod(folder, 0o755);
  await using chunkRows = await open(`${folder}/chunks`, 'w');
  await using lexemeRows = await open(`${folder}/chunk_lexemes`, 'w');
  const items = Math.ceil(chunks / CHUNKS_PER_ITEM);
  const stems = new Map<string, string | null>();
  for (let item = 0; item < items; item++) {
    const topic = language.topic();
    const texts = Array.from({ length: CHUNKS_PER_ITEM }, () => language.paragraph(CHARACTERS, topic));
    const words = texts.map((text) => text.toLowerCase().replaceAll('.', '').split(' '));
    await stemNew(words.flat(), stems, stemmer);
    const rows = rowsOf(item, texts, words, stems);
    await chunkRows.write(rows.chunks);
    await lexemeRows.write(rows.lexemes);
  }
  return { items, chunks: items * CHUNKS_PER_ITEM };
}

const itemId = (item: number): string => `00000000-0000-4000-8000-${item.toString(16).padStart(12, '0')}`;

async function stemNew(words: readonly string[], stems: Map<string, string | null>, stemmer: Kysely<DB>) {
  const unknown = [...new Set(words)].filter((word) => !stems.has(word));
  if (unknown.length === 0) return;
  const { rows } = await sql<{ word: string; stem: string | null }>`
    select word, (tsvector_to_array(to_tsvector('english', word)))[1] as stem from unnest(${unknown}::text[]) word
  `.execute(stemmer);
  for (const { word, stem } of rows) stems.set(word, stem);
}

/** Three speakers an item, of thirty. */
function rowsOf(
  item: number,
  texts: readonly string[],
  words: readonly (readonly string[])[],
  stems: ReadonlyMap<string, string | null>,
) {
  const id = itemId(item);
  const postings = new Map<string, { numbers: string; frequencies: string; lengths: string }>();
  let chunks = '';
  for (const [position, text] of texts.entries()) {
    const number = item * CHUNKS_PER_ITEM + position + 1;
    const { found, length } = lexemesOf(words[position]!, stems);
    let vector = '';
    for (const [lexeme, { positions, frequency }] of found) {
      vector += `'${lexeme}':${positions} `;
      const entry = postings.get(lexeme);
      if (entry) {
        entry.numbers += `,${number}`;
        entry.frequencies += `,${frequency}`;
        entry.lengths += `,${length}`;
      } else postings.set(lexeme, { numbers: `${number}`, frequencies: `${frequency}`, lengths: `${length}` });
    }
    const speaker = `Person ${(item + (position % 3) * 7) % 30}`;
    chunks += `${number}\t${BENCH_ORG}\t${id}\t${position}\t${text}\t${number}\tenglish\t${vector}\t${length}\t${speaker}\t{0}\t{0}\n`;
  }
  let lexemes = '';
  for (const [lexeme, { numbers, frequencies, lengths }] of postings) {
    lexemes += `${BENCH_ORG}\t${lexeme}\t${id}\t{${numbers}}\t{${frequencies}}\t{${lengths}}\n`;
  }
  return { chunks, lexemes };
}

function lexemesOf(words: readonly string[], stems: ReadonlyMap<string, string | null>) {
  const found = new Map<string, { positions: string; frequency: number }>();
  let length = 0;
  for (let index = 0; index < words.length; index++) {
    const lexeme = stems.get(words[index]!);
    if (!lexeme) continue;
    length++;
    const entry = found.get(lexeme);
    if (entry) {
      entry.positions += `,${index + 1}`;
      entry.frequency++;
    } else found.set(lexeme, { positions: `${index + 1}`, frequency: 1 });
  }
  return { found, length };
}
