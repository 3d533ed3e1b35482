import { z } from 'zod';
import { type EmbedderAdapter, parseConfig } from '../adapter.ts';
import { DIMENSIONS, type Embedder } from '../embedder.ts';
import { addUsage, NO_USAGE, type Usage } from '../model.ts';
import { inputPrice, readPrice } from '../price.ts';
import {
  openaiAnswer,
  openaiClient,
  openaiCredentials,
  openaiProblem,
  openaiSettings,
} from '../models/openai-connection.ts';
import { parseAnswer } from '../models/upstream-problem.ts';
import { watch } from '../models/watch.ts';
import { batches, unitVectors } from './unit-vectors.ts';

const settings = openaiSettings.extend({
  model: z
    .string()
    .trim()
    .min(1)
    .meta({ title: 'Model', examples: ['text-embedding-3-small', 'nomic-embed-text'] }),
  ...inputPrice,
  sendDimensions: z.boolean().default(true).meta({
    title: 'Ask for 768 numbers',
    description: 'Off for servers that refuse the parameter; the model must make 768 by itself.',
  }),
  queryPrefix: z
    .string()
    .default('')
    .meta({ title: 'Put before questions', examples: ['search_query: '] }),
  documentPrefix: z
    .string()
    .default('')
    .meta({ title: 'Put before passages', examples: ['search_document: '] }),
  /** OpenAI takes 2,048; servers on a laptop hold up better with fewer. */
  batchSize: z.int().min(1).max(2048).default(64).meta({ title: 'Texts per request' }),
});

/** https://platform.openai.com/docs/api-reference/embeddings, as OpenAI, Ollama, llama.cpp and vLLM serve it. */
export const openaiCompatibleEmbedder: EmbedderAdapter = {
  id: 'openai-compatible',
  label: 'OpenAI or compatible',
  description: 'OpenAI, or a server that speaks its API: Ollama, llama.cpp, vLLM and others.',
  settings,
  credentials: openaiCredentials,
  create(config) {
    const parsed = parseConfig({ label: 'OpenAI or compatible', settings, credentials: openaiCredentials }, config);
    return embedder(parsed.settings, parsed.credentials.apiKey);
  },
};

const Answer = z.object({
  data: z.array(z.object({ index: z.number(), embedding: z.array(z.number()) })),
  usage: z.object({ prompt_tokens: z.number().default(0) }).nullish(),
});

function embedder(options: z.output<typeof settings>, apiKey: string | undefined): Embedder {
  const { model, baseUrl, timeoutSeconds } = options;
  const label = `${new URL(baseUrl).hostname} (${model})`;
  let opened: ReturnType<typeof openaiClient> | undefined;
  const client = () => (opened ??= openaiClient(baseUrl, apiKey));

  async function embedBatch(
    input: string[],
    signal: AbortSignal | undefined,
  ): Promise<{ vectors: Float32Array[]; usage: Usage }> {
    using guard = watch(label, timeoutSeconds, signal);
    try {
      const { embeddings } = await client();
      const answer = await embeddings.create(
        // Said outright, because the client else asks for base64, which not every server speaks.
        { model, input, encoding_format: 'float', ...(options.sendDimensions ? { dimensions: DIMENSIONS } : {}) },
        { signal: guard.signal },
      );
      const { data, usage } = parseAnswer(label, Answer, openaiAnswer(label, answer));
      const ordered = data.toSorted((a, b) => a.index - b.index).map(({ embedding }) => embedding);
      return {
        vectors: unitVectors(label, input.length, ordered),
        usage: { inputTokens: usage?.prompt_tokens ?? 0, outputTokens: 0 },
      };
    } catch (error) {
      guard.check();
      throw await openaiProblem(label, error);
    }
  }

  return {
    // Another prefix moves every passage: the same model with it is another embedder.
    id: `openai-compatible:${model}${options.documentPrefix.trim() && ` “${options.documentPrefix.trim()}”`}`,
    label,
    dimensions: DIMENSIONS,
    price: readPrice(options),
    async embed(texts, { kind, signal }) {
      const prefix = kind === 'query' ? options.queryPrefix : options.documentPrefix;
      const vectors: Float32Array[] = [];
      let usage = NO_USAGE;
      for (const batch of batches(texts, options.batchSize)) {
        const answer = await embedBatch(
          batch.map((text) => prefix + text),
          signal,
        );
        vectors.push(...answer.vectors);
        usage = addUsage(usage, answer.usage);
      }
      return { vectors, usage };
    },
  };
}
