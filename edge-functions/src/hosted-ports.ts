import { createObjectStore, createQueue, createVault, type DB, type LogFields } from '@nexus/shared/platform';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { ApiEnvironment } from './environment.ts';
import { ApiConfiguration } from './platform/configuration.ts';
import { createMetrics } from './platform/metrics.ts';
import type { ApiPorts } from './platform/ports.ts';
import { createTokenVerifier } from './platform/tokens.ts';
import { sendOnlyBoss } from './send-only-boss.ts';

/** The ports over Postgres and Supabase, for the API in a process of its own. Connections are made when first needed. */
export function hostedPorts(environment: ApiEnvironment): { ports: ApiPorts; stop(): Promise<void> } {
  const writeLog = (event: LogFields) => console.log(JSON.stringify(event));
  const now = () => new Date();
  // Sizes in bytes and counts stay below 2^53.
  const types: pg.CustomTypesConfig = {
    getTypeParser: (oid, format) => (oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format)),
  };
  const pool = new pg.Pool({ connectionString: environment.SUPABASE_DB_URL, max: 10, types });
  // A connection that dies idle is replaced; unheard, this event would end the process.
  pool.on('error', (error) => writeLog({ level: 'error', event: 'database-connection-lost', error: error.message }));
  const kysely = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
  const boss = sendOnlyBoss(environment.SUPABASE_DB_URL, writeLog);

  return {
    ports: {
      kysely,
      queue: createQueue(boss),
      storage: createObjectStore({
        supabaseUrl: environment.SUPABASE_URL,
        serviceKey: environment.SUPABASE_SERVICE_ROLE_KEY,
      }),
      vault: createVault(environment.NEXUS_CREDENTIALS_KEY),
      verifyToken: createTokenVerifier({
        secret: environment.SUPABASE_JWT_SECRET,
        jwksUrl: new URL('/auth/v1/.well-known/jwks.json', environment.SUPABASE_URL).href,
        now,
      }),
      configuration: configurationOf(environment),
      writeLog,
      now,
      metrics: createMetrics(),
      keys: {
        geminiApiKey: environment.GEMINI_API_KEY,
        openaiApiKey: environment.OPENAI_API_KEY,
        openaiBaseUrl: environment.OPENAI_BASE_URL,
        anthropicApiKey: environment.ANTHROPIC_API_KEY,
      },
    },
    async stop() {
      await boss.stop();
      await kysely.destroy();
    },
  };
}

function configurationOf(environment: ApiEnvironment): ApiConfiguration {
  const perSecond = environment.NEXUS_RATE_LIMIT_PER_SECOND;
  const rate = perSecond === undefined ? undefined : { perSecond, burst: perSecond * 4 };
  return ApiConfiguration.parse({
    signUp: environment.NEXUS_SIGN_UP,
    google: Boolean(environment.GOOGLE_CLIENT_ID && environment.GOOGLE_CLIENT_SECRET),
    corsOrigins: environment.NEXUS_CORS_ORIGINS,
    metricsToken: environment.NEXUS_METRICS_TOKEN,
    trustForwardedFor: environment.NEXUS_TRUST_FORWARDED_FOR,
    recording: { maxSeconds: Math.round(environment.NEXUS_RECORDING_MAX_HOURS * 3600) },
    limits: rate ? { user: rate, key: rate } : {},
  });
}
