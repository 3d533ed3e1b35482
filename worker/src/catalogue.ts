import { catalogueEntry, EMBEDDERS, MODELS } from '@nexus/shared/assistant';
import { NexusError } from '@nexus/shared/platform';
import { sql } from 'kysely';
import { z } from 'zod';
import { TRANSCRIBERS } from './archive/transcribers/index.ts';
import type { Outlet } from './listening/deliveries/outlet.ts';
import { EXPORTERS } from './listening/exporters/index.ts';
import { NOTIFIERS } from './listening/notifiers/index.ts';
import { SOURCES } from './listening/sources/index.ts';
import type { SearchSource } from './listening/sources/search-source.ts';
import type { WorkerPorts } from './platform/ports.ts';

interface Entry {
  kind: string;
  id: string;
  label: string;
  description: string;
  settingsSchema: object;
  credentialsSchema: object;
  limits?: object;
}

/** All registries of this worker as rows, so that the API checks ids and the web draws forms without a list of its own. */
export async function writeCatalogue(ports: Pick<WorkerPorts, 'db' | 'now' | 'sources'>): Promise<void> {
  const entries = catalogueEntries(ports.sources);
  await ports.db.transaction().execute(async (tx) => {
    // Workers that start at the same moment write one after the other.
    await sql`select pg_advisory_xact_lock(hashtextextended('catalogue', 0))`.execute(tx);
    await tx.deleteFrom('catalogue').execute();
    await tx
      .insertInto('catalogue')
      .values(
        entries.map((entry) => ({
          kind: entry.kind,
          id: entry.id,
          label: entry.label,
          description: entry.description,
          settings_schema: JSON.stringify(entry.settingsSchema),
          credentials_schema: JSON.stringify(entry.credentialsSchema),
          limits: JSON.stringify(entry.limits ?? {}),
          updated_at: ports.now(),
        })),
      )
      .execute();
  });
}

export function catalogueEntries(sources: readonly SearchSource[] = SOURCES): Entry[] {
  const entries: Entry[] = [
    ...TRANSCRIBERS.map((transcriber) => ({
      kind: 'transcriber',
      id: transcriber.id,
      label: transcriber.label,
      description: transcriber.description,
      settingsSchema: z.toJSONSchema(transcriber.settings, { io: 'input' }),
      credentialsSchema: z.toJSONSchema(transcriber.credentials, { io: 'input' }),
    })),
    ...MODELS.map((model) => catalogueEntry('model', model)),
    ...EMBEDDERS.map((embedder) => catalogueEntry('embedder', embedder)),
    ...sources.map(sourceEntry),
    ...NOTIFIERS.map((notifier) => outletEntry('notifier', notifier)),
    ...EXPORTERS.map((exporter) => outletEntry('exporter', exporter)),
  ];
  const seen = new Set<string>();
  const doubles = entries.map(({ kind, id }) => `${kind} ${id}`).filter((name) => seen.size === seen.add(name).size);
  if (doubles.length > 0) throw new NexusError('internal', `These ids are used twice: ${doubles.join(', ')}.`);
  return entries;
}

/** With what is shown before a run. */
const sourceEntry = (source: SearchSource): Entry => ({
  ...catalogueEntry('source', source),
  limits: { network: source.network, ...source.limits, hasConversations: source.conversation !== null },
});

/** A target chooses one of these by its id alone, so what it says about where to is checked by the same row. */
const outletEntry = (kind: 'notifier' | 'exporter', outlet: Outlet): Entry => ({
  kind,
  id: outlet.id,
  label: outlet.label,
  description: outlet.description,
  settingsSchema: z.toJSONSchema(outlet.settings, { io: 'input' }),
  credentialsSchema: z.toJSONSchema(outlet.credentials, { io: 'input' }),
  limits: { addressSchema: z.toJSONSchema(outlet.address, { io: 'input' }), needsConnection: outlet.needsConnection },
});
