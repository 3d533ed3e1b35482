import { join } from 'node:path';

/** One attempt at a job, as the worker logs it. */
export interface AttemptEvent {
  job: string;
  itemId: string;
  outcome: string;
  /** When it ended, and how long it took, by the clock of this machine. */
  endedAt: number;
  seconds: number;
}

export interface WorkerProcess {
  started: Promise<void>;
  attempts: readonly AttemptEvent[];
  /** Resolves once so many attempts have ended. */
  ended(count: number): Promise<void>;
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** A real worker, as `bun run worker` starts it. `started` resolves when it takes jobs. */
export function startWorkerProcess(environment: Record<string, string>): WorkerProcess {
  const child = Bun.spawn([process.execPath, 'run', join(import.meta.dir, '../../src/main.ts')], {
    env: { ...process.env, ...environment },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'inherit',
  });
  const attempts: AttemptEvent[] = [];
  const others: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  const until = (isSo: () => boolean) =>
    new Promise<void>((done, failed) => {
      const look = () => {
        if (!isSo()) return;
        waiting.delete(look);
        done();
      };
      waiting.add(look);
      void child.exited.then((code) => failed(new Error(`The worker ended with ${code}: ${JSON.stringify(others)}`)));
      look();
    });

  void readLines(child.stdout, (line) => {
    const event = JSON.parse(line) as Record<string, unknown>;
    const { itemId } = (event.payload ?? {}) as { itemId?: string };
    if (event.event === 'job' && itemId !== undefined) {
      attempts.push({
        job: String(event.job),
        itemId,
        outcome: String(event.outcome),
        endedAt: Date.parse(String(event.time)),
        seconds: Number(event.seconds),
      });
    } else {
      others.push(event);
    }
    for (const look of waiting) look();
  });

  return {
    started: until(() => others.some(({ event }) => event === 'worker-started')),
    attempts,
    ended: (count) => until(() => attempts.length >= count),
    async end(signal) {
      child.kill(signal);
      await child.exited;
    },
  };
}

async function readLines(stream: ReadableStream<Uint8Array>, onLine: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') onLine(line);
  }
}
