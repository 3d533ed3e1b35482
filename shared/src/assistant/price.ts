import { z } from 'zod';
import type { Usage } from './model.ts';

/** US dollars per million tokens, as a connection's settings name them. */
export interface Price {
  readonly inputUsdPerMillion: number;
  readonly outputUsdPerMillion: number;
}

const usd = z.number().min(0).max(10_000).optional();

/** For settings. Without them tokens are counted and no cost is claimed. */
export const inputPrice = { inputUsdPerMillion: usd.meta({ title: 'Price of a million input tokens, in US dollars' }) };
export const prices = {
  ...inputPrice,
  outputUsdPerMillion: usd.meta({ title: 'Price of a million output tokens, in US dollars' }),
};

/** Null unless at least one of the two is known. */
export function readPrice(settings: { inputUsdPerMillion?: number; outputUsdPerMillion?: number }): Price | null {
  const { inputUsdPerMillion, outputUsdPerMillion } = settings;
  if (inputUsdPerMillion === undefined && outputUsdPerMillion === undefined) return null;
  return { inputUsdPerMillion: inputUsdPerMillion ?? 0, outputUsdPerMillion: outputUsdPerMillion ?? 0 };
}

/** In US dollars; null when no price is known. */
export function costUsd(price: Price | null | undefined, usage: Usage): number | null {
  if (!price) return null;
  return (usage.inputTokens * price.inputUsdPerMillion + usage.outputTokens * price.outputUsdPerMillion) / 1_000_000;
}
