import { NexusError } from '@nexus/shared/platform';
import { z } from 'zod';

/** Unset and empty are the same: compose files and CI pass empty strings for what nobody set. */
function optional<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess(
    (value) => (typeof value === 'string' && value.trim() === '' ? undefined : value),
    schema.optional(),
  );
}

const CredentialsKeys = z
  .string()
  .refine(
    (keys) => keys.split(',').every((key) => isKey(key.trim())),
    'must be base64 of 32 bytes (openssl rand -base64 32)',
  );

/** 32 bytes are 43 base64 digits and one `=`. */
function isKey(key: string): boolean {
  return /^[A-Za-z0-9+/]{43}=$/.test(key);
}

/** What the API reads from its environment when it runs alone, beside Supabase. */
export const ApiEnvironment = z.object({
  SUPABASE_URL: z.url(),
  SUPABASE_SERVICE_ROLE_KEY: z.string().min(1, 'is missing'),
  SUPABASE_DB_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must be postgres://…'),
  /** For HS256 tokens. Others are verified with the keys that Supabase publishes. */
  SUPABASE_JWT_SECRET: optional(z.string().min(32)),
  NEXUS_CREDENTIALS_KEY: CredentialsKeys,
  NEXUS_SIGN_UP: z.preprocess((value) => value || undefined, z.enum(['open', 'invited']).default('open')),
  NEXUS_CORS_ORIGINS: optional(z.string()).transform(
    (origins) => origins?.split(',').map((origin) => origin.trim()) ?? [],
  ),
  NEXUS_METRICS_TOKEN: optional(z.string().min(16)),
  NEXUS_TRUST_FORWARDED_FOR: optional(z.enum(['never', 'loopback', 'always'])),
  NEXUS_RECORDING_MAX_HOURS: optional(z.coerce.number().positive()).transform((hours) => hours ?? 6),
  NEXUS_RATE_LIMIT_PER_SECOND: optional(z.coerce.number().positive()),
  NEXUS_API_PORT: optional(z.coerce.number().int().min(0).max(65_535)).transform((port) => port ?? 54_321),
  GOOGLE_CLIENT_ID: optional(z.string()),
  GOOGLE_CLIENT_SECRET: optional(z.string()),
  GEMINI_API_KEY: optional(z.string()),
  OPENAI_API_KEY: optional(z.string()),
  OPENAI_BASE_URL: optional(z.url()),
  ANTHROPIC_API_KEY: optional(z.string()),
});
export type ApiEnvironment = z.infer<typeof ApiEnvironment>;

/** Throws `not-configured` with every problem at once. */
export function readEnvironment(environment: Record<string, string | undefined>): ApiEnvironment {
  const parsed = ApiEnvironment.safeParse(environment);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
  throw new NexusError('not-configured', `The API cannot start. Fix its environment:\n${problems.join('\n')}`);
}
