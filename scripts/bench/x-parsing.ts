/** How fast real answers of X become posts, and what the largest costs in memory. The answers are no part of the project. */
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Figure } from './figure.ts';
import { figure } from './part.ts';
import { canReadProcesses } from './process-tree.ts';

const FOLDER = process.env.NEXUS_X_PAYLOADS ?? new URL('../../../shared/data/x', import.meta.url).pathname;
const SECONDS = Number(process.env.NEXUS_BENCH_SECONDS ?? 10);

export async function measureXParsing(): Promise<readonly Figure[] | string> {
  if (!existsSync(join(FOLDER, 'raw_search.json'))) return 'real answers of X are not beside the project';
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.json')).map((name) => join(FOLDER, name));
  const sizes = await Promise.all(files.map(async (file) => ({ file, bytes: (await stat(file)).size })));
  const largest = sizes.toSorted((a, b) => b.bytes - a.bytes)[0]!;
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);

  const rate = await inChild(
    ['rate', String(SECONDS), ...files],
    z.object({ posts: z.int(), seconds: z.number(), rounds: z.int() }),
  );
  const figures = [
    figure(
      'x-parsing-rate',
      rate.posts / rate.seconds,
      'posts/s',
      rate.posts,
      `${files.length} real answers of ${(total / 1e6).toFixed(1)} MB, ${rate.rounds} times, from bytes to posts on one core`,
      0,
    ),
  ];
  if (!canReadProcesses) return figures;
  const memory = await inChild(['memory', largest.file], z.object({ megabytes: z.number(), posts: z.int() }));
  const note = `the largest answer, ${(largest.bytes / 1e6).toFixed(2)} MB with ${memory.posts} posts: peak of the process beyond before`;
  return [...figures, figure('x-parsing-memory', memory.megabytes, 'MB', 1, note)];
}

async function inChild<Answer>(args: readonly string[], schema: z.ZodType<Answer>): Promise<Answer> {
  const script = new URL('x-parsing-child.ts', import.meta.url).pathname;
  const child = Bun.spawn([process.execPath, script, ...args], { stdout: 'pipe', stderr: 'inherit' });
  const text = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error('The answers could not be read');
  return schema.parse(JSON.parse(text));
}
