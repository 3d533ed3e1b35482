import type { Campaign, DeliveryPage, DeliveryTarget } from '@nexus/shared/listening';
import type { CatalogueEntry, Credential } from '@nexus/shared/platform';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, parent, url }) => {
  const { scopes } = await parent();
  const query = new URLSearchParams({ limit: '30' });
  for (const name of ['target', 'state']) {
    const value = url.searchParams.get(name);
    if (value) query.set(name, value);
  }
  const [{ targets }, log, { campaigns }, { entries }, { credentials }] = await Promise.all([
    locals.api.get<{ targets: DeliveryTarget[] }>('/delivery-targets'),
    locals.api.get<DeliveryPage>(`/deliveries?${query}`),
    locals.api.get<{ campaigns: Campaign[] }>('/campaigns'),
    locals.api.get<{ entries: CatalogueEntry[] }>('/catalogue'),
    // Connections are for admins; so are targets.
    scopes.includes('platform:admin')
      ? locals.api.get<{ credentials: Credential[] }>('/credentials')
      : { credentials: [] },
  ]);
  return {
    targets,
    log,
    query: query.toString(),
    campaigns: campaigns.map(({ id, name }) => ({ id, name })),
    outlets: entries.filter(({ kind }) => kind === 'notifier' || kind === 'exporter'),
    credentials,
  };
};
