import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStorage, kyselyOnPglite } from '@nexus/embedded';
import { migratedDatabase } from '@nexus/embedded/testing';
import {
  type Actor,
  type Context,
  createObjectStore,
  createQueue,
  createVault,
  databaseAs,
  type DB,
  knowQueues,
  ROLE_SCOPES,
} from '@nexus/shared/platform';
import { getItem, type Item, safeName, uploadPrefix } from '@nexus/shared/archive';
import { SignJWT } from 'jose';
import { fromPglite } from 'pg-boss';
import { createHttp } from '../../src/platform/http.ts';
import { startBoss } from '../../src/platform/start-boss.ts';
import { JOBS } from '../../src/handlers.ts';
import { startWorker, type WorkerPorts } from '../../src/index.ts';

const JWT_SECRET = 'a secret for tests that is long enough to sign with';

export interface TestWorkerOptions {
  allowPrivate?: string[];
  ports?: Partial<WorkerPorts>;
}

/** A whole worker on an embedded database and storage in a temporary folder, with one organisation and its owner. */
export async function testWorker(options: TestWorkerOptions = {}) {
  const home = await mkdtemp(join(tmpdir(), 'nexus-worker-'));
  const database = await migratedDatabase();
  const kysely = kyselyOnPglite<DB>(database);
  const storage = createStorage({
    database,
    directory: join(home, 'storage'),
    jwtSecret: JWT_SECRET,
    publicPath: '/storage/v1',
  });
  const serviceKey = await new SignJWT({ role: 'service_role' })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(JWT_SECRET));
  const events: Record<string, unknown>[] = [];
  const boss = await startBoss(
    { db: fromPglite(database), backend: 'pglite' },
    (event) => void events.push(event as Record<string, unknown>),
  );
  const queue = createQueue(boss);
  const service = databaseAs(kysely, { role: 'service_role' });
  const ports: WorkerPorts = {
    db: service,
    queue,
    storage: createObjectStore({
      supabaseUrl: 'http://storage.test',
      serviceKey,
      fetch: ((input: string | URL | Request, init?: RequestInit) =>
        storage.fetch(new Request(input, init))) as typeof fetch,
    }),
    media: {
      async openLocal(path) {
        const local = await storage.localPath('media', path);
        if (!local) throw new Error(`no ${path}`);
        return local;
      },
      put: (path, local, type) => storage.putFile('media', path, local, type),
    },
    vault: createVault(Buffer.alloc(32, 7).toString('base64')),
    http: createHttp({ allowPrivate: options.allowPrivate ?? [] }),
    keys: {},
    log: (event) => void events.push(event as Record<string, unknown>),
    now: () => new Date(),
    workDirectory: join(home, 'work'),
    modelsDirectory: join(home, 'models'),
    ...options.ports,
  };

  const userId = crypto.randomUUID();
  const orgId = crypto.randomUUID();
  await service.transaction().execute(async (tx) => {
    await tx.insertInto('orgs').values({ id: orgId, name: 'Test' }).execute();
    await tx
      .insertInto('members')
      .values({ org_id: orgId, user_id: userId, role: 'owner', email: 'o@example.org' })
      .execute();
  });
  const actor: Actor = { kind: 'user', userId, keyId: null, role: 'owner', scopes: ROLE_SCOPES.owner };
  const ctx: Context = {
    orgId,
    actor,
    db: databaseAs(kysely, { role: 'authenticated', sub: userId }),
    queue,
    storage: ports.storage,
    vault: ports.vault,
    log: { set: () => undefined },
    now: ports.now,
  };

  let worker = await startWorker(boss, ports, { isOnly: true });
  await knowQueues(boss, JOBS);

  return {
    ctx,
    ports,
    home,
    events,
    database,
    storage,
    /** Puts bytes where a finished upload would be. */
    async upload(name: string, content: Uint8Array | string): Promise<string> {
      const path = uploadPrefix(orgId, crypto.randomUUID()) + safeName(name);
      const local = join(home, crypto.randomUUID());
      await Bun.write(local, content);
      await storage.putFile('media', path, local, 'application/octet-stream');
      return path;
    },
    /** Resolves when the item rests: ready, failed, waiting or canceled. */
    async rested(itemId: string, timeoutMs = 60_000): Promise<Item> {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const item = await getItem(ctx, { itemId });
        if (!['queued', 'working'].includes(item.status)) return item;
        if (Date.now() > deadline) throw new Error(`Still ${item.status}: ${JSON.stringify(item.steps)}`);
        await new Promise((wake) => setTimeout(wake, 25));
      }
    },
    /** So that the next test may add the same recording: two at once would be one and its duplicate. */
    async forgetItems(): Promise<void> {
      await service.transaction().execute((tx) => tx.deleteFrom('items').where('org_id', '=', orgId).execute());
    },
    /** From now on nothing takes jobs: the test runs steps by hand. */
    stopWorker: () => worker.stop(),
    async restartWorker() {
      await worker.stop();
      worker = await startWorker(boss, ports, { isOnly: true });
    },
    async stop() {
      await worker.stop();
      await boss.stop({ graceful: false });
      await storage.stop();
      await database.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
