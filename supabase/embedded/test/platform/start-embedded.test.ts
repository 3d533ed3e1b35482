import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { createClient } from '@supabase/supabase-js';
import { loadSecrets } from '../../src/secrets.ts';
import { type Embedded, startEmbedded } from '../../src/start-embedded.ts';
import { type DatabaseTemplate, databaseTemplate } from '../loopback/database-template.ts';
import { temporaryDirectory } from '../loopback/temporary-directory.ts';

// Opening a database takes seconds on a busy machine.
setDefaultTimeout(60_000);

let template: DatabaseTemplate;
beforeAll(async () => {
  template = await databaseTemplate();
});
afterAll(() => template.remove());

let directory: ReturnType<typeof temporaryDirectory>;
let home: string;
let migrations: string;
beforeEach(() => {
  directory = temporaryDirectory();
  home = join(directory.path, 'home');
  migrations = join(directory.path, 'migrations');
  mkdirSync(migrations);
  mkdirSync(home);
  template.copyTo(join(home, 'database'));
  writeFileSync(
    join(migrations, '1_first.sql'),
    'create table public.firsts (n int); grant all on public.firsts to anon;',
  );
});
afterEach(() => directory.remove());

async function start(): Promise<Embedded> {
  const secrets = await loadSecrets(home);
  return startEmbedded({
    home,
    secrets,
    migrationsDirectory: migrations,
    siteUrl: 'http://127.0.0.1:3000',
    functions: {},
  });
}

/** Serves the gateway for as long as `use` takes. */
async function served<T>(embedded: Embedded, use: (url: string, anonKey: string) => Promise<T>): Promise<T> {
  const { gateway } = embedded;
  const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: gateway.fetch, websocket: gateway.websocket });
  try {
    return await use(`http://127.0.0.1:${server.port}`, (await loadSecrets(home)).anonKey);
  } finally {
    await server.stop(true);
  }
}

const clientOf = (url: string, key: string) =>
  createClient(url, key, { auth: { persistSession: false, autoRefreshToken: false } });

test('what was there before a stop is there after the next start', async () => {
  const credentials = { email: 'anna@example.test', password: 'a long enough password' };

  const first = await start();
  const signedUp = await served(first, (url, key) => clientOf(url, key).auth.signUp(credentials));
  await first.stop();
  const second = await start();
  const signedIn = await served(second, (url, key) => clientOf(url, key).auth.signInWithPassword(credentials));
  await second.stop();

  expect(signedIn.data.user?.id).toBe(signedUp.data.user!.id);
});

test('a letter to a user is in the outbox when nothing else sends it', async () => {
  const embedded = await start();
  await served(embedded, async (url, key) => {
    const client = clientOf(url, key);
    await client.auth.signUp({ email: 'anna@example.test', password: 'a long enough password' });
    await client.auth.resetPasswordForEmail('anna@example.test');
  });
  await embedded.stop();

  expect(readdirSync(join(home, 'outbox'))).toEqual([expect.stringMatching(/recovery.*\.eml$/)]);
});

test('a start that fails gives the database free again', async () => {
  writeFileSync(join(migrations, '2_broken.sql'), 'select nonsense();');
  await expect(start()).rejects.toMatchObject({ code: 'migration-failed' });

  writeFileSync(join(migrations, '2_broken.sql'), 'select 1;');
  const embedded = await start();

  await embedded.stop();
});
