import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { SignJWT } from 'jose';
import { createStorage, type Storage, type StorageOptions } from '../../src/storage/index.ts';
import { migratedDatabase } from '../../src/testing.ts';

export const JWT_SECRET = 'a-secret-of-the-tests-with-at-least-32-characters';

/** A storage behind a real server, with official clients of each role. */
export interface StorageServer extends AsyncDisposable {
  url: string;
  database: PGlite;
  directory: string;
  storage: Storage;
  service: SupabaseClient;
  anon: SupabaseClient;
  /** A signed-in user. */
  user(id: string): Promise<SupabaseClient>;
  token(claims: Record<string, unknown>): Promise<string>;
  /** Ends the storage and starts another one over the same rows, files and address. */
  restart(): Promise<void>;
}

export async function storageServer(options: Partial<StorageOptions> = {}): Promise<StorageServer> {
  const database = options.database ? (options.database as PGlite) : await migratedDatabase();
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'nexus-storage-test-'));
  const start = () =>
    createStorage({ jwtSecret: JWT_SECRET, publicPath: '/storage/v1', ...options, database, directory });
  let storage = start();
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 60,
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    fetch: (request) => storage.fetch(request),
  });
  const url = `http://127.0.0.1:${server.port}`;
  const clientOf = async (claims: Record<string, unknown>) =>
    createClient(url, await token(claims), { auth: { persistSession: false, autoRefreshToken: false } });

  return {
    url,
    database,
    directory,
    get storage() {
      return storage;
    },
    service: await clientOf({ role: 'service_role' }),
    anon: await clientOf({ role: 'anon' }),
    user: (id) => clientOf({ role: 'authenticated', sub: id }),
    token,
    async restart() {
      await storage.stop();
      storage = start();
      await storage.swept;
    },
    async [Symbol.asyncDispose]() {
      await server.stop(true);
      await storage.stop();
      await database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export function token(claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(JWT_SECRET));
}

/** Everyone signed in may do everything in their own folder of the bucket. */
export function ownFolderPolicies(bucket: string): string {
  const own = `bucket_id = '${bucket}' and (storage.foldername(name))[1] = auth.uid()::text`;
  return `
    create policy "${bucket} read" on storage.objects for select to authenticated using (${own});
    create policy "${bucket} add" on storage.objects for insert to authenticated with check (${own});
    create policy "${bucket} change" on storage.objects for update to authenticated using (${own}) with check (${own});
    create policy "${bucket} remove" on storage.objects for delete to authenticated using (${own});`;
}

/** The data of an answer without an error. */
export function ok<Data>(answer: { data: Data | null; error: unknown }): Data {
  if (answer.error || answer.data === null) throw answer.error ?? new Error('neither data nor error');
  return answer.data;
}

/** Every stored object file, below the storage's directory. */
export async function objectFiles(directory: string): Promise<string[]> {
  return Array.fromAsync(new Bun.Glob('objects/**/*').scan({ cwd: directory, onlyFiles: true }));
}

/** For what only the disk tells: a server says nothing when a connection it was reading from breaks off. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await Bun.sleep(5);
}

/** The first database of a run is made, not loaded: 4 s, and more on a busy machine. */
export const SETUP_MILLISECONDS = 60_000;
