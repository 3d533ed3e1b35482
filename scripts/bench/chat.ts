/** How long after the model's own time the first words of an answer come: searching 2,000 chunks, reading, checking, storing. */
import { askChat, indexItem, openChatModels } from '@nexus/shared/assistant';
import type { Context } from '@nexus/shared/platform';
import { benchContext, insertTextItem } from './bench-context.ts';
import { type Figure, percentile } from './figure.ts';
import { figure } from './part.ts';
import { syntheticLanguage } from './synthetic-language.ts';

const CHUNKS = 2_000;
const PARAGRAPHS_PER_ITEM = 50;
const WARM_UP = 3;
const QUESTIONS = 40;
/** What the loopback model takes for each of its two answers. */
const THINKING_MS = 20;

export async function measureChat(): Promise<Figure[]> {
  await using bench = await benchContext();
  using server = thinkingModel();
  const language = syntheticLanguage(11);
  for (let count = 0; count < CHUNKS;) {
    const paragraphs = Array.from({ length: PARAGRAPHS_PER_ITEM }, () => language.paragraph(1_150));
    const itemId = await insertTextItem(bench.ctx, { title: language.sentence(4), language: 'en', paragraphs });
    count += (await indexItem(bench.ctx, { itemId })).chunkCount;
  }
  // Asking needs neither queue, storage nor vault.
  const ctx = { ...bench.member, now: () => new Date() } as Context;
  const settings = { model: 'loopback', baseUrl: `${server.url}/v1` };
  const connection = { id: null, adapter: 'openai-compatible', label: 'Loopback', settings, credentials: {} };
  const { models } = openChatModels([connection]);

  const beyond: number[] = [];
  for (let index = 0; index < WARM_UP + QUESTIONS; index += 1) {
    const question = language.question();
    server.plan(question);
    const started = performance.now();
    const events = askChat(ctx, { question }, { models, embedder: null });
    for await (const event of events) {
      if (event.type !== 'text') continue;
      if (index >= WARM_UP) beyond.push(performance.now() - started - server.tookMs());
      break;
    }
  }
  const note = `${CHUNKS} synthetic chunks, searches planned by the model, PGlite; a loopback model that takes ${THINKING_MS} ms twice`;
  return [0.5, 0.95].map((share) =>
    figure(`chat-first-token-p${share * 100}`, percentile(beyond, share), 'ms', beyond.length, note),
  );
}

/** A server that thinks as long as it says, first of searches and then of words, and knows how long it took. */
function thinkingModel() {
  let question = '';
  let tookMs = 0;
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const began = performance.now();
      const { stream = false } = (await request.json()) as { stream?: boolean };
      await Bun.sleep(THINKING_MS);
      tookMs += performance.now() - began;
      return stream ? wordsOf() : Response.json(planOf(question));
    },
  });
  return {
    url: server.url.origin,
    plan(next: string) {
      question = next;
      tookMs = 0;
    },
    tookMs: () => tookMs,
    [Symbol.dispose]: () => void server.stop(true),
  };
}

const USAGE = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };

const planOf = (question: string) => ({
  choices: [
    { message: { role: 'assistant', content: JSON.stringify({ queries: [question] }) }, finish_reason: 'stop' },
  ],
  usage: USAGE,
});

function wordsOf(): Response {
  const chunk = (data: object) => `data: ${JSON.stringify(data)}\n\n`;
  const delta = (content: string, finish_reason: string | null = null) =>
    chunk({ choices: [{ index: 0, delta: { content }, finish_reason }] });
  const said = [delta('The '), delta('archive '), delta('says.'), delta('', 'stop'), 'data: [DONE]\n\n'].join('');
  return new Response(said, { headers: { 'content-type': 'text/event-stream' } });
}

if (import.meta.main) for (const measured of await measureChat()) console.log(JSON.stringify(measured));
