import type { Facets } from '@nexus/shared/archive';
import type { NexusApp } from '#lib/platform/app.svelte.ts';
import { apiQueryOf, type LibraryFilter } from './library-filter.ts';

/** The counts beside the choices of a filter. Asked for when they are looked at, and again when the filter changes. */
export class FacetCounts {
  counts = $state.raw<Facets>();
  #aborter: AbortController | undefined;

  constructor(private readonly app: NexusApp) {}

  async load(filter: LibraryFilter): Promise<void> {
    this.#aborter?.abort();
    const aborter = (this.#aborter = new AbortController());
    const query = apiQueryOf({ ...filter, sort: 'newest' });
    const answer = await this.app.api
      .get<Facets>(`/media/facets?${query}`, { signal: aborter.signal })
      .catch((error: unknown) => {
        if (aborter.signal.aborted) return undefined;
        throw error;
      });
    if (answer) this.counts = answer;
  }
}
