import type { CatalogueEntry, Credential } from '@nexus/shared/platform';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
  const [{ entries }, { credentials }] = await Promise.all([
    locals.api.get<{ entries: CatalogueEntry[] }>('/catalogue'),
    locals.api.get<{ credentials: Credential[] }>('/credentials'),
  ]);
  return { entries, credentials };
};
