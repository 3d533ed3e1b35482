/** How long the second start takes: the process alone, and `npm start` with npm and the bootstrap before it. */
import { startNexus } from '../../cli/test/running/start-nexus.ts';
import { type Figure, percentile } from './figure.ts';
import { figure } from './part.ts';
import { canReadProcesses } from './process-tree.ts';
import { startWithNpm } from './start-with-npm.ts';
import { temporaryFolder } from './temporary-folder.ts';

const STARTS = 5;

export async function measureStart(): Promise<readonly Figure[]> {
  await using folder = await temporaryFolder();
  // The first start makes the database and may build the web.
  const first = await startNexus({ home: folder.path });
  await first.end('SIGTERM');

  const seconds: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    const nexus = await startNexus({ home: folder.path });
    seconds.push(nexus.startedMs / 1000);
    await nexus.end('SIGTERM');
  }
  const alone = figure(
    'start-to-healthy',
    percentile(seconds, 0.5),
    's',
    STARTS,
    `median, slowest ${Math.max(...seconds).toFixed(2)} s; cli/src/up.ts on a home that exists, to the first healthy /api/health`,
    2,
  );
  return canReadProcesses ? [alone, await withNpm(folder.path)] : [alone];
}

async function withNpm(home: string): Promise<Figure> {
  const seconds: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    await using nexus = await startWithNpm(home);
    seconds.push(nexus.healthySeconds);
  }
  return figure(
    'npm-start-to-healthy',
    percentile(seconds, 0.5),
    's',
    STARTS,
    `median, slowest ${Math.max(...seconds).toFixed(2)} s; npm and the bootstrap included`,
    2,
  );
}
