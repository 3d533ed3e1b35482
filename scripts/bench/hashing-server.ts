/** An embedder for measuring: it hashes words into 768 numbers and knows nothing of meaning. */
import { stem, words } from '../../shared/src/assistant/offline/words.ts';

const DIMENSIONS = 768;

interface EmbeddingsRequest {
  model: string;
  input: string[];
}

/** An OpenAI-compatible server of feature-hashed vectors on 127.0.0.1. */
export function hashingServer(): { readonly baseUrl: string } & Disposable {
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const { model, input } = (await request.json()) as EmbeddingsRequest;
      const data = input.map((text, index) => ({ object: 'embedding', index, embedding: hashedVector(text) }));
      return Response.json({ object: 'list', data, model, usage: { prompt_tokens: input.length } });
    },
  });
  return { baseUrl: `${server.url.origin}/v1`, [Symbol.dispose]: () => void server.stop(true) };
}

/** Each stem adds or takes one in a place that its hash names (Weinberger et al. 2009); often-said ones count less and less. */
function hashedVector(text: string): number[] {
  const counts = new Map<string, number>();
  for (const word of words(text)) counts.set(stem(word), (counts.get(stem(word)) ?? 0) + 1);
  const vector: number[] = Array.from({ length: DIMENSIONS }, () => 0);
  for (const [key, count] of counts) {
    const hash: bigint = Bun.hash.wyhash(key);
    const place = Number(hash % BigInt(DIMENSIONS));
    const sign = hash >> 63n === 0n ? -1 : 1;
    vector[place] = vector[place]! + sign * Math.log1p(count) * Math.min(8, key.length);
  }
  // A text without words points somewhere, too.
  if (!vector.some(Boolean)) vector[0] = 1;
  return vector;
}
