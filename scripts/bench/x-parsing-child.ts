/**
 * Reads answers of X, from bytes to posts, in a process that does nothing else. `rate SECONDS FILE…` counts posts in that time;
 * `memory FILE` tells what reading it once adds to the most memory the process ever had.
 */
import { forgetPeak, peakMb } from './process-tree.ts';
import { parseTimeline } from '../../worker/src/listening/sources/x/parse-timeline.ts';
import { SHIPPED_PROTOCOL } from '../../worker/src/listening/sources/x/shipped-protocol.ts';

const [what, ...rest] = process.argv.slice(2);
console.log(JSON.stringify(what === 'rate' ? await measureRate(rest) : await measureMemory(rest)));

async function measureRate([seconds, ...files]: string[]): Promise<{ posts: number; seconds: number; rounds: number }> {
  const answers = await Promise.all(files.map((file) => Bun.file(file).bytes()));
  // Once before, as in a worker that has read a page already.
  for (const bytes of answers) read(bytes);
  const begunAt = performance.now();
  let posts = 0;
  let rounds = 0;
  while (performance.now() - begunAt < Number(seconds) * 1000) {
    for (const bytes of answers) posts += read(bytes);
    rounds += 1;
  }
  return { posts, rounds, seconds: (performance.now() - begunAt) / 1000 };
}

async function measureMemory([file]: string[]): Promise<{ megabytes: number; posts: number }> {
  Bun.gc(true);
  await forgetPeak(process.pid);
  const before = peakMb(process.pid);
  const posts = read(await Bun.file(file!).bytes());
  return { megabytes: peakMb(process.pid) - before, posts };
}

function read(bytes: Uint8Array): number {
  const { own, context, unreadable } = parseTimeline(JSON.parse(new TextDecoder().decode(bytes)), SHIPPED_PROTOCOL);
  if (unreadable.length > 0) throw new Error(`${unreadable.length} posts cannot be read`);
  return own.length + context.length;
}
