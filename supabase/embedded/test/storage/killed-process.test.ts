import { afterAll, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { Upload } from 'tus-js-client';
import { openDatabase } from '../../src/database/open-database.ts';
import { createStorage } from '../../src/storage/index.ts';
import { JWT_SECRET, objectFiles, token } from './storage-server.ts';

const ROUNDS = 4;
const directory = mkdtempSync(join(tmpdir(), 'nexus-storage-killed-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('killed again and again, every row has its whole file, every file its row, and nothing acknowledged is lost', async () => {
  const key = await token({ role: 'service_role' });
  const film = Buffer.from(sealed('film', 24 * 1024 * 1024));
  const acknowledged = { versions: new Map<string, number>(), moved: new Set<string>(), removed: new Set<string>() };
  let port = 0;
  let filmUploaded: Promise<void> | undefined;

  for (let round = 0; round < ROUNDS; round += 1) {
    const child = await startProcess(directory, port);
    port = child.port;
    const client = createClient(`http://127.0.0.1:${port}`, key, { auth: { persistSession: false } });
    if (round === 0) await client.storage.createBucket('all');
    filmUploaded ??= uploadThroughKills(film, port, key);
    const stopped = { value: false };
    const workers = [0, 1, 2].map((worker) => keepBusy(client, worker, round, stopped, acknowledged));
    await Bun.sleep(150 + Math.random() * 350);
    await child.kill();
    stopped.value = true;
    await Promise.all(workers);
  }
  const last = await startProcess(directory, port);
  await filmUploaded;
  await last.kill();

  const database = await openDatabase({ dataDir: join(directory, 'database') });
  const storage = createStorage({
    database,
    directory: join(directory, 'storage'),
    jwtSecret: JWT_SECRET,
    publicPath: '/storage/v1',
  });
  await storage.swept;
  const { rows } = await database.query<{ name: string; metadata: { size: number } }>(
    `select name, metadata from storage.objects where bucket_id = 'all'`,
  );
  const contents = new Map<string, string>();
  for (const { name, metadata } of rows) {
    const path = await storage.localPath('all', name);
    const content = Buffer.from(await Bun.file(path!).arrayBuffer());
    expect([name, content.length, isSealed(content)]).toEqual([name, metadata.size, true]);
    contents.set(name, content.subarray(64, 100).toString());
  }

  expect(await objectFiles(join(directory, 'storage'))).toHaveLength(rows.length);
  expect(readdirSync(join(directory, 'storage', 'incoming'))).toHaveLength(1);
  expect(acknowledged.versions.size).toBeGreaterThan(0);
  for (const [name, version] of acknowledged.versions) {
    expect([name, Number(contents.get(name)?.split(':')[1]) >= version]).toEqual([name, true]);
  }
  for (const name of acknowledged.moved) expect([name, contents.has(name)]).toEqual([name, true]);
  for (const name of acknowledged.removed) expect([name, contents.has(name)]).toEqual([name, false]);
  expect(contents.has('film.mp4')).toBe(true);
  await storage.stop();
  await database.close();
}, 120_000);

interface Acknowledged {
  versions: Map<string, number>;
  moved: Set<string>;
  removed: Set<string>;
}

/** Replaces one object over and over, and moves, copies and removes others, until the server is gone. */
async function keepBusy(
  client: SupabaseClient,
  worker: number,
  round: number,
  stopped: { value: boolean },
  acknowledged: Acknowledged,
) {
  const bucket = client.storage.from('all');
  for (let count = 1; !stopped.value; count += 1) {
    const version = round * 10_000 + count;
    const name = `replaced-${worker}`;
    const replaced = await bucket.upload(name, sealed(`x:${version}:`, 20_000 + Math.random() * 400_000), {
      upsert: true,
    });
    if (!replaced.error) acknowledged.versions.set(name, version);

    const id = `${worker}-${version}`;
    const added = await bucket.upload(`added-${id}`, new Blob([sealed(id, 10_000)]));
    if (added.error) continue;
    const moved = await bucket.move(`added-${id}`, `moved-${id}`);
    if (!moved.error) acknowledged.moved.add(`moved-${id}`);
    const copied = await bucket.copy(`moved-${id}`, `copied-${id}`);
    if (copied.error) continue;
    const removed = await bucket.remove([`copied-${id}`]);
    if (!removed.error) acknowledged.removed.add(`copied-${id}`);
  }
}

/** One resumable upload that must survive all the kills. */
function uploadThroughKills(content: Buffer, port: number, key: string): Promise<void> {
  return new Promise((resolve, reject) => {
    new Upload(content, {
      endpoint: `http://127.0.0.1:${port}/storage/v1/upload/resumable`,
      chunkSize: 1024 * 1024,
      retryDelays: Array<number>(200).fill(100),
      headers: { authorization: `Bearer ${key}`, 'x-upsert': 'true' },
      metadata: { bucketName: 'all', objectName: 'film.mp4', contentType: 'video/mp4' },
      onSuccess: () => resolve(),
      onError: reject,
    }).start();
  });
}

async function startProcess(directory: string, port: number): Promise<{ port: number; kill(): Promise<void> }> {
  const script = join(import.meta.dir, 'storage-process.ts');
  const child = Bun.spawn([process.execPath, script, directory, String(port), JWT_SECRET], {
    stdout: 'pipe',
    stderr: 'inherit',
  });
  const first = await child.stdout.getReader().read();
  return {
    port: Number(new TextDecoder().decode(first.value)),
    async kill() {
      child.kill('SIGKILL');
      await child.exited;
    },
  };
}

/** Content that proves itself whole: its own hash, a label, filling. */
function sealed(label: string, sizeBytes: number): string {
  const body = label + 'z'.repeat(Math.round(sizeBytes));
  return createHash('sha256').update(body).digest('hex') + body;
}

function isSealed(content: Buffer): boolean {
  return createHash('sha256').update(content.subarray(64)).digest('hex') === content.subarray(0, 64).toString();
}
