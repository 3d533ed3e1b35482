/** Memory and CPU of everything that `npm start` started, with nobody using it. */
import { startNexus } from '../../cli/test/running/start-nexus.ts';
import type { Figure } from './figure.ts';
import { figure } from './part.ts';
import { canReadProcesses, commandOf, processTree, residentMb } from './process-tree.ts';
import { startWithNpm } from './start-with-npm.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Until what a start leaves is over: collected, written, and yt-dlp asked for its version. */
const SETTLING_MS = 45_000;
const WATCHED_MS = 30_000;

export async function measureIdle(): Promise<readonly Figure[] | string> {
  if (!canReadProcesses) return 'memory and CPU are read from /proc, which only Linux has';
  await using folder = await temporaryFolder();
  await (await startNexus({ home: folder.path })).end('SIGTERM');
  await using nexus = await startWithNpm(folder.path);
  await Bun.sleep(SETTLING_MS);

  const before = cpuSeconds(nexus.pid);
  const startedAt = performance.now();
  await Bun.sleep(WATCHED_MS);
  const share = (cpuSeconds(nexus.pid) - before) / ((performance.now() - startedAt) / 1000);
  const sizes = processTree(nexus.pid).map(({ pid }) => ({ name: nameOf(pid), mb: residentMb(pid) }));
  const parts = sizes.map(({ name, mb }) => `${name} ${Math.round(mb)}`).join(', ');

  return [
    figure(
      'idle-memory',
      sizes.reduce((sum, { mb }) => sum + mb, 0),
      'MB',
      sizes.length,
      `sum of VmRSS of all processes (shared pages count in each): ${parts}`,
      0,
    ),
    figure('idle-cpu', share * 100, '% of one core', 1, `over ${WATCHED_MS / 1000} s, all processes`, 2),
  ];
}

const cpuSeconds = (root: number): number => processTree(root).reduce((sum, state) => sum + state.cpuSeconds, 0);

function nameOf(pid: number): string {
  const command = commandOf(pid);
  if (command.includes('up.ts')) return 'Nexus';
  return command.includes('bootstrap') && command.startsWith('node') ? 'bootstrap' : (command.split(/[ /]/)[0] ?? '');
}
