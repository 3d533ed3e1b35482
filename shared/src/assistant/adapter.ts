import { z } from 'zod';
import { NexusError } from '../platform/errors.ts';
import type { Embedder } from './embedder.ts';
import type { Model } from './model.ts';

/** What a form needs to know of something that can be connected. */
interface Connectable {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** Kept in the open. */
  readonly settings: z.ZodObject;
  /** Kept sealed. */
  readonly credentials: z.ZodObject;
}

/** A kind of model that can be connected. One without `create` answers no prompts: it only enriches, by classical methods. */
export interface ModelAdapter extends Connectable {
  readonly create: ((config: AdapterConfig) => Model) | null;
}

export interface EmbedderAdapter extends Connectable {
  readonly create: (config: AdapterConfig) => Embedder;
}

/** Unparsed, as stored. */
export interface AdapterConfig {
  readonly settings: unknown;
  readonly credentials: unknown;
}

/** A row of `catalogue`: forms are drawn from its JSON Schemas, which describe what goes in. */
export interface CatalogueEntry {
  readonly kind: string;
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly settingsSchema: object;
  readonly credentialsSchema: object;
}

export function catalogueEntry(kind: CatalogueEntry['kind'], adapter: Connectable): CatalogueEntry {
  return {
    kind,
    id: adapter.id,
    label: adapter.label,
    description: adapter.description,
    settingsSchema: z.toJSONSchema(adapter.settings, { io: 'input' }),
    credentialsSchema: z.toJSONSchema(adapter.credentials, { io: 'input' }),
  };
}

/** Reads stored settings and credentials. `not-configured` names the fields that are wrong. */
export function parseConfig<Settings extends z.ZodObject, Credentials extends z.ZodObject>(
  adapter: { label: string; settings: Settings; credentials: Credentials },
  config: AdapterConfig,
): { settings: z.output<Settings>; credentials: z.output<Credentials> } {
  const parsed = z
    .object({ settings: adapter.settings, credentials: adapter.credentials })
    .safeParse({ settings: config.settings ?? {}, credentials: config.credentials ?? {} });
  if (parsed.success) return parsed.data as { settings: z.output<Settings>; credentials: z.output<Credentials> };

  const fields = [...new Set(parsed.error.issues.map((issue) => issue.path.slice(1).join('.')))].join(', ');
  throw new NexusError('not-configured', `${adapter.label} is not set up: check ${fields} in its settings.`, {
    cause: parsed.error,
  });
}
