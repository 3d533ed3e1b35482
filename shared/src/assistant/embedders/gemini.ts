import { type EmbedContentRequest, GoogleGenerativeAI, TaskType } from '@google/generative-ai';
import { z } from 'zod';
import { type EmbedderAdapter, parseConfig } from '../adapter.ts';
import { DIMENSIONS, type Embedder, type EmbedOptions } from '../embedder.ts';
import { geminiAnswer, geminiCredentials, geminiProblem, geminiSettings } from '../models/gemini-connection.ts';
import { parseAnswer } from '../models/upstream-problem.ts';
import { watch } from '../models/watch.ts';
import { NO_USAGE } from '../model.ts';
import { inputPrice, readPrice } from '../price.ts';
import { batches, unitVectors } from './unit-vectors.ts';

const settings = geminiSettings.extend({
  model: z.string().trim().min(1).default('gemini-embedding-001').meta({ title: 'Model' }),
  ...inputPrice,
});

/** https://ai.google.dev/api/embeddings: at most 100 texts a request. */
const BATCH = 100;

export const geminiEmbedder: EmbedderAdapter = {
  id: 'gemini',
  label: 'Google Gemini',
  description: 'Google’s embedding models, with a key from Google AI Studio.',
  settings,
  credentials: geminiCredentials,
  create(config) {
    const parsed = parseConfig({ label: 'Google Gemini', settings, credentials: geminiCredentials }, config);
    return embedder(parsed.settings, parsed.credentials.apiKey);
  },
};

const Answer = z.object({ embeddings: z.array(z.object({ values: z.array(z.number()) })) });

function embedder(options: z.output<typeof settings>, apiKey: string): Embedder {
  const { model, baseUrl, timeoutSeconds } = options;
  const label = `Gemini (${model})`;
  const service = new GoogleGenerativeAI(apiKey).getGenerativeModel({ model }, { baseUrl });

  async function embedBatch(texts: readonly string[], { kind, signal }: EmbedOptions): Promise<Float32Array[]> {
    using guard = watch(label, timeoutSeconds, signal);
    const taskType = kind === 'query' ? TaskType.RETRIEVAL_QUERY : TaskType.RETRIEVAL_DOCUMENT;
    // The client's types do not know `outputDimensionality`, but it sends what it is given. Below 3,072 numbers the
    // service does not normalise: `unitVectors` does.
    const requests = texts.map((text): EmbedContentRequest & { outputDimensionality: number } => ({
      content: { role: 'user', parts: [{ text }] },
      taskType,
      outputDimensionality: DIMENSIONS,
    }));
    try {
      const answer = await service.batchEmbedContents({ requests }, { signal: guard.signal });
      const vectors = parseAnswer(label, Answer, geminiAnswer(label, answer)).embeddings.map(({ values }) => values);
      return unitVectors(label, texts.length, vectors);
    } catch (error) {
      guard.check();
      throw geminiProblem(label, error);
    }
  }

  return {
    id: `gemini:${model}`,
    label,
    dimensions: DIMENSIONS,
    price: readPrice(options),
    async embed(texts, options) {
      const vectors: Float32Array[] = [];
      for (const batch of batches(texts, BATCH)) vectors.push(...(await embedBatch(batch, options)));
      // This endpoint counts no tokens.
      return { vectors, usage: NO_USAGE };
    },
  };
}
