import { createClient, type SupabaseClient, type SupportedStorage } from '@supabase/supabase-js';
import type { PGlite } from '@electric-sql/pglite';
import { createAuth } from '../../src/auth/create-auth.ts';
import type { Mail } from '../../src/auth/mail.ts';
import type { SignUp } from '../../src/auth/registration.ts';
import { createGateway } from '../../src/gateway.ts';
import { createRealtime } from '../../src/realtime/index.ts';
import { createSecrets, type Secrets } from '../../src/secrets.ts';
import { createStorage } from '../../src/storage/index.ts';
import { migratedDatabase } from '../../src/testing.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export interface EmbeddedServer {
  url: string;
  secrets: Secrets;
  database: PGlite;
  /** Letters sent so far, oldest first. */
  letters: Mail[];
  /** A new client with a memory of its own, as a new browser would be. */
  client(options?: { key?: string; flowType?: 'pkce' | 'implicit' }): SupabaseClient;
  stop(): Promise<void>;
}

interface Options {
  signUp?: SignUp;
  google?: { clientId: string; clientSecret: string };
  functions?: Record<string, (request: Request) => Promise<Response>>;
}

/** All of the embedded stack on a free port, over a fresh migrated database in memory. */
export async function embeddedServer({ functions = {}, ...options }: Options = {}): Promise<EmbeddedServer> {
  const database = await migratedDatabase();
  const secrets = await createSecrets();
  const letters: Mail[] = [];
  const directory = temporaryDirectory();

  // The site's address is known only when the server listens.
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    maxRequestBodySize: 2 ** 33,
    fetch: (request, listening) => gateway.fetch(request, listening),
    websocket: {
      open: (socket) => gateway.websocket.open?.(socket),
      message: (socket, message) => gateway.websocket.message?.(socket, message),
      close: (socket, code, reason) => gateway.websocket.close?.(socket, code, reason),
      drain: (socket) => gateway.websocket.drain?.(socket),
    },
  });
  const url = `http://127.0.0.1:${server.port}`;
  const mail = async (letter: Mail) => void letters.push(letter);
  const auth = await createAuth({ database, ...secrets, siteUrl: url, mail, ...options });
  const storage = createStorage({
    database,
    directory: directory.path,
    jwtSecret: secrets.jwtSecret,
    publicPath: '/storage/v1',
  });
  const apiKeys = { anon: secrets.anonKey, service: secrets.serviceKey };
  const realtime = createRealtime({ database, jwtSecret: secrets.jwtSecret, apiKeys });
  const gateway = createGateway({ auth, storage, realtime, functions });

  return {
    url,
    secrets,
    database,
    letters,
    client: ({ key = secrets.anonKey, flowType = 'pkce' } = {}) =>
      createClient(url, key, {
        auth: { flowType, storage: memory(), autoRefreshToken: false, detectSessionInUrl: false },
      }),
    async stop() {
      await server.stop(true);
      await realtime.stop();
      await storage.stop();
      await database.close();
      directory.remove();
    },
  };
}

function memory(): SupportedStorage {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}
