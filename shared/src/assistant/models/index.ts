import { NexusError } from '../../platform/errors.ts';
import type { AdapterConfig, ModelAdapter } from '../adapter.ts';
import type { Model } from '../model.ts';
import { anthropic } from './anthropic.ts';
import { gemini } from './gemini.ts';
import { offline } from './offline.ts';
import { openaiCompatible } from './openai-compatible.ts';

/** Every kind of model that can be connected. A new one is a file and a line here. */
export const MODELS: readonly ModelAdapter[] = [offline, gemini, openaiCompatible, anthropic];

/** The model behind a stored connection, or null for `offline`, which writes nothing itself. */
export function openModel(adapterId: string, config: AdapterConfig): Model | null {
  const adapter = MODELS.find(({ id }) => id === adapterId);
  if (!adapter) throw new NexusError('not-configured', `There is no model adapter called ${adapterId}.`);
  return adapter.create?.(config) ?? null;
}
