import type { EmbeddingState } from '@nexus/shared/assistant';
import type { CatalogueEntry, Credential } from '@nexus/shared/platform';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
  const [{ entries }, { credentials }, embeddings] = await Promise.all([
    locals.api.get<{ entries: CatalogueEntry[] }>('/catalogue'),
    locals.api.get<{ credentials: Credential[] }>('/credentials'),
    locals.api.get<EmbeddingState>('/search/embeddings'),
  ]);
  return { entries, credentials, embeddings };
};
