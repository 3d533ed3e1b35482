import { z } from 'zod';
import { fieldsOf, NexusError, type Tx } from '../../platform/index.ts';
import type { CampaignSource } from '../campaign-contracts.ts';

type JsonSchema = Parameters<typeof z.fromJSONSchema>[0];

/**
 * Sources as they are stored: each in the catalogue, none twice, with settings that fit its schema and a connection that is this
 * organisation's. Throws `invalid-input` naming `sources.<n>.…`.
 */
export async function checkSources(
  tx: Tx,
  orgId: string,
  sources: readonly CampaignSource[],
): Promise<CampaignSource[]> {
  const entries = await tx
    .selectFrom('catalogue')
    .select(['id', 'label', 'settings_schema', 'credentials_schema'])
    .where('kind', '=', 'source')
    .execute();
  const connections = await tx
    .selectFrom('credentials')
    .select(['id', 'adapter'])
    .where('org_id', '=', orgId)
    .where('kind', '=', 'source')
    .where('enabled', '=', true)
    .execute();
  const seen = new Set<string>();

  return sources.map((source, place) => {
    const entry = entries.find(({ id }) => id === source.source);
    if (!entry)
      throw wrong(place, 'source', `There is no source called ${source.source}. GET /api/sources lists them.`);
    if (seen.has(source.source)) throw wrong(place, 'source', `${entry.label} is named twice.`);
    seen.add(source.source);
    const own = connections.filter(({ adapter }) => adapter === source.source);
    if (source.credentialId !== null && !own.some(({ id }) => id === source.credentialId))
      throw wrong(place, 'credentialId', `This is no connection to ${entry.label}. Add one under Connections.`);
    if (source.credentialId === null && needsKeys(entry.credentials_schema) && own.length === 0)
      throw wrong(place, 'credentialId', `${entry.label} needs a connection with its keys. Add one under Connections.`);
    return { ...source, settings: checkSettings(entry.settings_schema, source.settings, place) };
  });
}

function checkSettings(schema: unknown, value: CampaignSource['settings'], place: number): CampaignSource['settings'] {
  const closed = { type: 'object', additionalProperties: false, ...(schema as object) };
  const parsed = z.fromJSONSchema(closed as JsonSchema).safeParse(value);
  if (parsed.success) return parsed.data as CampaignSource['settings'];
  throw new NexusError('invalid-input', 'These settings do not fit the source.', {
    fields: fieldsOf(parsed.error, `sources.${place}.settings`),
  });
}

const Schema = z.object({ required: z.array(z.string()).default([]) });
const needsKeys = (schema: unknown): boolean => (Schema.safeParse(schema).data?.required.length ?? 0) > 0;

function wrong(place: number, field: string, detail: string): NexusError {
  return new NexusError('invalid-input', detail, { fields: { [`sources.${place}.${field}`]: [detail] } });
}
