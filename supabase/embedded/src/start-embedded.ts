import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { type AuthOptions, createAuth } from './auth/create-auth.ts';
import { outbox, type SendMail } from './auth/mail.ts';
import { migrate, readMigrations } from './database/migrate.ts';
import { openDatabase } from './database/open-database.ts';
import { createGateway, type Gateway, type GatewayParts } from './gateway.ts';
import { createRealtime } from './realtime/index.ts';
import type { Secrets } from './secrets.ts';
import { createStorage } from './storage/index.ts';

export interface EmbeddedOptions extends Pick<AuthOptions, 'google' | 'signUp'> {
  /** Where everything is kept: `database/`, `storage/` and, without a mail server, `outbox/`. */
  home: string;
  secrets: Pick<Secrets, 'jwtSecret' | 'anonKey' | 'serviceKey'>;
  migrationsDirectory: string;
  /** The web's origin, through which the gateway is reachable too. */
  siteUrl: string;
  /** Sends letters; without it they are put in `<home>/outbox`. */
  mail?: SendMail;
  functions: GatewayParts['functions'];
}

export interface Embedded {
  database: PGlite;
  gateway: Gateway;
  storage: ReturnType<typeof createStorage>;
  realtime: ReturnType<typeof createRealtime>;
  /** Ends all services, then closes the database and gives its directory free. */
  stop(): Promise<void>;
}

/**
 * Starts what `supabase start` gives, in this process: the database with all migrations run, auth, REST, storage, realtime
 * and the gateway in front of them. Listens on nothing; the caller serves `gateway`.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { home, secrets } = options;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const database = await openDatabase({ dataDir: join(home, 'database') });

  try {
    await migrate(database, readMigrations(options.migrationsDirectory));
    const auth = await createAuth({
      ...options,
      ...secrets,
      database,
      mail: options.mail ?? outbox(join(home, 'outbox')),
    });
    const storage = createStorage({
      database,
      directory: join(home, 'storage'),
      jwtSecret: secrets.jwtSecret,
      publicPath: '/storage/v1',
    });
    const realtime = createRealtime({
      database,
      jwtSecret: secrets.jwtSecret,
      apiKeys: { anon: secrets.anonKey, service: secrets.serviceKey },
    });

    return {
      database,
      gateway: createGateway({ auth, storage, realtime, functions: options.functions }),
      storage,
      realtime,
      async stop() {
        await realtime.stop();
        await storage.stop();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
