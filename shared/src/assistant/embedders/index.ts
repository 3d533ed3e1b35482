import { NexusError } from '../../platform/errors.ts';
import type { AdapterConfig, EmbedderAdapter } from '../adapter.ts';
import type { Embedder } from '../embedder.ts';
import { geminiEmbedder } from './gemini.ts';
import { openaiCompatibleEmbedder } from './openai-compatible.ts';

/** Every kind of embedder that can be connected. A new one is a file and a line here. */
export const EMBEDDERS: readonly EmbedderAdapter[] = [geminiEmbedder, openaiCompatibleEmbedder];

export function openEmbedder(adapterId: string, config: AdapterConfig): Embedder {
  const adapter = EMBEDDERS.find(({ id }) => id === adapterId);
  if (!adapter) throw new NexusError('not-configured', `There is no embedder called ${adapterId}.`);
  return adapter.create(config);
}
