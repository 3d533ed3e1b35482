import { type Boss, type LogFields, NexusError } from '@nexus/shared/platform';
import { PgBoss } from 'pg-boss';

/**
 * pg-boss for a process that only sends: it neither makes its schema nor watches over it, which is the worker's. It starts
 * with the first job, so that the API comes up before any worker has run. Its own pool of one connection cannot wait for the
 * transactions that wait for it.
 */
export function sendOnlyBoss(
  connectionString: string,
  log: (event: LogFields) => void,
): Boss & { stop(): Promise<void> } {
  let starting: Promise<PgBoss> | undefined;
  const known = new Set<string>();

  async function start(): Promise<PgBoss> {
    const boss = new PgBoss({
      connectionString,
      max: 1,
      migrate: false,
      createSchema: false,
      supervise: false,
      schedule: false,
    });
    boss.on('error', (error) => log({ event: 'queue-error', error: error.message }));
    try {
      return await boss.start();
    } catch (error) {
      // The next job tries anew.
      starting = undefined;
      await boss.stop({ graceful: false });
      throw noWorker(error);
    }
  }

  async function bossFor(name: string): Promise<PgBoss> {
    const boss = await (starting ??= start());
    if (!known.has(name) && !(await boss.getQueue(name))) throw noWorker();
    known.add(name);
    return boss;
  }

  return {
    send: async (name, data, options) => (await bossFor(name)).send(name, data, options),
    update: async (name, data, options) => (await bossFor(name)).update(name, data, options),
    async stop() {
      await (await starting)?.stop({ graceful: false });
    },
  };
}

function noWorker(cause?: unknown): NexusError {
  return new NexusError(
    'not-configured',
    'No worker has run here yet, so nothing can be queued. Start one, then try again.',
    {
      cause,
      retryAfterSeconds: 30,
    },
  );
}
