import { join } from 'node:path';
import { freePort } from '../../cli/test/running/start-nexus.ts';
import { commandOf, processTree } from './process-tree.ts';

const root = join(import.meta.dir, '../..');

export interface NpmStart extends AsyncDisposable {
  /** Of npm itself; everything else is below it. */
  pid: number;
  /** Seconds from the command to the first healthy answer. */
  healthySeconds: number;
}

/** `npm start` as a person types it, on free ports and the given home. */
export async function startWithNpm(home: string): Promise<NpmStart> {
  const [port, apiPort] = [await freePort(), await freePort()];
  const startedAt = performance.now();
  const npm = Bun.spawn(['npm', 'start'], {
    cwd: root,
    env: { ...process.env, NEXUS_HOME: home, NEXUS_PORT: String(port), NEXUS_API_PORT: String(apiPort) },
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'ignore',
  });
  const end = async () => {
    // Ctrl-C reaches all of them; the one that has work to end is enough, the others follow it.
    const last = processTree(npm.pid).find(({ pid }) => /^\S*bun\S* (run )?\S*up\.ts/.test(commandOf(pid)));
    process.kill(last?.pid ?? npm.pid, 'SIGTERM');
    await npm.exited;
  };
  while (!(await isHealthy(port))) {
    if (npm.exitCode !== null) throw new Error(`npm start ended with ${npm.exitCode}`);
    await Bun.sleep(20);
  }
  return {
    pid: npm.pid,
    healthySeconds: (performance.now() - startedAt) / 1000,
    [Symbol.asyncDispose]: end,
  };
}

async function isHealthy(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/api/health`)).ok;
  } catch (error) {
    if (!/refused|reset/i.test(String((error as { code?: string }).code))) throw error;
    return false;
  }
}
