import { homedir } from 'node:os';
import { join } from 'node:path';
import { NexusError } from '@nexus/shared/platform';
import { z } from 'zod';

const optional = z
  .string()
  .trim()
  .optional()
  .transform((value) => value || undefined);
const list = z
  .string()
  .default('')
  .transform((value) =>
    value
      .split(',')
      .map((entry) => entry.trim())
      .filter(Boolean),
  );

/** What is set to nothing counts as not set. */
const unlessEmpty = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());

/** What both the separate worker and the one inside `nexus up` read from the environment. */
export const WorkerSettings = z.object({
  NEXUS_HOME: z.string().default('.nexus'),
  NEXUS_MODELS: optional,
  /** `host:port` pairs in private networks that links may point to all the same. */
  NEXUS_FETCH_ALLOW: list,
  /** Where yt-dlp is, when it is not in the PATH. */
  NEXUS_YT_DLP: optional,
  /** After so long without a word from its browser a recording is finished as it is. */
  NEXUS_RECORDING_ABANDONED_SECONDS: z.coerce.number().positive().default(120),
  /** What people type into their browser: where messages lead back to. */
  NEXUS_PUBLIC_URL: unlessEmpty(z.url().transform((url) => url.replace(/\/+$/, ''))),
  /** `smtps://user:password@host:465`. */
  NEXUS_SMTP_URL: unlessEmpty(
    z.url({ protocol: /^smtps?$/, error: 'Like smtps://user:password@mail.example.org:465' }),
  ),
  NEXUS_MAIL_FROM: optional,
  GEMINI_API_KEY: optional,
  OPENAI_API_KEY: optional,
  OPENAI_BASE_URL: optional,
  ANTHROPIC_API_KEY: optional,
});

/** What a worker of its own needs on top: where Supabase is. */
export const WorkerEnvironment = WorkerSettings.extend({
  SUPABASE_URL: z.url(),
  SUPABASE_SERVICE_ROLE_KEY: z.string().min(1),
  SUPABASE_DB_URL: z.string().startsWith('postgres'),
  NEXUS_CREDENTIALS_KEY: z.string().min(1),
});

/** Reads an environment, or throws with every problem in one message. */
export function readEnvironment<Shape extends z.ZodType>(
  schema: Shape,
  environment: Record<string, string | undefined>,
): z.output<Shape> {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new NexusError('not-configured', `The environment is not complete:\n${problems.join('\n')}`);
}

export const modelsDirectory = (settings: z.output<typeof WorkerSettings>): string =>
  settings.NEXUS_MODELS ?? join(settings.NEXUS_HOME.replace(/^~(?=\/)/, homedir()), 'models');

/** The instance's keys, as ports carry them. */
export const keysOf = (settings: z.output<typeof WorkerSettings>) => ({
  geminiApiKey: settings.GEMINI_API_KEY,
  openaiApiKey: settings.OPENAI_API_KEY,
  openaiBaseUrl: settings.OPENAI_BASE_URL,
  anthropicApiKey: settings.ANTHROPIC_API_KEY,
  smtpUrl: settings.NEXUS_SMTP_URL,
  mailFrom: settings.NEXUS_MAIL_FROM,
});
