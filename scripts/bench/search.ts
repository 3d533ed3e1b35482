/** How long a search takes over 10,000 chunks, asked as a signed-in member under row-level security, in embedded mode. */
import { indexItem, searchPassages } from '@nexus/shared/assistant';
import { benchContext, insertTextItem } from './bench-context.ts';
import { type Figure, percentile } from './figure.ts';
import { syntheticLanguage } from './synthetic-language.ts';

const CHUNKS = 10_000;
const PARAGRAPHS_PER_ITEM = 50;
const WARM_UP = 20;
const QUESTIONS = 200;

export async function measureSearch(): Promise<Figure[]> {
  await using bench = await benchContext();
  const language = syntheticLanguage(7);
  let count = 0;
  while (count < CHUNKS) {
    const itemId = await insertTextItem(bench.ctx, {
      title: language.sentence(4),
      language: 'en',
      // Just below the size of a chunk, so that most become one.
      paragraphs: Array.from({ length: PARAGRAPHS_PER_ITEM }, () => language.paragraph(1_150)),
    });
    count += (await indexItem(bench.ctx, { itemId })).chunkCount;
  }

  const times: number[] = [];
  for (let index = 0; index < WARM_UP + QUESTIONS; index++) {
    const query = language.question();
    const started = performance.now();
    await searchPassages(bench.member, { query });
    if (index >= WARM_UP) times.push(performance.now() - started);
  }
  const note = `${count} synthetic chunks of about 1,150 characters, questions of 3 to 10 words, as a member under RLS, PGlite`;
  return [0.5, 0.95].map((share) => ({
    name: `search-p${share * 100}`,
    value: Number(percentile(times, share).toFixed(1)),
    unit: 'ms',
    n: times.length,
    note,
  }));
}

if (import.meta.main) for (const figure of await measureSearch()) console.log(JSON.stringify(figure));
