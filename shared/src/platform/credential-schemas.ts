import { z } from 'zod';
import type { Tx } from './database.ts';
import { NexusError } from './errors.ts';
import { fieldsOf } from './fields.ts';

type JsonSchema = Parameters<typeof z.fromJSONSchema>[0];
type JsonObject = Record<string, unknown>;

/** The catalogue's own schemas of one adapter. Throws `invalid-input` on `adapter` when the worker does not offer it. */
export async function readSchemas(tx: Tx, kind: string, adapter: string) {
  const entry = await tx
    .selectFrom('catalogue')
    .select(['label', 'settings_schema', 'credentials_schema'])
    .where('kind', '=', kind)
    .where('id', '=', adapter)
    .executeTakeFirst();
  if (!entry) {
    const detail = `There is no ${kind} called ${adapter}. GET /api/catalogue?kind=${kind} lists what there is.`;
    throw new NexusError('invalid-input', detail, { fields: { adapter: [detail] } });
  }
  return {
    /** Returns the value with the schema's defaults, or throws `invalid-input` naming `settings.…`. */
    settings: (value: JsonObject) => check('settings', entry.settings_schema, value),
    secret: (value: JsonObject) => check('secret', entry.credentials_schema, value),
  };
}

function check(field: 'settings' | 'secret', schema: unknown, value: JsonObject): JsonObject {
  // What nobody asked for is refused, not kept: it could be a secret in the wrong field.
  const closed = { type: 'object', additionalProperties: false, ...(schema as object) };
  const parsed = z.fromJSONSchema(closed as JsonSchema).safeParse(value);
  if (parsed.success) return parsed.data as JsonObject;
  throw new NexusError(
    'invalid-input',
    `These ${field === 'settings' ? 'settings' : 'secrets'} do not fit the adapter.`,
    {
      fields: fieldsOf(parsed.error, field),
    },
  );
}
