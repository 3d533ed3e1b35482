import { join } from 'node:path';
import { z } from 'zod';

const Ended = z.object({
  event: z.literal('ended'),
  outcome: z.string(),
  /** From the moment it was told to begin. */
  seconds: z.number(),
  /** Of these it waited, because a source said so. */
  waitedMs: z.number(),
  roundTrips: z.int(),
  peakBytes: z.int(),
});
export type Ended = z.infer<typeof Ended>;

export interface RunChild {
  /** Resolves when all its code is there. */
  readonly loaded: Promise<void>;
  begin(): void;
  /** Null when it was killed. */
  readonly ended: Promise<Ended | null>;
  kill(): Promise<void>;
}

/** `run-child.ts` as a process of its own. */
export function startRunChild(environment: Record<string, string>): RunChild {
  const child = Bun.spawn([process.execPath, 'run', join(import.meta.dir, 'run-child.ts')], {
    env: { ...process.env, ...environment },
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
  });
  const loaded = Promise.withResolvers<void>();
  const read = async (): Promise<Ended | null> => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of child.stdout) {
      text += decoder.decode(chunk, { stream: true });
      loaded.resolve();
    }
    const last = text.trim().split('\n').at(-1) ?? '';
    const ended = Ended.safeParse(last === '' ? null : JSON.parse(last));
    return ended.success ? ended.data : null;
  };
  const ended = read();
  // Killed before it had begun.
  void ended.then(() => loaded.resolve());
  return {
    loaded: loaded.promise,
    ended,
    begin: () => {
      child.stdin.write('go\n');
      child.stdin.flush();
    },
    async kill() {
      child.kill('SIGKILL');
      await child.exited;
    },
  };
}
