import { resolve } from 'node:path';
import { readEnvironment, WorkerSettings } from '@nexus/worker/env';
import { z } from 'zod';

const port = (fallback: number) => z.coerce.number().int().min(1).max(65_535).default(fallback);
const optional = z
  .string()
  .trim()
  .optional()
  .transform((value) => value || undefined);

const UpEnvironment = WorkerSettings.extend({
  NEXUS_PORT: port(3000),
  NEXUS_API_PORT: port(54_321),
  /** 0.0.0.0 lets other machines in. */
  NEXUS_HOST: z.string().default('127.0.0.1'),
  NEXUS_SIGN_UP: z.enum(['open', 'invited']).default('open'),
  NEXUS_RECORDING_MAX_HOURS: z.coerce.number().positive().default(6),
  NEXUS_RATE_LIMIT_PER_SECOND: z.coerce.number().positive().optional(),
  /** Origins of other sites that may call the API from a browser. */
  NEXUS_CORS_ORIGINS: z
    .string()
    .default('')
    .transform((origins) => origins.split(',').flatMap((origin) => origin.trim() || [])),
  /** Lets a Prometheus on another machine read the metrics. */
  NEXUS_METRICS_TOKEN: z.string().min(16).optional(),
  NEXUS_TRUST_FORWARDED_FOR: z.enum(['never', 'loopback', 'always']).optional(),
  GOOGLE_CLIENT_ID: optional,
  GOOGLE_CLIENT_SECRET: optional,
});

const WithSender = UpEnvironment.refine(({ NEXUS_SMTP_URL: url, NEXUS_MAIL_FROM: from }) => !url || from, {
  path: ['NEXUS_MAIL_FROM'],
  error: 'Needed with NEXUS_SMTP_URL, like Nexus <nexus@example.org>',
});

/** Everything `npm start` can be told, with the defaults it has. What is set to nothing counts as not set. */
export function readSettings(environment: Record<string, string | undefined> = process.env) {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const settings = readEnvironment(WithSender, given);
  return { ...settings, NEXUS_HOME: resolve(settings.NEXUS_HOME) };
}
export type Settings = ReturnType<typeof readSettings>;
