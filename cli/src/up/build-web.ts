import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { NexusError } from '@nexus/shared/platform';

/** What the build is made of. Anything else may change without a new build. */
const SOURCES = [
  'web/src',
  'web/messages',
  'web/static',
  'web/vite.config.ts',
  'web/package.json',
  'shared/src',
  'bun.lock',
];

/** Builds the web when its sources are not those of the last build. Reading and hashing them takes about 30 ms. */
export async function buildWeb(root: string, signal: AbortSignal): Promise<void> {
  const stamp = Bun.file(join(root, 'web/build/.sources'));
  const wanted = await hashSources(root);
  if ((await stamp.exists()) && (await stamp.text()) === wanted && existsSync(join(root, 'web/build/handler.js')))
    return;

  process.stderr.write('Building the web (once)\n');
  const build = Bun.spawn([process.execPath, '--bun', 'run', 'build'], {
    cwd: join(root, 'web'),
    signal,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const [output, errors] = await Promise.all([new Response(build.stdout).text(), new Response(build.stderr).text()]);
  const exitCode = await build.exited;
  if (signal.aborted) throw new NexusError('canceled', 'Stopped while the web was being built.');
  if (exitCode !== 0) throw new Error(`The web could not be built:\n${output}\n${errors}`);
  await Bun.write(stamp, wanted);
}

async function hashSources(root: string): Promise<string> {
  const hasher = new Bun.CryptoHasher('sha256');
  for (const source of SOURCES) {
    const path = join(root, source);
    const isFile = await Bun.file(path).exists();
    const files = isFile
      ? [path]
      : (await readdir(path, { recursive: true, withFileTypes: true }))
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.sort()) hasher.update(file.slice(root.length)).update(await Bun.file(file).arrayBuffer());
  }
  return hasher.digest('hex');
}
