import type { AdapterConfig } from './adapter.ts';
import { enrichOffline } from './enrich-offline.ts';
import { enrichWithModel } from './enrich-with-model.ts';
import type { Enricher } from './enricher.ts';
import { openModel } from './models/index.ts';

/** The enricher behind a stored connection: `offline` needs none. `not-configured` when its settings are wrong. */
export function openEnricher(adapterId: string, config: AdapterConfig): Enricher {
  const model = openModel(adapterId, config);
  return model ? enrichWithModel(model) : enrichOffline;
}
